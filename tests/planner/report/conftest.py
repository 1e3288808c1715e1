"""A company with a storm in its future, and names that nobody should trust."""

import pytest

import planner
from planner.instance import Instance, apply, parse_set
from tests.planner.network.reading import instance

STORM = "tests/fixtures/plans/storm/instance"
PLACES = {"m": (40.7, -74.0), "p": (32.5, -117.0), "s": (25.7, -100.3), "w": (32.8, -96.8), "z": (22.5, 114.1)}
SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = '"><img src=x onerror="window.hacked = 2">'
FORMULA = "=cmd|' /C calc'!A0"
TURNED = "abc \u202e fed"
LONG = "x" * 99
HOSTILE = {"m": SCRIPT, "p": IMAGE, "s": FORMULA, "w": TURNED, "z": "%{meta[0]} </script> &lt;b&gt; $x$"}


def on_the_map(given, names=None):
    """The instance with coordinates, and names, of its places and its port."""
    tables = {name: frame.astype(str).replace({"nan": "", "NaT": "", "inf": ""}) for name, frame in given.given.items()}
    places, ports = tables["locations"], tables["gateways"]
    tables["locations"] = places.assign(
        latitude=[PLACES[name][0] for name in places["location"]],
        longitude=[PLACES[name][1] for name in places["location"]],
        name=[(names or {}).get(name, "") for name in places["location"]],
    )
    tables["gateways"] = ports.assign(latitude=33.7, longitude=-118.3)
    return tables


@pytest.fixture(scope="session")
def storm():
    """The plan of the storm, with scenarios that have operations of their own."""
    return planner.solve(planner.load(STORM))
