"""Objects made here or read from formats: kept once, one version for each content, listed in pages, withdrawn."""

import msgspec
import pytest
from makings import HOUR, MINUTE, NOON

from hanbada.model.desk import ItemsWanted
from hanbada.model.errors import UsageError
from hanbada.model.sharing import Assertion, Item, Marking
from hanbada.store.items import LARGEST, Origin, key_of

FILE = Origin("file: warnings.gml", "s124")


def made(item_id="w1", title="Wreck", *, data_class="warning", place=((129.0, 35.0),), start=NOON, until=None, **about):
    said = [("title", "narrative", title), ("from", "time", start), ("until", "time", until)]
    return Item(
        item_id=item_id, data_class=data_class, marking=Marking(tlp="GREEN", originator="NAVAREA XI", grants=()),
        assertions=tuple(Assertion(name=n, aspect=a, value=v) for n, a, v in said if v is not None), place=place, **about,
    )  # fmt: skip


def keep(desk, *some, origin=FILE, at=NOON):
    return desk.keep_items(some, origin, "kim", at)


def test_an_object_is_kept_as_it_came_with_where_it_came_from(desk):
    (kept,) = keep(desk, made(title="난파선 \x00")).kept
    assert desk.item(kept.key) == kept
    assert (kept.item, kept.source, kept.format, kept.version) == (made(title="난파선 \x00"), *FILE, 1)
    assert desk.items(ItemsWanted()) == [kept]


def test_saying_the_same_again_changes_nothing(desk):
    keep(desk, made())
    head = desk.ledger_head()
    again = keep(desk, made(), made(), at=NOON + HOUR)
    assert (again.kept, again.unchanged) == ((), 1)
    assert desk.ledger_head() == head


def test_saying_something_else_makes_a_new_version_in_the_ledger_too(desk):
    (first,) = keep(desk, made()).kept
    (second,) = keep(desk, made(title="Buoy"), at=NOON + HOUR).kept
    assert (second.key, second.version, second.kept_at, second.changed_at) == (first.key, 2, NOON, NOON + HOUR)
    hashes = [msgspec.json.decode(one.body)["content"] for one in desk.deeds(0, f"item/{first.key}")]
    assert hashes == [first.content, second.content]
    assert desk.ledger_breaks_at() is None


def test_the_same_id_from_another_source_takes_nobodys_place(desk):
    keep(desk, made())
    keep(desk, made(title="Forged"), origin=Origin("taxii: stranger", "stix"))
    titles = {one.source: one.item.assertions[0].value for one in desk.items(ItemsWanted())}
    assert titles == {"file: warnings.gml": "Wreck", "taxii: stranger": "Forged"}


def test_what_was_withdrawn_stays_so_until_its_source_says_something_else(desk):
    (kept,) = keep(desk, made()).kept
    assert desk.withdraw_item(kept.key, "wrong ship", "lee", NOON + MINUTE)
    assert not desk.withdraw_item(kept.key, "again", "lee", NOON + MINUTE)
    keep(desk, made(), at=NOON + HOUR)
    assert desk.items(ItemsWanted()) == []
    assert desk.item(kept.key).withdrawn_at == NOON + MINUTE
    assert [one.key for one in desk.items(ItemsWanted(withdrawn=True))] == [kept.key]
    (again,) = keep(desk, made(title="Buoy"), at=NOON + HOUR).kept
    assert desk.items(ItemsWanted()) == [again]
    assert (again.version, again.withdrawn_at) == (2, None)


def test_pages_follow_each_other_without_loss_even_where_times_are_equal(desk):
    keep(desk, *(made(f"w{n}") for n in range(23)))
    keep(desk, *(made(f"w{n}") for n in range(23, 31)), at=NOON + HOUR)
    seen, before = [], None
    while page := desk.items(ItemsWanted(before=before, limit=7)):
        seen += page
        before = (page[-1].changed_at, page[-1].key)
    assert len({one.key for one in seen}) == len(seen) == 31
    assert seen == desk.items(ItemsWanted(limit=100))


def test_objects_are_found_by_kind_source_time_and_place(desk):
    keep(desk, made("a", start=NOON, until=NOON + HOUR), made("b", start=NOON + 2 * HOUR, data_class="plan"))
    keep(desk, made("c", place=()), origin=Origin("kim"), at=NOON + HOUR)

    def names(**wanted):
        return {one.item.item_id for one in desk.items(ItemsWanted(**wanted))}

    assert names(data_classes=("plan",)) == {"b"}
    assert names(sources=("kim",)) == {"c"}
    assert names(since_us=NOON) == {"c"}
    assert names(from_us=NOON + 90 * MINUTE) == {"b", "c"}
    assert names(until_us=NOON + HOUR) == {"a", "c"}
    assert names(box=(128.0, 34.0, 130.0, 36.0)) == {"a", "b"}
    assert names(box=(130.0, 34.0, 131.0, 36.0)) == set()


@pytest.mark.parametrize("lons", [(179.5, 180.5), (-180.5, -179.5), (539.5, 540.5)])
def test_a_place_across_180_degrees_is_found_from_both_sides(desk, lons):
    keep(desk, made("a", place=tuple((lon, 10.0) for lon in lons)))
    for box in ((179.0, 5.0, 181.0, 15.0), (-181.0, 5.0, -179.0, 15.0), (-180.0, 5.0, -179.8, 15.0)):
        assert desk.items(ItemsWanted(box=box)), box
    assert not desk.items(ItemsWanted(box=(-179.0, 5.0, 179.0, 15.0)))


def test_what_cannot_be_kept_is_refused_and_the_rest_is_kept(desk):
    said = Assertion(name="text", aspect="narrative", value="NATO SECRET\nfoo")
    labelled = msgspec.structs.replace(made("b"), assertions=(said,))
    done = keep(
        desk, made("a"), labelled, made("c", data_class="song"), made("d", "x" * LARGEST), made("e", place=((0.0, float("nan")),))
    )  # fmt: skip
    assert [one.item.item_id for one in done.kept] == ["a"]
    assert [item_id for item_id, _ in done.refused] == ["b", "c", "d", "e"]


def test_a_source_is_named_by_text_that_can_be_read(desk):
    for source in ("", "a\x00b", "two\nlines"):
        with pytest.raises(UsageError, match="printable"):
            keep(desk, made(), origin=Origin(source))
    assert key_of("ab", "c") != key_of("a", "bc")
