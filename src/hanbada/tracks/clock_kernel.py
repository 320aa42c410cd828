"""How far time went on, report by report. The compiled part of `tracks.clock`."""

from typing import Any

from hanbada.model.kernel import kernel

# What time it is: the time reached, the latest that several vessels have reached, the first report ahead of it.
REACHED, SEEN, NEXT = range(3)
TIME = 3


@kernel
def go_on(begin: int, at: Any, mmsi: Any, lead: int, time: Any, whose: Any, last: Any, out: Any) -> int:
    """Fill in the time reached after each report up to the first too far ahead; its number, or that of all.

    Ends also when time comes to reports that were too far ahead before. `whose` and `last` are the vessels whose
    reports are the latest, and when those were sent; zero for none.
    """
    for i in range(begin, len(at)):
        if time[NEXT] <= time[SEEN] + lead or at[i] > time[SEEN] + lead:
            return i
        mine = 0
        for j in range(len(last)):
            if whose[j] == mmsi[i]:
                mine = j
                break
            if last[j] < last[mine]:
                mine = j
        if at[i] > last[mine]:
            whose[mine], last[mine] = mmsi[i], at[i]
        time[REACHED] = max(time[REACHED], at[i])
        oldest = last[0]
        for j in range(1, len(last)):
            oldest = min(oldest, last[j])
        time[SEEN] = max(time[SEEN], oldest or time[REACHED])
        out[i] = time[REACHED]
    return len(at)
