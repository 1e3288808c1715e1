"""The documentation builds without a warning, asks nobody for anything, and leaves nothing public out."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

import planner
from planner.cli import app
from planner.instance.schema import TABLES as GIVEN
from planner.plan.columns import TABLES as WRITTEN
from planner_models.build import FAMILIES, LAZY_FAMILIES, PENALTY_FAMILIES
from planner_models.readme import COMPONENTS
from tests.docs.conftest import ROOT

LOADS = {"src", "srcset", "data", "poster", "action"}  # attributes that fetch; a link does only in <link>


class Page(HTMLParser):
    """A page: the ids in it, and what it fetches."""

    def __init__(self, file):
        super().__init__()
        self.ids, self.fetched = set(), []
        self.text = file.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.add(value)
            if name in LOADS or (tag == "link" and name == "href"):
                self.fetched.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages, built as the README says."""
    target = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "docs", str(target)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return target


def page(site, name):
    return Page(site / "reference" / f"{name}.html")


def test_no_page_asks_another_host_for_anything(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 15
    elsewhere = re.compile(r"(https?:)?//")
    assert [link for each in pages for link in Page(each).fetched if elsewhere.match(link or "")] == []
    sheets = "".join(each.read_text(encoding="utf-8") for each in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]*", sheets) == []


def test_every_table_and_column_of_an_instance_is_explained(site):
    text = page(site, "tables")
    assert {f"{name.replace('_', '-')}-csv" for name in GIVEN} <= text.ids
    assert all(f">{column}<" in text.text for table in GIVEN.values() for column in table.columns)


def test_every_table_and_column_of_a_plan_is_explained(site):
    text = page(site, "plan")
    assert {f"{name.replace('_', '-')}-csv" for name in WRITTEN} <= text.ids
    assert all(f"{column.name}</p>" in text.text for columns in WRITTEN.values() for column in columns)


def test_every_command_is_explained(site):
    names = {command.name for command in app.registered_commands}
    assert {f"planner-{name}" for name in names} <= page(site, "commands").ids


def test_every_public_name_is_explained(site):
    names = {f"planner.{name}" for name in planner.__all__ if name != "errors"}
    assert names <= page(site, "python").ids


def test_every_constraint_and_cost_is_explained_with_its_formula(site):
    text = page(site, "mathematics")
    described = {each.__name__ for each in (*FAMILIES, *PENALTY_FAMILIES, *LAZY_FAMILIES, *COMPONENTS)}
    assert described <= set(re.findall(r"<h4><code[^>]*><span class=\"pre\">(\w+)</span>", text.text))
    assert text.text.count("<math ") > len(described)
    assert "\\" not in "".join(re.findall(r"<math .*?</math>", text.text))
