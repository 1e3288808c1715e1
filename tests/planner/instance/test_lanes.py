import planner.instance as pi

WIDE = """location,role,country
works,plant,MX
mill,plant,US
hub,warehouse,US
shop,market,US
store,market,CA
mine,supplier,US"""
TWO = "item\ntv\nbox"


def lanes(make, text, **tables):
    instance = make(
        locations=WIDE, items=TWO, offers="location,item,unit_cost\nmine,tv,1", lanes=text, **tables
    )
    frame = pi.expand_lanes(instance)
    index = instance.tables["lanes"].index
    return {
        (row.origin, row.destination, row.mode, row.item): int(index[row.row_position])
        for row in frame.itertuples()
    }


def test_plain_rows_stand_for_every_item(make):
    assert lanes(make, "origin,destination\nworks,shop") == {
        ("works", "shop", "default", "tv"): 2,
        ("works", "shop", "default", "box"): 2,
    }


def test_an_origin_to_itself_and_roles_that_cannot_are_dropped(make):
    found = lanes(make, "origin,destination,item\n*,*,tv")
    assert {pair[:2] for pair in found} == {
        (origin, destination)
        for origin in ("mine", "works", "mill", "hub")
        for destination in ("works", "mill", "hub", "shop", "store")
        if origin != destination
    }


def test_the_most_specific_row_wins_whole(make):
    text = "origin,destination,item\n*,*,*\nrole:plant,shop,*\nworks,role:market,*\nworks,role:market,tv"
    found = lanes(make, text)
    assert found["mine", "shop", "default", "tv"] == 2
    assert found["mill", "shop", "default", "box"] == 3
    # the origin is compared first: works beats role:plant, whatever the destination
    assert found["works", "shop", "default", "box"] == 4
    assert found["works", "shop", "default", "tv"] == 5
    assert found["works", "store", "default", "tv"] == 5


def test_each_entry_of_a_list_counts_on_its_own(make):
    found = lanes(
        make,
        "origin,destination,item\nworks;role:plant,shop,tv\nregion:x;group:p,shop,tv",
        groups="group,member\np,works\np,mill",
        countries="country,region\nUS,x",
    )
    assert found["works", "shop", "default", "tv"] == 2
    assert found["mill", "shop", "default", "tv"] == 3


def test_modes_are_parallel(make):
    found = lanes(make, "origin,destination,mode,item\nworks,shop,sea,tv\nworks,shop,air,tv")
    assert len(found) == 2


def test_equally_specific_rows_tie(problems):
    text = "origin,destination,item\nrole:plant,shop,tv\nally:no,shop,tv"
    assert problems(lanes=text) == [
        "lanes:3:origin: ties with row 2: both are equally specific for the same lane; "
        "expected one row more specific than the other"
    ]


def test_rows_for_different_items_do_not_tie(make):
    assert len(lanes(make, "origin,destination,item\nworks,shop,tv\nworks,shop,box")) == 2


def test_a_row_that_wins_nothing_is_a_warning(make):
    instance = make(lanes="origin,destination,item\nworks,hub,\nhub,shop,tv\nhub,role:market,*\nhub,hub,*")
    assert [str(warning) for warning in instance.warnings] == [
        "lanes:4:origin: the row stands for no lane: no pair of places, or other rows are more specific "
        "(and 1 more row); found 'hub'"
    ]
