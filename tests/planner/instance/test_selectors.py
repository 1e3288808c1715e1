import pytest

import planner.instance as pi


@pytest.mark.parametrize(
    ("cell", "among", "members"),
    [
        ("seoul", "location", ["seoul"]),
        ("*", "location", ["hanoi", "laredo", "north", "seoul", "shenzhen", "tijuana", "west", "windhoek"]),
        ("country:MX", "location", ["tijuana"]),
        ("region:Asia", "location", ["hanoi", "seoul", "shenzhen"]),
        ("role:supplier", "location", ["seoul", "shenzhen", "windhoek"]),
        ("group:works", "location", ["hanoi", "tijuana"]),
        ("group:pacific", "location", ["hanoi", "seoul"]),
        ("ally:yes", "location", ["laredo", "north", "seoul", "tijuana", "west"]),
        ("ally:no", "location", ["hanoi", "shenzhen", "windhoek"]),
        ("seoul;role:warehouse;seoul", "location", ["laredo", "seoul"]),
        ("CN", "country", ["CN"]),
        ("country:CN", "country", ["CN"]),
        ("BR", "country", ["BR"]),
        ("region:Asia", "country", ["CN", "KR", "VN"]),
        ("ally:no", "country", ["CN", "NA", "VN"]),
        ("group:pacific", "country", ["KR", "VN"]),
        ("*", "country", ["CA", "CN", "KR", "MX", "NA", "US", "VN"]),
        ("group:inputs", "item", ["board", "panel"]),
        ("tv", "item", ["tv"]),
        ("*", "item", ["board", "panel", "tv"]),
        ("nobody", "location", []),
        ("role:supplier", "item", []),
        ("country:MX", "gateway", ["manzanillo", "otay"]),
    ],
)
def test_members(good, cell, among, members):
    assert sorted(pi.Selectors(good).members(cell, among)) == members


def test_specificity_orders_id_group_country_region_role_everything(good):
    entries = ["seoul", "group:works", "country:MX", "region:Asia", "role:plant", "ally:yes", "*"]
    assert [pi.Selectors(good).specificity(entry) for entry in entries] == [0, 1, 2, 3, 4, 4, 5]


def test_a_country_without_a_row_is_no_ally(make):
    selectors = pi.Selectors(make(countries="country,ally\nUS,yes"))
    assert selectors.members("ally:no", "country") == ("MX",)
    assert selectors.members("ally:no", "location") == ("works",)
