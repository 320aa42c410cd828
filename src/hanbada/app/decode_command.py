"""What `hanbada decode` does around the decoding: output, progress, the account on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from hanbada.app.decode import Account, decode_file
from hanbada.app.decode_output import open_sink
from hanbada.model.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("jsonl", "csv", "parquet", "none")


def run(files: list[str], form: str, out: Path | None, *, quiet: bool) -> int:
    """Decode the files in turn; the exit code. A file that cannot be read costs itself, not the others."""
    from hanbada.app.cli import output

    if form not in FORMS:
        message = f"--format {form}: choose one of {', '.join(FORMS)}"
        raise UsageError(message)
    if form == "parquet" and out is None:
        message = "--format parquet writes a file: name it with -o"
        raise UsageError(message)
    accounts, failed = [], False
    with output(out) as handle:
        sink = open_sink(form, handle)
        for number, path in enumerate(files):
            try:
                accounts.append(decode_file(path, number, sink))
            except InputError as error:
                sys.stderr.write(f"hanbada: {error}\n")
                failed = True
        sink.close()
    for account in accounts:
        failed |= account.damage is not None
        if not quiet or account.damage:
            sys.stderr.write(_told(account))
    if failed:
        return 1
    return 0 if any(account.messages for account in accounts) else 3


def _told(account: Account) -> str:
    """The account of one file, a few lines."""
    used = account.lines - sum(account.rejects.values()) - sum(
        count for name, count in account.other.items() if name != "tag_ignored"
    )
    lines = [f"{account.name}: {account.lines:,} lines, {account.messages:,} messages from {used:,} of them"]
    if account.by_type:
        lines.append("  types: " + ", ".join(f"{t}: {n:,}" for t, n in sorted(account.by_type.items()) if n))
    if account.other:
        lines.append("  also: " + ", ".join(f"{n:,} {WORDS[name]}" for name, n in account.other.items()))
    lines.append(f"  rejects: {_counted(account.rejects)}")
    lines += [f"    {example}" for example in account.examples]
    if account.damage:
        lines.append(f"  {account.damage}")
    return "\n".join(lines) + "\n"


WORDS = {
    "blank": "blank lines and comments",
    "stamp": "lines with a stamp only",
    "other": "sentences that are not AIS",
    "tag_ignored": "TAG blocks with a wrong checksum, ignored",
}


def _counted(rejects: Counter[str]) -> str:
    return ", ".join(f"{n:,} {code}" for code, n in rejects.most_common()) if rejects else "none"
