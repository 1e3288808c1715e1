"""What-ifs that go wrong in a process of a sweep, and only there; imported by these processes too."""

import os
import signal
from multiprocessing import parent_process

from planner.instance import WhatIf


class Deadly(WhatIf):
    """Kills the process that solves it."""

    def __getattribute__(self, name):
        if name == "changes" and parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getattribute__(name)


class Faulty(WhatIf):
    """Has a bug."""

    def __getattribute__(self, name):
        if name == "changes" and parent_process() is not None:
            raise RuntimeError("a bug,\nin two lines")
        return super().__getattribute__(name)


def ending(connection, setup):
    """A process that ends before it has begun."""
    os._exit(7)
