"""`hanbada dossier` over a node's archive and packs: what is known, by number or by name, and what is not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hanbada.app.dossier_command import dossier
from hanbada.app.evidence import ARCHIVE, DATABASE
from hanbada.model.errors import NotFoundError
from hanbada.model.tables import POSITIONS, STATICS
from hanbada.model.times import DAY_US, parse_time
from hanbada.store import packs
from hanbada.store.archive import open_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore
from hanbada.store.sources import About

NOON = parse_time("2025-01-03T12:00:00Z")
BEFORE, AFTER, IMO = 613_003_889, 677_087_200, 8_358_427
WATCHED = b"imo,name,flag,programme,reason\n8358427,XING SHUN 39,TZ,Cables 2025,seen over a cable\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A node that heard one ship under two numbers, and has a watch list."""
    folder = tmp_path_factory.mktemp("node")
    engine = open_database(folder / DATABASE)
    source = DeskStore(engine, lambda: NOON).source_number("Keelung", About(licence="ours", shareable=True), NOON)
    archive = open_archive(folder / ARCHIVE, engine, NOON)
    said = [(BEFORE, "SHUN XING 39", None), (BEFORE, "SHUN XING 39", None), (AFTER, "XING SHUN 39", IMO)]
    line = np.arange(1, 4, dtype=np.uint64) | np.uint64(source << 48)
    mmsi, name, imo = zip(*said, strict=True)
    columns = {"at": (NOON + np.arange(3) * 60_000_000).astype("datetime64[us]"), "mmsi": np.array(mmsi, np.uint32)}
    columns |= {"source": np.full(3, source, np.uint16), "line_id": line, "name": name, "imo": imo}
    archive.append(POSITIONS.empty(), STATICS.build(columns), NOON, {"loop": {"seq": 0}})
    archive.close()
    engine.dispose()
    packs.add(folder, {"cables.csv": WATCHED}, added_at=NOON + 9 * DAY_US, data_date="2025-01-09")
    return folder


def asked(capsysbinary, text, home):
    assert dossier(text, home, as_json=True) == 0
    return json.loads(capsysbinary.readouterr().out)


def test_an_mmsi_shows_what_its_radio_said_and_whom_its_name_recalls(home, capsysbinary) -> None:
    found = asked(capsysbinary, str(BEFORE), home)
    by_field = {line["what"]: line for line in found["lines"]}
    (name,) = by_field["name"]["values"]
    assert (name["value"], name["facts"][0]["source"], name["facts"][0]["count"]) == ("SHUN XING 39", "Keelung", 2)
    assert by_field["flag"]["values"][0]["value"] == "CM"
    (listing,) = found["listings"]
    assert listing["matched_by"] == "name", "the same words in another order"


def test_an_imo_number_brings_radio_and_register_together(home, capsysbinary) -> None:
    found = asked(capsysbinary, f"IMO {IMO}", home)
    by_field = {line["what"]: line for line in found["lines"]}
    assert by_field["imo"]["values"][0]["credibility"] == 1
    assert by_field["flag"]["values"][0]["value"] == "TZ"
    assert not by_field["flag"]["disputed"]
    assert found["listings"][0]["matched_by"] == "imo"


def test_a_name_that_one_ship_bears_is_enough(home, capsysbinary) -> None:
    assert asked(capsysbinary, str(AFTER), home)["lines"] == asked(capsysbinary, f"IMO{IMO}", home)["lines"]
    with pytest.raises(NotFoundError, match=f"2 vessels.*{BEFORE}, {AFTER}"):
        dossier("shunxing 39", home, as_json=True)


def test_the_text_says_who_says_so_and_how_far_to_believe_it(home, capsysbinary) -> None:
    assert dossier(str(AFTER), home, as_json=False) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "  XING SHUN 39\n    F1  A list of the user's own, 090000ZJAN25\n    D1  Keelung, 031202ZJAN25\n" in text
    assert "WATCH LIST: A list of the user's own (by imo), as of 090000ZJAN25\n" in text


def test_who_is_not_known_is_not_found(home, tmp_path) -> None:
    for text, folder in (("431000001", home), ("9329760", home), ("NOBODY", home), ("NOBODY", tmp_path)):
        with pytest.raises(NotFoundError, match=text):
            dossier(text, folder, as_json=False)
