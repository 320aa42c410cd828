"""The archive: kept with its marks or not at all, read by span and vessel, joined without anyone noticing."""

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makings import DAY, HOUR, MINUTE, NOON, SECOND, positions, safety, statics

from hanbada.model.errors import SeamError, StoreError, UsageError
from hanbada.model.tables import POSITIONS, STATICS
from hanbada.store import coverage, files
from hanbada.store.archive import open_archive, view_archive
from hanbada.store.database import open_database, reading, writing
from hanbada.store.desk import DeskStore
from hanbada.store.layout import in_order

MIDNIGHT = NOON - NOON % DAY
ALWAYS = (0, 1 << 61)
VESSELS = (440123450, 431000777, 636012345)


@pytest.fixture
def engine(tmp_path, made_sqlite):
    """SQLite only: what the archive asks of a database is little (one test below asks both)."""
    (tmp_path / "desk.sqlite").write_bytes(made_sqlite.read_bytes())
    opened = open_database(tmp_path / "desk.sqlite")
    yield opened
    opened.dispose()


@pytest.fixture
def archive(engine, tmp_path):
    opened = open_archive(tmp_path / "archive", engine, NOON)
    yield opened
    opened.close()


def day(first_line=1, start=MIDNIGHT, every_s=600):
    """A report of each vessel every ten minutes of a day."""
    at = np.arange(start, start + DAY, every_s * SECOND)
    return positions(np.repeat(at, len(VESSELS)), np.tile(VESSELS, len(at)), first_line)


def keep(archive, table, **marked):
    return archive.append(table, STATICS.empty(), NOON, marked)


def on_disk(archive):
    return sorted(str(path.relative_to(archive.folder)) for path in archive.folder.rglob("*.parquet"))


def counting(archive):
    with reading(archive.engine) as connection:
        return [one.name for one in files.named(connection)]


def test_what_was_kept_is_read_by_vessel_time_and_line(archive):
    table = day()
    shuffled = table.take(pa.array(np.random.default_rng(1).permutation(len(table))))
    assert keep(archive, shuffled) == (len(table), 0, 0, 0)
    assert archive.read(*ALWAYS).equals(in_order(table))
    assert archive.span() == (MIDNIGHT, MIDNIGHT + DAY - 600 * SECOND)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 40 * 3600), st.sampled_from(VESSELS)), min_size=1, max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=3),
    span=st.tuples(st.integers(0, 40 * 3600), st.integers(0, 40 * 3600)),
    wanted=st.one_of(st.none(), st.sampled_from(VESSELS), st.sets(st.sampled_from((*VESSELS, 7)))),
    compacted=st.booleans(),
)
def test_any_rows_cut_and_compacted_in_any_way_are_read_as_one_would_filter_them(
    tmp_path_factory, made_sqlite, rows, cuts, span, wanted, compacted
):
    home = tmp_path_factory.mktemp("any")
    (home / "desk.sqlite").write_bytes(made_sqlite.read_bytes())
    engine = open_database(home / "desk.sqlite")
    archive = open_archive(home / "archive", engine, NOON)
    table = positions([MIDNIGHT + at * SECOND for at, _ in rows], [mmsi for _, mmsi in rows])
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    for begin, end in pairwise(edges):
        keep(archive, table.slice(begin, end - begin))
    if compacted:
        archive.compact(MIDNIGHT + DAY, NOON)
    start, end = (MIDNIGHT + at * SECOND for at in span)
    at, mmsi = (np.asarray(table[name].cast(pa.int64())) for name in ("at", "mmsi"))
    names = VESSELS if wanted is None else [wanted] if isinstance(wanted, int) else list(wanted)
    fits = (at >= start) & (at < end) & np.isin(mmsi, names)
    assert archive.read(start, end, wanted).equals(in_order(table.filter(pa.array(fits))))
    archive.close()
    engine.dispose()


def test_a_span_holds_its_first_moment_and_not_its_last(archive):
    table = positions([NOON - 1, NOON, NOON + 1], [7, 7, 7])
    keep(archive, table)
    assert archive.read(NOON, NOON + 1).equals(table.slice(1, 1))
    assert archive.read(NOON - 1, NOON + 2).equals(table)
    assert archive.read(NOON, NOON).num_rows == 0
    assert archive.read(NOON + 1, NOON).num_rows == 0


def test_one_vessel_several_or_none_are_read(archive):
    keep(archive, day())
    assert set(archive.read(*ALWAYS, VESSELS[0])["mmsi"].to_pylist()) == {VESSELS[0]}
    assert set(archive.read(*ALWAYS, iter(VESSELS[:2]))["mmsi"].to_pylist()) == set(VESSELS[:2])
    assert archive.read(*ALWAYS, ()).num_rows == 0
    assert archive.read(*ALWAYS, 7).num_rows == 0


def test_statics_and_safety_texts_are_kept_beside_positions(archive):
    said = statics([NOON, NOON + DAY], [VESSELS[1], VESSELS[0]], ["HANBIT\x00<b>", None])
    texts = safety([NOON], [970123450], ["MAYDAY"])
    assert archive.append(POSITIONS.empty(), said, NOON, safety=texts) == (0, 2, 1, 0)
    assert archive.read_statics(*ALWAYS).equals(said)
    assert archive.read_statics(*ALWAYS, VESSELS[0]).equals(said.slice(1))
    assert archive.read_safety(*ALWAYS, [970123450, 1]).equals(texts)
    assert archive.read_safety(NOON + 1, NOON + DAY).num_rows == 0
    assert archive.span() is None


def test_rows_without_a_time_are_counted_and_left_out(archive):
    assert keep(archive, positions([-1, NOON], [1, 2])) == (1, 0, 0, 1)
    assert archive.read(*ALWAYS)["mmsi"].to_pylist() == [2]


def test_the_same_rows_again_change_nothing_but_the_marks(archive):
    desk = DeskStore(archive.engine, lambda: NOON)
    keep(archive, day(), loop=1)
    before = counting(archive), archive.counts(MIDNIGHT, MIDNIGHT + DAY, 1)
    keep(archive, day(), loop=2)
    assert (counting(archive), archive.counts(MIDNIGHT, MIDNIGHT + DAY, 1)) == before
    assert desk.mark("loop") == 2
    archive.compact(MIDNIGHT + DAY, NOON)
    keep(archive, day())
    assert archive.read(*ALWAYS).equals(in_order(day()))


def test_rows_and_marks_are_kept_together_or_not_at_all(archive):
    with pytest.raises(UsageError, match="belongs to the store"):
        # Marks come last in the transaction: what came before is undone.
        keep(archive, day(), **{"loop": 1, "store.archive": 2})
    assert DeskStore(archive.engine, lambda: NOON).mark("loop") is None
    assert archive.read(*ALWAYS).num_rows == 0
    assert archive.counts(MIDNIGHT, MIDNIGHT + DAY, 1)[0].receptions == 0


def test_rows_that_are_not_as_declared_are_refused_whole(archive):
    with pytest.raises(SeamError, match="POSITIONS"):
        archive.append(STATICS.empty(), STATICS.empty(), NOON)
    with pytest.raises(SeamError, match="lat_deg"):
        keep(archive, positions([NOON, NOON], [1, 2], lat_deg=[1.0, 1e9]), loop=1)
    assert archive.read(*ALWAYS).num_rows == 0
    assert DeskStore(archive.engine, lambda: NOON).mark("loop") is None


@pytest.mark.parametrize("which", ["sqlite", "postgresql"])
def test_an_archive_belongs_to_either_database(which, request, tmp_path):
    engine = (
        request.getfixturevalue("engine") if which == "sqlite" else open_database(request.getfixturevalue("postgresql"))
    )
    archive = open_archive(tmp_path / "archive", engine, NOON)
    for first_line in (1, 1000):
        keep(archive, day(first_line), loop=first_line)
    archive.compact(MIDNIGHT + DAY, NOON)
    keep(archive, day(2000, MIDNIGHT + DAY))
    assert archive.read(*ALWAYS, VESSELS[0]).num_rows == 3 * 144
    assert [one.receptions for one in archive.counts(MIDNIGHT, MIDNIGHT + 2 * DAY, 2)] == [864, 432]
    archive.close()
    engine.dispose()


# joining


def test_joining_changes_nothing_that_is_read(archive):
    for n in range(5):
        keep(archive, day(1 + 1000 * n, every_s=3600 + n))
    before, counted = archive.read(*ALWAYS), archive.counts(MIDNIGHT, MIDNIGHT + DAY, 24)
    assert archive.compact(MIDNIGHT + DAY, NOON) == 15
    assert archive.read(*ALWAYS).equals(before)
    assert archive.counts(MIDNIGHT, MIDNIGHT + DAY, 24) == counted
    assert len(counting(archive)) == len({*VESSELS})
    assert archive.compact(MIDNIGHT + DAY, NOON) == 0


def test_days_of_a_month_that_is_over_are_joined_to_one_file_for_each_bucket(archive):
    for n in range(3):
        keep(archive, day(1 + 1000 * n, MIDNIGHT + n * DAY))
    before = archive.read(*ALWAYS)
    april = int(np.datetime64("2026-04-01", "us").astype(np.int64))
    assert archive.compact(april - 1, NOON) == 0
    assert archive.compact(april, NOON) == 9
    assert {name.rsplit("/", 2)[0] for name in counting(archive)} == {"pos/month=2026-03"}
    assert archive.read(*ALWAYS).equals(before)


def test_rows_that_come_late_are_joined_to_the_month_they_belong_to(archive):
    april = int(np.datetime64("2026-04-01", "us").astype(np.int64))
    keep(archive, day())
    archive.compact(april, NOON)
    keep(archive, day(5000))
    before = archive.read(*ALWAYS)
    assert before.num_rows == 2 * day().num_rows
    archive.compact(april, NOON)
    assert archive.read(*ALWAYS).equals(before)
    assert len(counting(archive)) == 3


def test_a_day_that_goes_on_never_has_many_files(archive):
    minutes = 50
    for n in range(minutes):
        keep(archive, positions([NOON + n * MINUTE], [VESSELS[0]], n + 1))
        archive.compact(MIDNIGHT, NOON)
    assert archive.read(*ALWAYS)["line_id"].to_pylist() == [1 << 48 | n for n in range(1, minutes + 1)]
    assert len(counting(archive)) < 2 * files.MANY


def test_what_is_old_is_forgotten_and_the_ledger_keeps_that_it_was(archive):
    for n in range(3):
        keep(archive, day(1 + 1000 * n, MIDNIGHT + n * DAY))
    assert archive.drop_before(MIDNIGHT + 2 * DAY - HOUR, "kim", NOON) == 3
    assert archive.drop_before(MIDNIGHT + 2 * DAY - HOUR, "kim", NOON) == 0
    assert archive.span()[0] == MIDNIGHT + DAY
    assert archive.read(*ALWAYS).num_rows == 2 * len(day())
    archive.compact(MIDNIGHT, NOON)
    assert on_disk(archive) == counting(archive)
    (deed,) = DeskStore(archive.engine, lambda: NOON).deeds(object_id="archive")
    assert (deed.actor, deed.action) == ("kim", "archive_dropped")
    assert f'"rows":{len(day())}' in deed.body


def test_replaced_files_stay_until_the_next_time_for_those_who_still_read(archive):
    for first_line in (1, 1000):
        keep(archive, day(first_line))
    archive.compact(MIDNIGHT + DAY, NOON)
    assert len(on_disk(archive)) == 9
    archive.compact(MIDNIGHT + DAY, NOON)
    assert on_disk(archive) == counting(archive)
    assert len(on_disk(archive)) == 3


def test_threads_read_and_append_while_files_are_joined(archive):
    for n in range(4):
        keep(archive, day(1 + 1000 * n, every_s=7200))
    whole, joined, wrong = archive.read(*ALWAYS), threading.Event(), []

    def read():
        while not joined.is_set():
            found = archive.read(MIDNIGHT, MIDNIGHT + DAY)
            if not found.equals(whole):
                wrong.append(found.num_rows)

    def append():
        for n in range(3):
            keep(archive, day(10_000 + 1000 * n, MIDNIGHT + DAY, every_s=7200))

    threads = [threading.Thread(target=act) for act in (read, read, append)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        archive.compact(MIDNIGHT + DAY, NOON)
    joined.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert archive.read(*ALWAYS).num_rows == 7 * 36


def test_a_reader_whose_file_is_taken_away_reads_where_its_rows_are_now(archive, monkeypatch):
    for first_line in (1, 1000):
        keep(archive, day(first_line))
    names = files.overlapping

    def slow(*asked):
        """The files as they were before two compactions, the first time."""
        monkeypatch.setattr(files, "overlapping", names)
        found = names(*asked)
        for _ in range(2):
            archive.compact(MIDNIGHT + DAY, NOON)
        return found

    monkeypatch.setattr(files, "overlapping", slow)
    assert archive.read(*ALWAYS).num_rows == 2 * len(day())
    assert len(on_disk(archive)) == 3


# whose it is, and what is found in it


def test_a_second_writer_is_refused_until_the_first_is_gone(archive, engine, tmp_path):
    with pytest.raises(StoreError, match="in use"):
        open_archive(tmp_path / "archive", engine, NOON)
    archive.close()
    open_archive(tmp_path / "archive", engine, NOON).close()


def test_an_archive_of_another_database_is_refused(archive, tmp_path):
    keep(archive, day())
    archive.close()
    other = open_database(tmp_path / "other.sqlite")
    with pytest.raises(StoreError, match="not the archive of this database"):
        open_archive(tmp_path / "archive", other, NOON)
    with pytest.raises(StoreError, match="not the archive of this database"):
        view_archive(tmp_path / "archive", other)
    other.dispose()
    reopened = open_archive(tmp_path / "archive", archive.engine, NOON)
    assert reopened.read(*ALWAYS).num_rows == len(day())
    reopened.close()


def test_a_database_that_knows_files_refuses_an_empty_folder(archive, tmp_path):
    keep(archive, day())
    with pytest.raises(StoreError, match="not the archive of this database"):
        open_archive(tmp_path / "elsewhere", archive.engine, NOON)


def test_an_archive_may_move_with_its_files(archive, tmp_path):
    keep(archive, day())
    archive.close()
    (tmp_path / "archive").rename(tmp_path / "moved")
    moved = open_archive(tmp_path / "moved", archive.engine, NOON)
    assert moved.read(*ALWAYS).num_rows == len(day())
    moved.close()


def test_others_read_beside_the_writer_and_cannot_write(archive, engine):
    keep(archive, day())
    view = view_archive(archive.folder, engine)
    assert view.read(*ALWAYS, VESSELS[0]).equals(archive.read(*ALWAYS, VESSELS[0]))
    keep(archive, day(1000, MIDNIGHT + DAY))
    assert view.read(*ALWAYS).num_rows == 2 * len(day())
    for write in (lambda: keep(view, day()), lambda: view.compact(NOON, NOON)):
        with pytest.raises(StoreError, match="reading only"):
            write()
    view.close()
    with pytest.raises(StoreError, match="not the archive"):
        view_archive(archive.folder / "nowhere", engine)


def test_files_that_no_row_names_are_put_aside_and_told(archive, engine):
    keep(archive, day())
    stray = archive.folder / counting(archive)[0]
    left = stray.with_name("0123456789abcdef.parquet")
    left.write_bytes(stray.read_bytes())
    unfinished = stray.with_name(".new-fedcba.parquet")
    unfinished.write_bytes(b"PAR1")
    archive.close()
    reopened = open_archive(archive.folder, engine, NOON)
    assert reopened.strays == (str(left.relative_to(archive.folder)),)
    assert not left.exists()
    assert not unfinished.exists()
    assert len(list((archive.folder / "stray").iterdir())) == 1
    assert reopened.read(*ALWAYS).equals(in_order(day()))
    reopened.close()


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_bytes(b"PAR1" * 40), lambda path: path.write_bytes(b"")]
)
def test_a_file_that_is_missing_or_damaged_is_told_not_passed_over(archive, harm):
    keep(archive, day())
    harm(archive.folder / counting(archive)[0])
    with pytest.raises(StoreError, match="missing or damaged"):
        archive.read(*ALWAYS)


def test_a_damaged_name_of_the_archive_is_told(archive, engine):
    archive.close()
    (archive.folder / "archive.json").write_bytes(b"{")
    with pytest.raises(StoreError, match=r"archive\.json is damaged"):
        open_archive(archive.folder, engine, NOON)


def test_every_reader_of_parquet_finds_sorted_rows(archive):
    keep(archive, day())
    archive.compact(MIDNIGHT + DAY, NOON)
    for name in counting(archive):
        table = pq.ParquetFile(archive.folder / name).read()
        keys = list(zip(table["mmsi"].to_pylist(), table["t"].to_pylist(), strict=True))
        assert keys == sorted(keys)
        assert table.schema.metadata is None


# what was heard


def test_counts_are_exact_for_few_vessels(archive):
    keep(archive, day())
    hours = archive.counts(MIDNIGHT, MIDNIGHT + DAY, 24)
    assert [(one.start_at, one.receptions, one.vessels) for one in hours] == [
        (MIDNIGHT + n * HOUR, 18, 3) for n in range(24)
    ]
    assert [one.receptions for one in archive.counts(MIDNIGHT - DAY, MIDNIGHT + DAY, 2)] == [0, 432]


def test_a_span_that_nobody_heard_counts_nothing(archive):
    keep(archive, positions([NOON, NOON + HOUR], [1, 2]))
    counts = archive.counts(NOON, NOON + 80 * MINUTE, 8)
    assert [(one.receptions, one.vessels) for one in counts] == [(1, 1), *[(0, 0)] * 5, (1, 1), (0, 0)]


def test_a_slot_is_shared_out_among_shorter_steps(archive):
    keep(archive, positions([NOON] * 100, list(range(1, 101))))
    counts = archive.counts(NOON, NOON + 10 * MINUTE, 4)
    assert [(one.receptions, one.vessels) for one in counts] == [(25, 100)] * 4


@pytest.mark.parametrize("vessels", [coverage.SAMPLE - 1, 3_000, 60_000])
def test_many_vessels_are_counted_to_a_few_percent(engine, vessels):
    mmsi = np.arange(vessels) * 7_919 + 200_000_000
    for n in range(3):
        with writing(engine) as connection:
            coverage.add(connection, np.full(vessels, NOON + n * 10 * MINUTE), mmsi.astype(np.uint32))
    with reading(engine) as connection:
        (one,) = coverage.counts(connection, NOON, NOON + HOUR, 1)
    assert one.receptions == 3 * vessels
    assert one.vessels == vessels if vessels < coverage.SAMPLE else abs(one.vessels / vessels - 1) < 0.1
