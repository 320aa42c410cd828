"""What `hanbada decode` does around the decoding: output, progress, the account on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hanbada.app.decode import decode_file
from hanbada.app.decode_output import open_sink
from hanbada.app.intake import told
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
    with output(out, files) as handle:
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
            sys.stderr.write(told(account))
    if failed:
        return 1
    return 0 if any(account.messages for account in accounts) else 3
