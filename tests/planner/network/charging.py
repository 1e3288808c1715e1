"""What goods are charged at a border, as the model is told."""

import numpy as np

from planner.network import duties
from planner.network.codes import codes
from planner.network.events import Events


def charges(instance, crossings):
    """The charges on crossings; entries are normal unless they say what they claim."""
    plain = {"agreement": "", "preferential_rate": 0.0}
    entered = crossings.assign(**{name: value for name, value in plain.items() if name not in crossings})
    events = Events(instance, codes(instance))
    return duties.charges_data(duties.charges(events, entered), np.empty(0, dtype=np.int64))
