"""Files of any form -> tracks: what commands read that look at whole tracks rather than at alerts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.app.intake import Account, read_reports, told
from hanbada.app.progress import following
from hanbada.model.errors import InputError
from hanbada.tracks.identity import Identities, learn
from hanbada.tracks.rows import Rows, empty, joined, ordered, rows, take
from hanbada.tracks.segments import Segments, Trail, feed

if TYPE_CHECKING:
    from collections.abc import Sequence


class Told(NamedTuple):
    """Rows by vessel and time with their tracks, and who the vessels say they are."""

    rows: Rows
    trail: Trail
    identities: Identities


def tracks_of(files: Sequence[str], *, until_us: int | None = None, quiet: bool = False) -> Told:
    """The tracks of some files, of reports up to a moment; raises InputError if none of the files can be read."""
    parts: list[Rows] = []
    who, accounts = Identities(), [Account(name) for name in files]
    with following(files, quiet=quiet) as progress:
        for number, account in enumerate(accounts):
            try:
                for reports in read_reports(account.name, number, account, progress):
                    parts.append(rows(reports.positions))
                    if reports.statics is not None:
                        learn(who, reports.statics)
            except InputError as error:
                account.damage = str(error)
    _say(accounts, quiet=quiet)
    return tracked(joined(parts), who, until_us)


def tracked(heard: Rows, who: Identities, until_us: int | None = None) -> Told:
    """The tracks of some rows; reports of one vessel and one time count once, those after the moment not at all."""
    late = np.iinfo(np.int64).max if until_us is None else until_us
    kept = ordered(take(heard, (heard.at >= 0) & (heard.at <= late)))
    same = (kept.mmsi[1:] == kept.mmsi[:-1]) & (kept.at[1:] == kept.at[:-1])
    once = take(kept, np.append(True, ~same)) if len(kept.at) else empty()
    return Told(once, feed(Segments(), once), who)


def _say(accounts: list[Account], *, quiet: bool) -> None:
    damaged = [account for account in accounts if account.damage]
    sys.stderr.write("".join(map(told, damaged if quiet else accounts)))
    if len(damaged) == len(accounts):
        raise InputError("; ".join(str(account.damage) for account in damaged))
