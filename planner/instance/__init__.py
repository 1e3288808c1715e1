"""Instances: tables and settings on disk or in memory, read, checked and ready to be modelled."""

from planner.errors import InstanceError
from planner.instance.catalogue import Shipped, resolve, shipped
from planner.instance.changes import Change, apply, parse_set
from planner.instance.instance import Instance, load
from planner.instance.lanes import expand_lanes
from planner.instance.periods import by_period
from planner.instance.schema import TABLES
from planner.instance.selectors import Selectors
from planner.instance.settings import Settings

__all__ = [
    "TABLES",
    "Change",
    "Instance",
    "InstanceError",
    "Selectors",
    "Settings",
    "Shipped",
    "apply",
    "by_period",
    "expand_lanes",
    "load",
    "parse_set",
    "resolve",
    "shipped",
]
