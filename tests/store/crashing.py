"""A node that writes until it is killed, again and again; `test_store_crashes` runs it and looks at what it left.

For each line `calls N` or `time N` it reads, it forks a writer that dies before its N-th call that may change a disk, or
after N milliseconds of processor time wherever it then is, and answers with how the writer ended and what it took.
The writer tells in a file what was acknowledged to it, after it was.
"""

import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from makings import DAY, MINUTE, NOON, detection, positions

from hanbada.model.tables import STATICS
from hanbada.store.archive import open_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore
from hanbada.store.lines import Heard, open_lines

STEPS = 6
SEGMENT_BYTES = 1_000
VESSELS = (440123450, 431000777)
ARCHIVED = "archived"
CHANGING = {"commit", "execute", "executemany", "fdatasync", "fsync", "mkdir", "open", "rename", "replace", "truncate"}
CHANGING |= {"unlink", "write"}
"""Between two calls of these nothing on a disk changes: dying before each of them is dying at any moment."""


def line(number):
    return b"!AIVDM,%d" % number


def row(number):
    """The report that a line held."""
    return positions([NOON + number * MINUTE], [VESSELS[number % 2]], number)


def versions(number):
    """What was found in a line."""
    return [detection(str(number), version) for version in (1, 2)]


@contextmanager
def opened(home):
    """The three stores of a node."""
    log = open_lines(home / "lines", SEGMENT_BYTES)
    engine = open_database(home / "desk.sqlite")
    archive = open_archive(home / "archive", engine, NOON)
    yield log, DeskStore(engine, lambda: NOON), archive
    archive.close()
    engine.dispose()
    log.close()


def write(home):
    """Open what is there and go on: lines, what was found in them, the archive with its mark."""
    told = os.open(home / "acknowledged", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    with opened(home) as (log, desk, archive):
        first = log.last_line(1) + 1
        for n in range(max(1, first - 2), first):
            desk.record(versions(n), NOON)  # said before, or cut short: either way it is there once
        for n in range(first, first + STEPS):
            log.append([Heard(1, NOON + n, line(n) + b"\n", n)])
            os.write(told, b"line %d\n" % n)
            desk.record(versions(n), NOON)
            os.write(told, b"said %d\n" % n)
            if n % 2 == 0:
                rows = [row(one) for one in range((desk.mark(ARCHIVED) or 0) + 1, n + 1)]
                archive.append(pa.concat_tables(rows), STATICS.empty(), NOON, {ARCHIVED: n})
                os.write(told, b"archived %d\n" % n)
            if n % 4 == 0:
                archive.compact(NOON + DAY, NOON)


def fork(home, way, limit):
    """One writer: how it ended (0, or the number of the signal), and if it came to its end what it took, in that way."""
    pipe = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(pipe[1], b"%d" % limited(home, way, limit))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os.close(pipe[1])
    with os.fdopen(pipe[0]) as told:
        return os.waitstatus_to_exitcode(status), int(told.read() or 0)


def limited(home, way, limit):
    """Write until the limit (0: none); what it took."""
    made = 0

    def count(_frame, event, function):
        nonlocal made
        if event == "c_call" and function.__name__ in CHANGING:
            made += 1
            if made == limit:
                os.kill(os.getpid(), signal.SIGKILL)

    if way == "time":
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, limit / 1000)
        write(home)
        return (time.process_time() - begun) * 1000
    sys.setprofile(count)
    write(home)
    sys.setprofile(None)
    return made


if __name__ == "__main__":
    for asked in sys.stdin:
        way, limit = asked.split()
        sys.stdout.write("{} {}\n".format(*fork(Path(sys.argv[1]), way, int(limit))))
        sys.stdout.flush()
