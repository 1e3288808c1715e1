"""The what-ifs that come with the shipped instances: each can be asked, and changes something."""

import pytest

import planner
from planner.instance import apply, kept_whatifs, shipped
from planner.network import build

KEPT = [(entry.name, kept) for entry in shipped() for kept in kept_whatifs(entry.folder)]


@pytest.fixture(scope="module")
def bases():
    names = {name for name, _ in KEPT}
    return {name: planner.load(name) for name in names}


def test_the_flagships_keep_what_ifs():
    assert {"tv-north-america", "auto-harness"} <= {name for name, _ in KEPT}


@pytest.mark.parametrize(("name", "kept"), KEPT, ids=lambda given: getattr(given, "name", given))
def test_a_kept_what_if_has_a_title_and_makes_another_network(bases, name, kept):
    base = bases[name]
    changed = apply(base, kept.changes)
    assert kept.title
    assert changed.sha256 != base.sha256
    assert len(build(changed).goods.item)
