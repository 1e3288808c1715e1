"""From the instance to what the model needs: goods, lanes, reachability, bounds, duties, policies."""

from planner.network.build import build, examined

__all__ = ["build", "examined"]
