"""The log of lines as heard: byte for byte, in order, through reopening, tearing and damage."""

import os
import random
import struct
import threading
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makings import HOUR, NOON

from hanbada.model.errors import SeamError, StoreError
from hanbada.model.ids import line_id
from hanbada.store import segments
from hanbada.store.durable import write_whole
from hanbada.store.lines import Heard, Line, open_lines

SOURCES = (0, 1, 65_535)
TEXT = st.binary(max_size=30).map(lambda text: text.replace(b"\n", b"").replace(b"\r", b""))
BATCH = st.tuples(st.sampled_from(SOURCES), st.integers(0, 3), st.lists(TEXT, max_size=6), st.booleans())
STEP = st.one_of(st.lists(BATCH, max_size=3), st.just("reopen"))


def text(number, size=40):
    return b"!AIVDM,1,1,,A,%08d" % number + b"x" * size


def heard(first_line, count=1, source=1, at=NOON, size=40):
    return Heard(source, at, b"".join(text(first_line + n, size) + b"\r\n" for n in range(count)), first_line)


def batches(log):
    """What can be read, as it was appended."""
    return [Heard(one.source, one.received_at, one.data, one.first_line) for one in log.read()]


def fill(folder, count=12, segment_bytes=300):
    """A closed log of single lines over several segments."""
    log = open_lines(folder, segment_bytes)
    for n in range(1, count + 1):
        log.append([heard(n)])
    log.close()
    return sorted(folder.glob("*.lines"))


def known(log, count):
    """Which of the lines of `fill` are found, each as it was."""
    found = log.lines(line_id(1, n) for n in range(1, count + 1))
    assert all(line == Line(1, NOON, text(one & 0xFFFF)) for one, line in found.items())
    return [one & 0xFFFF for one in found]


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEP, max_size=12), segment_bytes=st.sampled_from([1, 200, 64 << 20]))
def test_whatever_is_appended_is_read_again_byte_for_byte(tmp_path_factory, steps, segment_bytes):
    folder = tmp_path_factory.mktemp("log")
    log, kept, lines, last = open_lines(folder, segment_bytes), [], {}, dict.fromkeys(SOURCES, 0)
    for at, step in enumerate(steps):
        if step == "reopen":
            log.close()
            log = open_lines(folder, segment_bytes)
            continue
        batch = []
        for source, skipped, texts, cr in step:
            end = b"\r\n" if cr else b"\n"
            first = last[source] + 1 + skipped
            batch.append(Heard(source, at, b"".join(one + end for one in texts), first))
            lines |= {line_id(source, first + n): Line(source, at, one) for n, one in enumerate(texts)}
            last[source] = first + len(texts) - 1 if texts else last[source]
        kept += [one for one in batch if one.data]
        assert log.append(batch) == len(kept)
    assert batches(log) == kept
    assert [one.seq for one in log.read()] == list(range(1, len(kept) + 1))
    assert log.lines([*lines, line_id(7, 1)]) == lines
    assert {source: log.last_line(source) for source in SOURCES} == last
    assert log.faults == []
    log.close()


def test_reading_begins_after_a_number(tmp_path):
    fill(tmp_path)
    log = open_lines(tmp_path)
    assert [one.seq for one in log.read(since=9)] == [10, 11, 12]
    assert list(log.read(since=12)) == []
    log.close()


def test_large_batches_are_kept_small(tmp_path):
    log = open_lines(tmp_path)
    batch = heard(1, 5_000)
    log.append([batch])
    assert batches(log) == [batch]
    assert log.lines([line_id(1, 4_321)])[line_id(1, 4_321)].data == text(4_321)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < len(batch.data) / 3
    log.close()


def test_lines_that_were_never_numbered_are_not_found(tmp_path):
    log = open_lines(tmp_path)
    log.append([heard(10, 2)])
    log.append([heard(20, 2)])
    assert list(log.lines([line_id(1, n) for n in (1, 9, 12, 19, 22)])) == []
    assert list(log.lines([line_id(2, 10)])) == []
    log.close()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Heard(1, NOON, b"no end", 5), "ends within a line"),
        (heard(5), "line 5 is kept already"),
        (Heard(2, NOON, b"\n" * (segments.MOST_BYTES + 1), 1), "at most"),
    ],
)
def test_a_batch_that_is_wrong_is_refused_whole(tmp_path, bad, why):
    log = open_lines(tmp_path)
    log.append([heard(1, 4)])
    with pytest.raises(SeamError, match=why):
        log.append([heard(5), bad])
    assert (log.last_seq, log.last_line(1)) == (1, 4)
    log.append([heard(5)])
    assert len(batches(log)) == 2
    log.close()


# one writer, many readers


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path):
    log = open_lines(tmp_path)
    with pytest.raises(StoreError, match="in use"):
        open_lines(tmp_path)
    log.close()
    with pytest.raises(StoreError, match="open the log again"):
        log.append([heard(1)])
    open_lines(tmp_path).close()


def test_a_write_that_fails_is_told_and_nothing_is_written_after_it(tmp_path, monkeypatch):
    log = open_lines(tmp_path)
    log.append([heard(1)])

    def full(_handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("hanbada.store.lines.os.fdatasync", full)
        with pytest.raises(StoreError, match="No space left"):
            log.append([heard(2)])
    with pytest.raises(StoreError, match="open the log again"):
        log.append([heard(2)])
    assert log.last_seq == 1
    log.close()
    log = open_lines(tmp_path)
    assert log.append([heard(max(3, log.last_line(1) + 1))]) == log.last_seq
    log.close()


def test_lines_are_on_disk_before_append_returns(tmp_path, monkeypatch):
    log, done = open_lines(tmp_path), []
    monkeypatch.setattr(os, "fdatasync", lambda handle: done.append(os.fstat(handle).st_size))
    log.append([heard(1)])
    (path,) = tmp_path.glob("*.lines")
    assert done == [path.stat().st_size]
    log.close()


def test_a_file_is_on_disk_before_it_has_its_name_and_its_name_before_it_counts(tmp_path, monkeypatch):
    done = []

    def fsync(handle):
        name = Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)
        done.append((str(name), sorted(path.name for path in tmp_path.iterdir())))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(tmp_path / "file", b"content")
    assert done == [(".new-file", [".new-file"]), (".", ["file"])]


def test_threads_read_while_lines_are_appended(tmp_path):
    log, failed, done = open_lines(tmp_path, 2_000), [], threading.Event()

    def look():
        while not done.is_set():
            last = log.last_line(1)
            if last and known(log, last) != list(range(1, last + 1)):
                failed.append(last)
            seqs = [one.seq for one in log.read()]
            if seqs != list(range(1, len(seqs) + 1)) or len(seqs) < last:
                failed.append(seqs)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(1, 121):
        log.append([heard(n)])
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(list(tmp_path.glob("*.lines"))) > 3
    log.close()


# what is old


def test_old_lines_are_dropped_and_their_numbers_never_used_again(tmp_path):
    log = open_lines(tmp_path, 400)
    for n in range(1, 13):
        log.append([heard(n, at=NOON + n * HOUR)])
    log.append([heard(1, source=2, at=NOON + 13 * HOUR)])
    before = len(list(tmp_path.glob("*.lines")))
    dropped = log.drop_before(NOON + 7 * HOUR)
    assert 0 < dropped < before
    assert len(list(tmp_path.glob("*.lines"))) == before - dropped
    first = min(one.first_line for one in log.read() if one.source == 1)
    assert 1 < first <= 7
    assert sorted(log.lines(line_id(1, n) for n in range(1, 13))) == [line_id(1, n) for n in range(first, 13)]
    log.close()
    log = open_lines(tmp_path, 400)
    assert log.drop_before(NOON + 99 * HOUR) > 0
    log.close()
    log = open_lines(tmp_path, 400)
    assert (log.last_seq, log.last_line(1), log.last_line(2)) == (13, 12, 1)
    with pytest.raises(SeamError, match="kept already"):
        log.append([heard(12)])
    log.close()


def test_an_index_that_is_lost_or_damaged_is_made_anew(tmp_path):
    fill(tmp_path)
    indices = sorted(tmp_path.glob("*.index"))
    kept = [index.read_bytes() for index in indices]
    assert len(indices) >= 3
    indices[0].unlink()
    indices[1].write_bytes(b"")
    indices[2].write_bytes(kept[2][:-3] + b"abc")
    log = open_lines(tmp_path)
    assert known(log, 12) == list(range(1, 13))
    assert indices[0].read_bytes() == kept[0]
    assert indices[1].read_bytes() == kept[1]
    log.close()


# tearing and damage


def test_a_tail_torn_at_any_byte_is_cut_off_and_told_and_nothing_else_is_lost(tmp_path):
    (path,) = fill(tmp_path, 3, 64 << 20)
    content = path.read_bytes()
    head = len(segment_head(content))
    ends = [head + n * (len(content) - head) // 3 for n in range(4)]
    for cut in range(head, len(content)):
        path.write_bytes(content[:cut])
        log = open_lines(tmp_path)
        whole = sum(cut >= end for end in ends[1:])
        assert log.last_seq == whole
        assert known(log, 3) == list(range(1, whole + 1))
        assert [(one.offset, one.size, one.torn) for one in log.faults] == (
            [] if cut in ends else [(ends[whole], cut - ends[whole], True)]
        )
        log.close()
        assert path.stat().st_size == ends[whole]


def segment_head(content):
    """The bytes of a segment before its records."""
    return content[: 16 + struct.unpack_from("<I", content, 8)[0]]


def test_what_follows_a_torn_tail_is_as_sound_as_what_was_before(tmp_path):
    (path,) = fill(tmp_path, 3, 64 << 20)
    path.write_bytes(path.read_bytes()[:-5])
    log = open_lines(tmp_path)
    assert log.append([heard(3, 2)]) == 3
    log.close()
    log = open_lines(tmp_path)
    assert known(log, 4) == [1, 2, 3, 4]
    assert log.faults == []
    log.close()


@pytest.mark.parametrize("seed", range(6))
def test_damage_in_the_middle_costs_only_the_lines_it_hits(tmp_path, seed):
    paths = fill(tmp_path, 12)
    dice = random.Random(seed)
    path = dice.choice(paths[:-1])
    content = bytearray(path.read_bytes())
    head = len(segment_head(content))
    if seed % 2:
        for index in tmp_path.glob("*.index"):
            index.unlink()
    at = dice.randrange(head, len(content))
    content[at] ^= 1 << dice.randrange(8)
    path.write_bytes(bytes(content))
    log = open_lines(tmp_path)
    found = known(log, 12)
    assert len(found) == 11
    assert [one.first_line for one in log.read()] == found
    (fault,) = log.faults
    assert fault.offset <= at < fault.offset + fault.size
    assert (fault.path, fault.torn) == (path, False)
    assert log.append([heard(13)]) == 13
    log.close()


def test_damage_in_the_middle_of_the_last_segment_is_stepped_over_too(tmp_path):
    (path,) = fill(tmp_path, 5, 64 << 20)
    content = bytearray(path.read_bytes())
    content[content.index(text(3))] ^= 1
    path.write_bytes(bytes(content))
    log = open_lines(tmp_path)
    assert known(log, 5) == [1, 2, 4, 5]
    assert [one.torn for one in log.faults] == [False]
    assert log.last_line(1) == 5
    log.close()


def test_a_segment_cut_short_is_told_when_it_is_read(tmp_path):
    paths = fill(tmp_path, 12)
    paths[0].write_bytes(paths[0].read_bytes()[:-4])
    log = open_lines(tmp_path)
    assert len(list(log.read())) == 11
    assert [(one.path, one.torn) for one in log.faults] == [(paths[0], False)]
    assert len(known(log, 12)) == 11
    log.close()


def test_a_segment_whose_beginning_is_damaged_stops_the_opening(tmp_path):
    paths = fill(tmp_path, 12)
    content = bytearray(paths[-1].read_bytes())
    content[10] ^= 1
    paths[-1].write_bytes(bytes(content))
    with pytest.raises(StoreError, match="move it away"):
        open_lines(tmp_path)
    paths[-1].rename(tmp_path / "away")
    open_lines(tmp_path).close()


def test_a_line_that_imitates_a_record_is_not_taken_for_one(tmp_path):
    """Even if its sender knows the format: the mark of a segment is drawn when it begins."""
    log = open_lines(tmp_path)
    mark = b"\x01\x02\x03\x04"
    body = struct.pack("<IQqQIHBx", 8, 2, NOON, 2, 1, 1, 0) + b"forged!\n"
    forged = mark + struct.pack("<I", zlib.crc32(body)) + body
    assert segments.place_at(forged, 0, mark) is not None
    log.append([Heard(1, NOON, forged + b"\n", 1)])
    log.append([heard(3)])
    log.close()
    (path,) = tmp_path.glob("*.lines")
    content = bytearray(path.read_bytes())
    content[len(segment_head(content)) + 5] ^= 1
    path.write_bytes(bytes(content))
    log = open_lines(tmp_path)
    assert [one.first_line for one in log.read()] == [3]
    log.close()


def test_marks_are_drawn_anew_for_each_segment(tmp_path):
    paths = fill(tmp_path, 12)
    marks = {segments.read_head(path, path.read_bytes())[0].mark for path in paths}
    assert len(marks) == len(paths) > 2


def test_unfinished_files_are_removed_at_opening(tmp_path):
    open_lines(tmp_path).close()
    (tmp_path / ".new-0000000000000009.lines").write_bytes(b"HB")
    open_lines(tmp_path).close()
    assert not list(tmp_path.glob(".new-*"))
