"""When a component has shifted, and which rule of an agreement an item has."""

from __future__ import annotations

import pytest

from planner.audit.agreements import Agreements
from planner.audit.origin import shifted
from planner.audit.tables import Item, OriginRule


@pytest.mark.parametrize(
    ("component", "depth", "except_hs", "is_shifted"),
    [
        ("8542.31", "chapter", (), False),
        ("9013.80", "chapter", (), True),
        ("8529.90", "heading", (), True),
        ("8528.59", "heading", (), False),
        ("8528.59", "subheading", (), True),
        ("8528.72.64", "subheading", (), False),
        ("8529.90", "heading", ("8529",), False),
        ("8529.90", "heading", ("85.29.9",), False),
        ("8529.90", "heading", ("8529.10", "90"), True),
        ("9013.80", "chapter", ("90",), False),
        ("", "chapter", (), False),
    ],
)
def test_component_shifts_by_its_code(
    component: str, depth: str, except_hs: tuple[str, ...], is_shifted: bool
) -> None:
    rule = OriginRule("USMCA", "shift", shift=depth, except_hs=except_hs)
    assert shifted(Item("part", component), Item("tv", "8528.72"), rule) == is_shifted


def test_rules_are_those_of_the_longest_prefix() -> None:
    rules = [
        OriginRule("USMCA", "rvc", hs=hs, alternative=alternative)
        for hs, alternative in (
            ("", "any"),
            ("85", "chapter"),
            ("8528", "net"),
            ("85.28", "trans"),
            ("90", "other"),
        )
    ]
    agreements = Agreements((), rules)

    def named(hs_code: str) -> list[str]:
        return [rule.alternative for rule in agreements.rules("USMCA", Item("tv", hs_code))]

    assert named("8528.72") == ["net", "trans"]
    assert named("8504.40") == ["chapter"]
    assert named("7326.90") == ["any"]
    assert named("") == ["any"]
    assert agreements.rules("CPTPP", Item("tv", "8528.72")) == ()
