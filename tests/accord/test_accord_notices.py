"""A notice at the release desk: cut by profile like anything else, and nothing of it is told that a profile withholds."""

import msgspec
import pytest
from registers import SOURCED

from hanbada.accord.notices import item_of
from hanbada.model.register import ConfidenceNotice
from hanbada.model.sharing import FULL, NOTHING, PLACES, Marking, Profile
from hanbada.release.cut import MISSING, told

NOTICE = ConfidenceNotice(
    row_id="n-1", kind="incident_at_sea", title="TITLE-SECRET", from_party="NL", parties=("CN", "NL"),
    begins_at=1_717_747_261_000_000, ends_at=None, area="AREA-SECRET", lat_deg=31.2345678, lon_deg=125.7654321,
    units=("UNIT-SECRET",), text="TEXT-SECRET", contact="CONTACT-SECRET", note="NOTE-SECRET", **SOURCED,
)  # fmt: skip
MARKING = Marking(tlp="GREEN", originator="nl-node", grants=())


def cut(profile: Profile, notice: ConfidenceNotice = NOTICE) -> dict[str, object]:
    facts = {fact.name: told(fact, profile) for fact in item_of(notice, MARKING).assertions}
    return {name: value for name, value in facts.items() if value is not MISSING}


def test_everything_known_is_told_in_full_and_nothing_unknown_is_asserted():
    assert cut(FULL) == {
        "kind": "incident_at_sea", "from_party": "NL", "parties": ("CN", "NL"), "title": "TITLE-SECRET",
        "begins_at": NOTICE.begins_at, "units": ("UNIT-SECRET",), "text": "TEXT-SECRET", "contact": "CONTACT-SECRET",
        "place": {"geometry": {"kind": "point", "coordinates": [(125.7654321, 31.2345678)]}, "area": "AREA-SECRET"},
        "source": "https://example.org/a", "note": "NOTE-SECRET",
    }  # fmt: skip


def test_nothing_of_what_is_withheld_is_in_what_is_told():
    assert cut(NOTHING) == {"kind": "incident_at_sea", "from_party": "NL", "begins_at": 1_717_718_400_000_000}


@pytest.mark.parametrize("detail", PLACES)
def test_a_notice_can_be_cut_to_every_detail_of_place_with_and_without_a_place(detail):
    profile = msgspec.structs.replace(NOTHING, place=detail)
    assert "SECRET" not in repr(cut(profile)).replace("AREA-SECRET", "")
    if detail != "exact":
        assert "125.7654321" not in repr(cut(profile))
    assert "place" not in cut(profile, msgspec.structs.replace(NOTICE, lat_deg=None, lon_deg=None))


def test_an_area_without_a_place_is_narrative():
    bare = msgspec.structs.replace(NOTICE, lat_deg=None, lon_deg=None)
    assert cut(FULL, bare)["area"] == "AREA-SECRET"
    assert "AREA-SECRET" not in repr(cut(NOTHING, bare))


def test_the_marking_is_the_one_that_was_given():
    item = item_of(NOTICE, MARKING)
    assert (item.marking, item.data_class, item.item_id) == (MARKING, "notice", "notice/n-1")
