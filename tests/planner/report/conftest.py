"""A company with storms in its future; the same with names that nobody should trust; their reports, in a browser."""

import os
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import planner

STORM = Path("tests/fixtures/plans/storm/instance")
PLACES = {
    "m": (40.7, -74.0),
    "p": (32.5, -117.0),
    "s": (25.7, -100.3),
    "w": (32.8, -96.8),
    "z": (22.5, 114.1),
}
NAMES = {"m": "East coast", "p": "Tijuana", "s": "Monterrey", "w": "Dallas", "z": "Shenzhen"}
SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = '"><img src=x onerror="window.hacked = 2">'
TURNED = "abc \u202e fed"
LONG = "z" * 100
HOSTILE = {
    "m": SCRIPT,
    "p": IMAGE,
    "s": "=cmd|' /C calc'!A0",
    "w": TURNED,
    "z": "%{meta[0]}</script>&lt;b&gt;",
}
TITLE = "</script><script>window.hacked = 3</script>"


def storm(names=NAMES, ids=None, **settings):
    """The instance of the storm on a map, with other names, ids and settings."""
    texts = {file.stem: pd.read_csv(file, dtype=str, keep_default_na=False) for file in STORM.glob("*.csv")}
    places = texts["locations"]
    texts["locations"] = places.assign(
        latitude=[str(PLACES[name][0]) for name in places["location"]],
        longitude=[str(PLACES[name][1]) for name in places["location"]],
        name=[names[name] for name in places["location"]],
    )
    texts["gateways"] = texts["gateways"].assign(latitude="33.7", longitude="-118.3", country="US")
    known = tomllib.loads((STORM / "instance.toml").read_text())
    known["instance"] |= settings
    return planner.Instance.from_tables(
        {name: frame.replace(ids or {}) for name, frame in texts.items()}, known
    )


@pytest.fixture(scope="session")
def plan():
    """The plan of the storm: two periods, scenarios with operations of their own."""
    return planner.solve(storm())


@pytest.fixture(scope="session")
def hostile():
    """The same with names that would do harm as HTML, formulas or templates, and an id of 100 characters."""
    return planner.solve(
        storm(HOSTILE, {"z": LONG, "part": "=cmd()", "tv": SCRIPT}, title=TITLE, currency="<b>$</b>")
    )


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven by playwright; without one the tests of the page are skipped, but never in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A report in a browser without a network, and all that went wrong in it."""

    def __init__(self, browser, path, **options):
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("console", lambda said: self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._request)
        self.page.goto(path.as_uri())

    def _request(self, request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.wrong.append(request.url)


@pytest.fixture(scope="session")
def open_report(chromium, tmp_path_factory):
    """Opens the report of some plans."""
    opened = []

    def opens(*plans, **options):
        path = tmp_path_factory.mktemp("report") / "report.html"
        planner.report(*plans, to=path, stressed=False)
        opened.append(Opened(chromium, path, **options))
        return opened[-1]

    yield opens
    for one in opened:
        one.context.close()
