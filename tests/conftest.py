"""Settings of all tests."""

import os

from hypothesis import settings

# what lands must not depend on luck; at home hypothesis goes on searching
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
