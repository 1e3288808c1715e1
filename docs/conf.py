"""The documentation: `python -m sphinx -W docs docs/_build`. No page fetches anything, when built or when read."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # our own extensions stand beside this file

project = "Sourcing planner"
author = "The authors of the sourcing planner"
release = metadata.version("sourcing-planner")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_code", "mathml"]
exclude_patterns = ["_build"]

myst_enable_extensions = ["attrs_inline", "deflist", "dollarmath"]
myst_heading_anchors = 3
default_role = "code"  # docstrings have Markdown's backticks
smartquotes = False  # a quote in a command is to be copied

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "Sourcing planner"
html_static_path = ["static"]
html_css_files = ["page.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"
