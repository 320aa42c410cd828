"""Reports that meet a condition or not -> spells. The compiled part of `tracks.spells`."""

from typing import Any

from hanbada.model.kernel import kernel

# Where an open track is: the track, its last spell (begin, last report that met the condition), whether that goes on.
S_TRACK, S_BEGAN_AT, S_HELD_AT, S_OPEN = range(4)
SPELL = 4
HOLDS, UNKNOWN, BROKEN = 1, 0, -1
"""What a report says of the condition."""


@kernel
def feed(
    row: Any, holds: Any, at: Any, place: Any, track: Any, silence: Any, hole_s: float, break_us: int, tail_us: int,
    words: Any, rows_out: Any, began_out: Any,
) -> int:  # fmt: skip
    """Put some rows (by number, in order) into the spells of their tracks; how many belong to one.

    A row goes out with the beginning of its spell, also one that breaks it, and what follows up to `tail_us`.
    """
    count = 0
    for j in range(len(row)):
        i = row[j]
        p = place[i]
        if words[p, S_TRACK] != track[i]:
            words[p] = 0
            words[p, S_TRACK] = track[i]
        if holds[j] == HOLDS:
            if words[p, S_OPEN] == 0 or silence[i] > hole_s:
                words[p, S_BEGAN_AT], words[p, S_OPEN] = at[i], 1
            words[p, S_HELD_AT] = at[i]
        elif holds[j] == UNKNOWN or words[p, S_BEGAN_AT] == 0:
            continue
        else:
            since = at[i] - words[p, S_HELD_AT]
            if words[p, S_OPEN] == 0 and since > tail_us:
                words[p, S_BEGAN_AT] = 0
                continue
            words[p, S_OPEN] &= since <= break_us and not silence[i] > hole_s
        rows_out[count], began_out[count] = i, words[p, S_BEGAN_AT]
        count += 1
    return count


@kernel
def over(words: Any, seen: Any, now_us: int, hole_us: float, gone: Any) -> int:
    """Note in `seen` which spells go on, as track and beginning; how many did before and do not now, into `gone`."""
    count = 0
    for p in range(len(words)):
        goes_on = words[p, S_OPEN] != 0 and now_us - words[p, S_HELD_AT] <= hole_us
        track = words[p, S_TRACK] if goes_on else 0
        began = words[p, S_BEGAN_AT] if goes_on else 0
        if seen[p, 0] != track or seen[p, 1] != began:
            if seen[p, 0] != 0:
                gone[count] = seen[p]
                count += 1
            seen[p, 0], seen[p, 1] = track, began
    return count
