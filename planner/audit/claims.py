"""Checks of what a good carries on its way: the status it was sold or made with, its class, and its claims.

A status or a class cannot change on the way, since every balance is kept by good; so it is checked at the source.
"""

from __future__ import annotations

from planner.audit.case import Case
from planner.audit.goods import DOMESTIC
from planner.audit.plan_tables import Flow
from planner.audit.report import Tally

ENTRIES = frozenset({"", "normal", "claimed"})


def check_good_status(case: Case, tally: Tally) -> None:
    """What a supplier ships has the status of its offer: the agreements under which it originates."""
    for flow in case.flows:
        offer = case.instance.offers.get((flow.origin, flow.item, flow.deal), case.t(flow.period))
        if offer is not None and case.instance.role(flow.origin) == "supplier":
            right = offer.good_status
            what = f"status is {flow.status!r}, but the offer is {right!r}"
            tally.require(flow.status == right, f"flows.csv:{flow.row}", what)


def check_good_class(case: Case, tally: Tally) -> None:
    """A plant earmarks goods for another country only where a suspension or drawback asks for it."""
    for run in case.runs:
        kind, country = run.good.class_, case.instance.country(run.location)
        place = f"production.csv:{run.row}"
        regimes = case.instance.regimes.giving_back(run.location)
        if run.good.earmarked:
            known = kind != country and kind in case.instance.settled
            tally.require(known, place, f"class {kind!r} is no foreign country of the instance")
        if run.good.earmarked or kind == DOMESTIC:
            tally.require(bool(regimes), place, f"{run.location} has no regime that asks for a class")


def check_class_way(case: Case, tally: Tally) -> None:
    """Goods earmarked for a country leave their plant only straight into it."""
    for flow in case.flows:
        if flow.good.earmarked and flow.origin == flow.source:
            into = case.instance.country(flow.destination)
            what = f"goods for {flow.class_} leave for {into}"
            tally.require(into == flow.class_, f"flows.csv:{flow.row}", what)


def check_class_kept(case: Case, tally: Tally) -> None:
    """Goods earmarked for a country are neither stocked nor consumed at their plant."""
    for row in case.stock:
        stays = row.good.earmarked and row.location == row.source
        tally.require(not stays, f"stock.csv:{row.row}", f"goods for {row.class_} are stocked at their plant")
    for feed in case.feeds:
        stays = feed.good.earmarked and feed.location == feed.source
        what = f"goods for {feed.component_class} are consumed at their plant"
        tally.require(not stays, f"feeds.csv:{feed.row}", what)


def check_claim(case: Case, tally: Tally) -> None:
    """A claimed entry names an agreement of the good's status in force for both countries; others name none."""
    for flow in case.flows:
        place = f"flows.csv:{flow.row}"
        tally.require(flow.entry in ENTRIES, place, f"entry {flow.entry!r} is neither normal nor claimed")
        if flow.entry != "claimed":
            tally.require(not flow.agreement, place, f"claims {flow.agreement} in a normal entry")
            continue
        possible = _claimable(case, flow)
        what = f"cannot be claimed under {flow.agreement!r}: possible are {', '.join(possible) or 'none'}"
        tally.require(flow.agreement in possible, place, what)


def _claimable(case: Case, flow: Flow) -> tuple[str, ...]:
    t = case.t(flow.period)
    instance = case.at(t)
    good = instance.good(flow.item, flow.source, flow.deal, t)
    if good is None or t < 0 or not instance.crosses(flow.origin, flow.destination):
        return ()
    importer, day = instance.country(flow.destination), instance.calendar.duty_day(t)
    return instance.agreements.claimable(flow.status, good.home, importer, day)
