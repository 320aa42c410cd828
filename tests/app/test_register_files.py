"""The register as files: workbooks back and forth, hostile ones refused, the seed sound."""

import io
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from hanbada.accord.tables import read_csv_bytes, wrong
from hanbada.app.cooperation import laid_over, read_files, read_unit_values, seed, write_files
from hanbada.app.workbooks import read_workbook, workbook
from hanbada.model.errors import InputError
from hanbada.model.register import KIND_OF, KINDS, Kept
from hanbada.share.formats.sheets import UNPACKED_LIMIT

sys.path.insert(0, str(Path(__file__).parents[1] / "accord"))

from registers import rows


def repacked(data: bytes, change) -> bytes:
    """A workbook with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def sheet(name: str, *rows) -> bytes:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_seed_is_sound_and_every_row_says_where_from():
    folder = KINDS
    for kind in folder:
        own = [row for row in seed() if KIND_OF[type(row)] == kind]
        assert own, kind
        assert all(row.source and row.sourced_on and not wrong(row) for row in own)
    assert len({row.row_id for row in seed()}) == len(seed()) >= 60


def test_the_seed_files_hold_nothing_that_cannot_be_read():
    from importlib import resources

    for kind in KINDS:
        data = (resources.files("hanbada.app") / "register_seed" / f"{kind}.csv").read_bytes()
        assert [str(fault) for fault in read_csv_bytes(data, kind).faults] == []


def test_a_workbook_comes_back_as_it_went():
    reading = read_workbook(workbook(seed()), "all.xlsx")
    assert [str(fault) for fault in reading.faults] == []
    assert set(map(repr, reading.rows)) == set(map(repr, seed()))


def test_no_cell_of_a_workbook_is_a_formula():
    hostile = next(row for row in seed() if KIND_OF[type(row)] == "forum")
    import msgspec

    book = load_workbook(io.BytesIO(workbook([msgspec.structs.replace(hostile, name="=HYPERLINK(1)")])))
    cells = [cell for each in book.worksheets for row in each.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells}


def test_days_and_numbers_that_a_spreadsheet_made_its_own_are_understood():
    data = sheet(
        "transfer",
        [
            "row_id",
            "supplier",
            "recipient",
            "designation",
            "kind",
            "condition",
            "ordered",
            "order_year",
            "source",
            "sourced_on",
        ],
        ["a", "KR", "NO", "K9", "delivery", "new", 24.0, 2017, "here", date(2024, 12, 17)],
        ["b", "KR", "NO", "K9", "delivery", "new", "(24)", "(2017)", "here", datetime(2024, 12, 17)],  # noqa: DTZ001
    )
    reading = read_workbook(data, "x.xlsx")
    assert [str(fault) for fault in reading.faults] == []
    assert [(row.ordered.value, row.ordered.estimate, row.sourced_on) for row in reading.rows] == [
        (24, False, date(2024, 12, 17)),
        (24, True, date(2024, 12, 17)),
    ]


def test_a_fault_in_a_workbook_names_its_sheet_and_line():
    data = sheet(
        "forum", ["row_id", "code", "name", "members", "source", "sourced_on"], [], ["a", "X", "Y", "DE", "h", "soon"]
    )
    assert str(read_workbook(data, "x.xlsx").faults[0]).startswith(
        "x.xlsx, sheet forum, line 3, column sourced_on: 'soon'"
    )


def bomb() -> bytes:
    return repacked(
        workbook([]), lambda name, data: b"<a>" + b" " * (UNPACKED_LIMIT + 1) if name.endswith("sheet1.xml") else data
    )


def many() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(600):
            archive.writestr(f"xl/{number}.xml", "<a/>")
    return out.getvalue()


def declaring(text: str, encoding: str = "utf-8") -> bytes:
    return repacked(workbook([]), lambda name, data: text.encode(encoding) if name.endswith("sheet1.xml") else data)


ENTITY = '<?xml version="1.0" encoding="{}"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (bomb(), "unpacks to"),
        (many(), "unpacks to 600 parts"),
        (declaring(ENTITY.format("utf-8")), "declares a document type"),
        (declaring(ENTITY.format("utf-16"), "utf-16"), "declares a document type or is not UTF-8"),
        (declaring(ENTITY.format("utf-7"), "utf-7"), "declares a document type or is not UTF-8"),
        (declaring("<worksheet>"), "damaged"),
        (b"PK\x03\x04 not really", "no XLSX workbook"),
        (b"", "no XLSX workbook"),
        (b"\x00" * (17 << 20), "cut it into several"),
    ],
    ids=[
        "bomb",
        "many parts",
        "entity",
        "entity in utf-16",
        "entity in utf-7",
        "torn xml",
        "no zip",
        "empty",
        "too large",
    ],
)
def test_harmful_and_damaged_workbooks_are_refused(data, hint):
    with pytest.raises(InputError, match=hint):
        read_workbook(data, "x.xlsx")


def test_a_sheet_that_claims_a_million_rows_costs_what_it_holds():
    def claim(name, data):
        return data.replace(b"<sheetData", b'<dimension ref="A1:XFD1048576"/><sheetData') if "sheet1" in name else data

    assert read_workbook(repacked(workbook(seed()), claim), "x.xlsx").rows


@pytest.mark.parametrize("at", range(0, 6000, 97))
def test_a_workbook_with_a_wrong_byte_is_read_or_refused(at):
    data = bytearray(
        sheet(
            "forum",
            ["row_id", "code", "name", "members", "source", "sourced_on"],
            ["a", "X", "Y", "DE", "h", "2024-01-01"],
        )
    )
    data[at % len(data)] ^= 0xFF
    try:
        read_workbook(bytes(data), "x.xlsx")
    except InputError as refused:
        said = str(refused)
        assert "x.xlsx" in said


def test_files_written_are_read_back(tmp_path):
    assert len(write_files(seed(), tmp_path / "csv")) == len(KINDS)
    write_files(seed(), tmp_path / "all.xlsx")
    for paths in (sorted((tmp_path / "csv").iterdir()), [tmp_path / "all.xlsx"]):
        reading = read_files(paths, None)
        assert (reading.faults, len(reading.rows)) == ((), len(seed()))


def test_a_file_that_is_missing_or_broken_does_not_stop_the_others(tmp_path):
    write_files(seed(), tmp_path)
    (tmp_path / "bad.xlsx").write_bytes(b"no")
    reading = read_files([tmp_path / "gone.csv", tmp_path / "bad.xlsx", tmp_path / "forum.csv"], None)
    assert len(reading.rows) == 5
    assert ["cannot be opened" in str(reading.faults[0]), "no XLSX" in str(reading.faults[1])] == [True, True]


def test_rows_of_the_node_lie_over_the_seed_and_withdrawn_ones_are_gone():
    first, second = seed()[:2]
    own = Kept(kind="forum", row=first, version=2, changed_by="kim")
    found = laid_over([own], {("forum", second.row_id)})
    assert own in found
    assert len(found) == len(seed()) - 1


def test_unit_values_that_are_none_are_faults():
    found = read_unit_values("designation,unit_value\nK9,3.5\nK10,-1\nK2,nan\nT,x\n", "v.csv")
    assert found.values == {"K9": 3.5}
    assert [fault.line for fault in found.faults] == [3, 4, 5]
    with pytest.raises(InputError, match="designation,unit_value"):
        read_unit_values("a,b\n", "v.csv")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_row_survives_a_workbook(kind, data):
    row = data.draw(rows(kind).filter(lambda row: not wrong(row)))
    reading = read_workbook(workbook([row]), "x.xlsx")
    assert [str(fault) for fault in reading.faults] == []
    assert reading.rows == (row,)
