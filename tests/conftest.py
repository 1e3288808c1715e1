"""Settings of all tests."""

import gc
import os

from hypothesis import settings

# what lands must not depend on luck; at home hypothesis goes on searching
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# what is imported stays: looking through it again and again takes a tenth of the time of all tests
gc.freeze()
gc.set_threshold(100_000, 50, 100)
