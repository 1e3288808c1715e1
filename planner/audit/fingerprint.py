"""Check that the instance in the plan's folder is the one that plan.json names, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from planner.audit.case import Case
from planner.audit.report import Tally

FILES = (
    "instance.toml",
    *(
        f"{table}.csv"
        for table in (
            "locations", "countries", "groups", "currencies", "items", "offers", "suppliers", "facilities",
            "production", "bom", "lanes", "gateways", "demand", "inventory", "tariffs", "agreements",
            "origin_rules", "relief", "fees", "scenarios", "events", "policies",
        )
    ),
)  # fmt: skip
"""The order of the format: the hash is over name, zero byte, content, zero byte of each file that is there."""


def fingerprint(instance: Path) -> str:
    """Return the SHA-256 of an instance folder in canonical form."""
    digest = hashlib.sha256()
    for name in FILES:
        path = instance / name
        if path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def check_fingerprint(case: Case, tally: Tally) -> None:
    """The instance is the one that was solved: its name and its hash are those of plan.json."""
    stated: Any = case.summary["instance"]
    tally.require(stated.get("name") == case.instance.name, "plan.json", "names another instance")
    same = stated.get("sha256") == fingerprint(case.folder / "instance")
    tally.require(same, "plan.json", "the instance in the folder is not the one that was solved")
