"""Messages that wait for their parts, and rejects: the memory of the compiled scanner (rules in `ais.lines`)."""

from typing import Any

from hanbada.ais.desk import (
    D_AT,
    D_GROUP,
    D_LINE,
    D_REJECT,
    D_REJECTS,
    D_SERIAL,
    D_STATION,
    IN_USE,
    INCOMPLETE,
    MAX_PARTS,
    NEVER,
    PART,
    PARTS,
    QUEUES,
    R_CODE,
    R_LENGTH,
    R_LINE,
    R_START,
    REJECT,
    REJECTS,
    W_AT,
    W_FILL,
    W_GROUP,
    W_HAVE,
    W_LAST,
    W_LENGTH,
    W_LINE,
    W_SERIAL,
    W_STATION,
    W_TOTAL,
    WAIT,
    WAITING,
)
from hanbada.ais.lines import MAX_PART, MAX_WAITING, PART_AGE_LINES, PART_AGE_US
from hanbada.ais.words_kernel import load_u64, store_u64
from hanbada.model.kernel import inlined, kernel


@kernel
def reject(desk: Any, line: int, code: int, start: int, length: int) -> None:
    """Note a reject: its text begins at `start`, or `length` is what its code tells of it where `start` is -1."""
    row = REJECTS + REJECT * desk[D_REJECTS]
    desk[row + R_LINE] = line
    desk[row + R_CODE] = code
    desk[row + R_START] = start
    desk[row + R_LENGTH] = length
    desk[D_REJECTS] += 1
    desk[D_REJECT] += 1


@kernel
def _give_up(desk: Any, row: int) -> None:
    """Reject every part of an unfinished message and free its place."""
    for i in range(MAX_PARTS):
        if desk[row + W_HAVE] >> i & 1:
            reject(desk, desk[row + W_LINE + i], INCOMPLETE, -1, 0)
    close(desk, row)


@kernel
def _is_stale(desk: Any, row: int) -> bool:
    if desk[row + W_AT] != NEVER and desk[D_AT] != NEVER:
        return bool(abs(desk[D_AT] - desk[row + W_AT]) > PART_AGE_US)
    return bool(desk[D_LINE] - desk[row + W_LAST] > PART_AGE_LINES)


@kernel
def _belongs(desk: Any, row: int, total: int) -> bool:
    if desk[row + W_TOTAL] != total:
        return False
    if desk[row + W_GROUP] and desk[D_GROUP]:
        return bool(desk[row + W_GROUP] == desk[D_GROUP])
    known = desk[row + W_STATION] != 0 and desk[D_STATION] != 0
    return bool(not known or desk[row + W_STATION] == desk[D_STATION])


@kernel
def row_for(desk: Any, queue: int, total: int, number: int) -> int:
    """The row of the unfinished message that part `number` of `total` belongs to, opened if there is none."""
    first, oldest, used = -1, -1, desk[IN_USE + queue]
    begin = WAITING + WAIT * queue * MAX_WAITING
    for slot in range(MAX_WAITING):
        if used >> slot == 0:
            break
        row = begin + WAIT * slot
        if used >> slot & 1 and _is_stale(desk, row):
            _give_up(desk, row)
            used &= ~(1 << slot)
        if not used >> slot & 1:
            continue
        if oldest < 0 or desk[row + W_SERIAL] < desk[oldest + W_SERIAL]:
            oldest = row
        older = first < 0 or desk[row + W_SERIAL] < desk[first + W_SERIAL]
        if older and _belongs(desk, row, total):
            first = row
    if first >= 0 and not desk[first + W_HAVE] >> (number - 1) & 1:
        return first
    if first >= 0 or used == (1 << MAX_WAITING) - 1:
        _give_up(desk, first if first >= 0 else oldest)
    return _open(desk, queue, total)


@kernel
def _open(desk: Any, queue: int, total: int) -> int:
    """A free row of the queue for a new message."""
    slot = 0
    while desk[IN_USE + queue] >> slot & 1:
        slot += 1
    row = WAITING + WAIT * (queue * MAX_WAITING + slot)
    desk[IN_USE + queue] |= 1 << slot
    desk[D_SERIAL] += 1
    desk[row + W_SERIAL] = desk[D_SERIAL]
    desk[row + W_TOTAL] = total
    desk[row + W_STATION] = desk[D_STATION]
    desk[row + W_GROUP] = desk[D_GROUP]
    desk[row + W_AT] = desk[D_AT]
    desk[row + W_HAVE] = 0
    return row


@kernel
def close(desk: Any, row: int) -> None:
    """Free the place of a message that waits no longer."""
    slot = (row - WAITING) // WAIT
    desk[IN_USE + slot // MAX_WAITING] &= ~(1 << slot % MAX_WAITING)


@inlined
def copy(source: Any, start: int, length: int, to: Any, begin: int) -> None:
    """Copy bytes by words; up to seven more are written than asked for."""
    done = 0
    while done < length:
        store_u64(to, begin + done, load_u64(source, start + done))
        done += 8


@kernel
def parts_of(row: int) -> int:
    """Where in the store the parts of a waiting row stand."""
    return PARTS + (row - WAITING) // WAIT * PART


@kernel
def add_part(buffer: Any, store: Any, desk: Any, start: int, length: int, fill: int, number: int, row: int) -> bool:
    """Keep a part; True if the message is now whole."""
    desk[row + W_HAVE] |= 1 << (number - 1)
    desk[row + W_LENGTH + number - 1] = length
    desk[row + W_FILL + number - 1] = fill
    desk[row + W_LINE + number - 1] = desk[D_LINE]
    desk[row + W_LAST] = desk[D_LINE]
    if desk[D_AT] != NEVER and (number == 1 or desk[row + W_AT] == NEVER):
        desk[row + W_AT] = desk[D_AT]
    if desk[D_STATION] and (number == 1 or desk[row + W_STATION] == 0):
        desk[row + W_STATION] = desk[D_STATION]
    if desk[row + W_GROUP] == 0:
        desk[row + W_GROUP] = desk[D_GROUP]
    base = parts_of(row) + (number - 1) * MAX_PART
    copy(buffer, start, length, store, base)
    return bool(desk[row + W_HAVE] == (1 << desk[row + W_TOTAL]) - 1)


@kernel
def give_up_all(desk: Any) -> None:
    """Reject the parts of every message that is still waiting: the input has ended."""
    for row in range(WAITING, WAITING + WAIT * QUEUES * MAX_WAITING, WAIT):
        slot = (row - WAITING) // WAIT
        if desk[IN_USE + slot // MAX_WAITING] >> slot % MAX_WAITING & 1:
            _give_up(desk, row)
