"""Rows as CSV and back: nothing is lost, nothing runs as a formula, and a bad cell costs only its row."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import dialogue, instrument, rows, transfer

from hanbada.accord.cells import columns, figure, parts_of, years
from hanbada.accord.tables import ROW_LIMIT, csv_bytes, grid, read_csv_bytes, read_grid, wrong
from hanbada.model.cells import FORMULA_STARTS, guarded, unguarded
from hanbada.model.errors import InputError
from hanbada.model.register import KINDS, Figure

HEADER = ",".join(column.name for column in columns("forum"))


def said(reading):
    return [str(fault) for fault in reading.faults]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_is_written_is_read_back_in_every_kind(kind, data):
    row = data.draw(rows(kind).filter(lambda row: not wrong(row)))
    reading = read_csv_bytes(csv_bytes(kind, [row]), "a.csv")
    assert said(reading) == []
    assert reading.rows == (row,)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_cell_that_is_written_is_a_formula(kind, data):
    for cells in grid(kind, [data.draw(rows(kind))]):
        for cell in cells:
            assert not cell.startswith(FORMULA_STARTS) or float(cell) <= 0


@given(st.text())
def test_guarding_a_text_can_be_undone(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_guarded(start):
    assert guarded(f"{start}cmd|' /C calc'!A0").startswith("'")


def test_the_header_does_not_change_silently():
    assert csv_bytes("transfer", [transfer()]).decode("utf-8-sig").splitlines() == [
        (
            "row_id,supplier,recipient,designation,description,kind,condition,ordered,order_year,delivered,delivery_years,"
            "source,sourced_on,confidence,note"
        ),
        "tr,A,B,X1,,delivery,new,10,2017,10,2020,https://example.org/a,2026-11-22,confirmed,",
    ]


def test_brackets_come_back_out_as_they_came_in():
    kept = transfer(
        ordered=Figure(value=24, estimate=True), delivery_years=(Figure(value=2019), Figure(value=2020, estimate=True))
    )
    text = csv_bytes("transfer", [kept]).decode()
    assert ",(24)," in text
    assert "2019; (2020)" in text
    assert read_csv_bytes(text.encode(), "a.csv").rows == (kept,)


@pytest.mark.parametrize("text", ["24)", "(24", "about 24", "-3", "2019-2021", "", "٣"])
def test_a_number_that_is_none_says_how_to_write_it(text):
    with pytest.raises(InputError, match="in brackets if it is an estimate"):
        figure(text)


@pytest.mark.parametrize("text", ["2021-2019", "19", "2019-", "2019/2020", "1066"])
def test_years_that_are_none_say_how_to_write_them(text):
    with pytest.raises(InputError, match="write years"):
        years(text)


def test_a_bad_cell_costs_its_row_and_says_file_line_column_and_what_to_do():
    text = f"{HEADER}\ngood,EU,Union,DE;FR,,,here,2024-01-01,,\nbad,EU,Union,DE,,1.11.1993,here,2024-01-01,maybe,\n"
    reading = read_csv_bytes(text.encode(), "forums.csv")
    assert [row.row_id for row in reading.rows] == ["good"]
    assert said(reading) == [
        "forums.csv, line 3, column founded_on: '1.11.1993' cannot be used: write the day as 2024-11-04",
        "forums.csv, line 3, column confidence: 'maybe' cannot be used: write one of confirmed, unverified",
    ]


def test_lines_are_counted_as_an_editor_counts_them():
    text = f'{HEADER}\r\na,EU,Union,DE,,,here,2024-01-01,,"two\r\nlines"\r\nb,EU,Union,DE,,,here,no,,\r\n'
    assert read_csv_bytes(text.encode(), "f.csv").faults[0].line == 4


def test_a_row_without_source_or_date_is_not_taken():
    text = f"{HEADER}\na,EU,Union,DE,,,,,,\n"
    assert [(fault.column, fault.hint) for fault in read_csv_bytes(text.encode(), "f.csv").faults] == [
        ("source", "it is empty, and no row may lack it"),
        ("sourced_on", "it is empty, and no row may lack it"),
    ]


def test_columns_stand_in_any_order_and_one_too_many_is_said():
    text = "source,sourced_on,colour,members,name,code,row_id\nhere,2024-01-01,red,DE,Union,EU,a\n"
    reading = read_csv_bytes(text.encode(), "f.csv")
    assert reading.rows[0].members == ("DE",)
    assert said(reading) == ["f.csv, line 1, column colour: a row of kind forum has no such column; it is passed over"]


def test_a_lacking_column_stops_the_file_once_not_every_row():
    text = "row_id,code,name,source,sourced_on\na,EU,Union,here,2024-01-01\nb,EU,Union,here,2024-01-01\n"
    reading = read_csv_bytes(text.encode(), "f.csv", "forum")
    assert reading.rows == ()
    assert said(reading) == ["f.csv, line 1, column members: a row of kind forum needs it; add the column"]


def test_semicolons_between_cells_as_european_spreadsheets_write_them_are_fine():
    text = 'row_id;code;name;members;source;sourced_on\na;EU;Union;"DE; FR";here;2024-01-01\n'
    assert read_csv_bytes(text.encode(), "f.csv").rows[0].members == ("DE", "FR")


def test_an_id_that_stands_twice_is_taken_once():
    line = "a,EU,Union,DE,,,here,2024-01-01,,\n"
    reading = read_csv_bytes(f"{HEADER}\n{line}{line}".encode(), "f.csv")
    assert len(reading.rows) == 1
    assert "stood here before" in said(reading)[0]


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ("이름".encode("cp949"), "not UTF-8"),
        (b"\xff\xfer\x00o\x00w\x00", "not UTF-8"),
        (b"a,b\n1,2\n", "no kind of row"),
        (b"row_id,code,name,members,source,sourced_on\na,E\x00U,U,DE,h,2024-01-01\n", "control character U+0000"),
        (f"{HEADER}\na,EU,Union,DE,,,here,2024-01-01,,,surplus\n".encode(), "11 cells, the header 10"),
        (f"{HEADER}\n../x,EU,Union,DE,,,here,2024-01-01,,\n".encode(), "lower-case letters"),
        (f"{HEADER}\na,EU,{'x' * 9000},DE,,,here,2024-01-01,,\n".encode(), "9000 characters"),
        (f"{HEADER}\na,EU,U,{'x;' * 2000},,,here,2024-01-01,,\n".encode(), "lists 2000"),
    ],
)  # fmt: skip
def test_hostile_files_are_faults_with_a_hint(data, hint):
    reading = read_csv_bytes(data, "f.csv")
    assert reading.rows == ()
    assert hint in said(reading)[0]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_said(data):
    reading = read_csv_bytes(data, "f.csv")
    assert isinstance(reading.rows, tuple)


def test_an_empty_file_is_no_fault():
    assert read_csv_bytes(b"", "f.csv") == ((), ())


def test_too_many_lines_are_refused_as_a_whole():
    reading = read_grid([(n, ["x"]) for n in range(ROW_LIMIT + 2)], "f.csv")
    assert "at most 20000" in said(reading)[0]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (instrument(row_id="A B"), "row_id"),
        (instrument(until_on=instrument().signed_on.replace(year=2019)), "until_on"),
    ],
)
def test_rows_that_contradict_themselves_are_told(row, column):
    assert [name for name, _ in wrong(row)] == [column]


def test_instruments_and_dialogues_are_told_apart_by_their_headers():
    assert read_csv_bytes(csv_bytes("dialogue", [dialogue()]), "x.csv").rows == (dialogue(),)
    assert read_csv_bytes(csv_bytes("instrument", [instrument()]), "x.csv").rows == (instrument(),)


def test_an_escaped_mark_is_no_mark():
    assert parts_of(r"a\;b; c\\", ";") == ["a;b", "c\\"]
