"""The report in a browser, with the network off."""

import pytest

import planner
from planner.instance import apply, parse_set
from tests.planner.report.conftest import IMAGE, LONG, SCRIPT, TITLE, TURNED, storm

MAP = "#plan-1-network .plot"
LINES = f"{MAP} .scatterlayer .js-line"


@pytest.fixture(scope="module")
def page(open_report, plan):
    """The report of the storm."""
    return open_report(plan, viewport={"width": 1440, "height": 900})


def comes_true(page, expression):
    """Whether an expression is true within ten seconds (the page forbids what playwright waits with)."""
    return any(page.page.evaluate(expression) or page.page.wait_for_timeout(100) for _ in range(100))


def widths(page):
    """Width of each lane that is drawn, by its colour."""
    drawn = page.page.locator(LINES).evaluate_all(
        "lines => lines.map(line => [line.style.stroke, line.style.strokeWidth])"
    )
    return [tuple(line) for line in drawn]


def test_it_opens_without_a_network_and_without_complaint(page):
    assert page.wrong == []
    assert page.page.title() == "storm"


def test_every_picture_has_marks(page):
    plots = page.page.locator(".plot")
    marks = plots.evaluate_all(
        "plots => plots.map(plot => [plot.dataset.figure, plot.querySelectorAll("
        "'.js-line, .bars path, .sankey-link, .waterfalllayer path').length])"
    )
    assert dict(marks).keys() >= {"plan-1-network", "plan-1-components", "plan-1-markets", "plan-1-sankey"}
    assert all(count > 0 for _, count in marks), marks


def test_the_map_has_coasts_and_countries(page):
    """Plotly draws them empty where it has no shapes."""
    for layer in ("land", "coastlines", "countries"):
        outline = page.page.locator(f"{MAP} .layer.{layer} path").first.get_attribute("d")
        assert len(outline) > 1000, layer


def test_colours_of_the_map_change_with_what_they_stand_for(page):
    before = widths(page)
    page.page.get_by_role("button", name="Duty").click()
    duty = widths(page)
    legends = page.page.locator("#plan-1-network .legend:visible .title").all_inner_texts()
    page.page.get_by_role("button", name="Status").click()
    assert [width for _, width in duty] == [width for _, width in before]
    assert [colour for colour, _ in duty] != [colour for colour, _ in before]
    assert legends == ["Duty, of the value that enters"]
    assert widths(page) == before


def test_the_map_shows_a_scenario_and_a_period(page):
    """In x nothing comes from Shenzhen in period b; the lanes of base before its first event are those of x."""

    def choose(part, value):
        page.page.select_option(f"#plan-1-network [data-part={part}]", value)
        return len(widths(page))

    assert choose("period", "a") == 4
    assert choose("scenario", "x") == 4
    assert choose("period", "b") == 3
    assert choose("scenario", "base") == 1
    assert choose("period", "") == 4


def tooltips(page, marks):
    """What is said where the pointer rests in the middle of each mark, on its line or in its area."""
    middle = """path => {
        const box = path.getBoundingClientRect();
        if (/Z *$/i.test(path.getAttribute("d"))) return [box.x + box.width / 2, box.y + box.height / 2];
        const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
        return [at.x, at.y];
    }"""
    told = []
    for mark in page.page.locator(marks).all():
        mark.scroll_into_view_if_needed()
        x, y = mark.evaluate(middle)
        page.page.mouse.move(x + 2, y)
        page.page.mouse.move(x, y)
        page.page.wait_for_timeout(80)  # plotly looks at the pointer twenty times a second
        told += page.page.locator(".hoverlayer .hovertext text").all_text_contents()
    return told


def test_lanes_bars_and_streams_tell_what_they_are(page):
    lanes = " ".join(tooltips(page, LINES))
    assert "Tijuana → Dallasdefault55 units, 0.1 t" in lanes
    assert "free under an agreement" in lanes
    assert "conversion, storm" in " ".join(tooltips(page, "#plan-1-components .bars .point path"))
    assert "of it bought in CN" in " ".join(tooltips(page, "#plan-1-sankey .sankey-link"))
    assert page.wrong == []


def test_a_table_is_sorted_by_the_column_that_is_clicked(page):
    head = page.page.locator("#plan-1-components th", has_text="Amount")
    keys = "#plan-1-components tbody tr td:nth-child(3)"

    def column():
        cells = page.page.locator(keys).evaluate_all("cells => cells.map(cell => Number(cell.dataset.key))")
        return list(cells)

    page.page.locator("#plan-1-components summary").click()
    head.get_by_role("button").click()
    assert column() == sorted(column(), reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert column() == sorted(column())
    page.page.locator("#plan-1-components th", has_text="Component").get_by_role("button").click()
    names = page.page.locator("#plan-1-components tbody tr td:first-child").all_inner_texts()
    assert names == sorted(names)


def test_print_has_every_table_and_pictures_that_fit(page):
    closed = page.page.locator("details:not([open])").count()
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    widest = page.page.locator(".plot svg.main-svg").evaluate_all(
        "all => Math.max(...all.map(svg => svg.clientWidth))"
    )
    assert page.page.locator("details:not([open])").count() == 0
    assert widest <= 680
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.page.locator("details:not([open])").count() == closed > 0
    assert page.page.pdf()[:5] == b"%PDF-"
    assert page.wrong == []


def test_dark_where_the_reader_wants_it(page):
    ink = "document.querySelector('#plan-1-components .ytick text').style.fill"
    for scheme, colour in (
        ("light", "rgb(29, 41, 53)"),
        ("dark", "rgb(228, 233, 238)"),
        ("light", "rgb(29, 41, 53)"),
    ):
        page.page.emulate_media(color_scheme=scheme)
        assert comes_true(page, f"{ink} === '{colour}'")


def test_on_a_phone_nothing_is_wider_than_the_screen(page):
    page.page.set_viewport_size({"width": 390, "height": 844})
    assert comes_true(page, "document.querySelector('#plan-1-components svg').clientWidth < 390")
    assert page.page.evaluate("document.documentElement.scrollWidth") == 390
    page.page.set_viewport_size({"width": 1440, "height": 900})


def test_no_name_becomes_code(open_report, hostile):
    """As HTML, in plotly's little HTML, in its templates, or in the data: each is shown as it is written."""
    page = open_report(hostile)
    assert page.wrong == []
    assert page.page.evaluate("window.hacked") is None
    assert page.page.locator("img").count() == 0
    assert page.page.locator("h1").inner_text() == TITLE
    words = page.page.locator(".headline dl").inner_text()
    assert "268.34 <b>$</b>" in words
    assert f"Keep \u2068{TURNED}\u2069." in words
    drawn = page.page.locator("#plan-1-sankey .node-label").all_text_contents()
    assert {label_of(SCRIPT), label_of(IMAGE)} <= set(drawn)
    assert (
        page.page.locator("#plan-1-sankey td", has_text=LONG).count() == 0
    )  # the supplier's country stands there
    cells = page.page.locator("#plan-1-network td:first-child").all_text_contents()
    assert LONG in cells
    assert page.page.locator("#plan-1-network .plot").evaluate(
        "plot => plot.data.some(trace => trace.type === 'scattergeo' && String(trace.text).includes('&lt;img'))"
    )


def label_of(name):
    """A long name in the Sankey diagram."""
    return f"{name[:20]}…{name[-10:]}"


def test_two_plans_are_compared(open_report, plan):
    dearer = planner.solve(apply(storm(), [parse_set("production[location=p].unit_cost = 6")]))
    page = open_report(plan, dearer)
    assert page.wrong == []
    assert page.page.locator("#compared-waterfall-1 .waterfalllayer path").count() > 2
    assert page.page.locator("#plan-2-network .layer.land path").count() > 0
    assert page.page.locator("article").count() == 3
