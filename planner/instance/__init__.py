"""Instances: tables and settings on disk or in memory, read, checked and ready to be modelled."""

from planner.errors import InstanceError
from planner.instance.catalogue import Shipped, resolve, shipped
from planner.instance.changes import Change, apply
from planner.instance.expressions import parse_set, parse_sets, written
from planner.instance.instance import Instance, load
from planner.instance.lanes import expand_lanes
from planner.instance.periods import by_period
from planner.instance.schema import TABLES
from planner.instance.selectors import Selectors, selectors_of
from planner.instance.settings import Settings
from planner.instance.whatif import Fix, WhatIf, change, kept_whatifs, named_whatifs, read_whatif

__all__ = [
    "TABLES",
    "Change",
    "Fix",
    "Instance",
    "InstanceError",
    "Selectors",
    "Settings",
    "Shipped",
    "WhatIf",
    "apply",
    "by_period",
    "change",
    "expand_lanes",
    "kept_whatifs",
    "load",
    "named_whatifs",
    "parse_set",
    "parse_sets",
    "read_whatif",
    "resolve",
    "selectors_of",
    "shipped",
    "written",
]
