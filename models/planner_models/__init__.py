"""The mathematics of the sourcing planner: checked data in, a Pyomo model out.

The package knows Pyomo and numpy, and nothing of files, solvers or reports. Start reading at `build.build_model`.
"""

from planner_models.build import build_model
from planner_models.data import Data

__all__ = ["Data", "build_model"]
