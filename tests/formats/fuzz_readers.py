"""A coverage-guided fuzz run of the readers of formats (not a test: docs/explanation/decoder-fuzzing.md tells of such runs).

    python tests/formats/fuzz_readers.py FORMAT CORPUS -max_total_time=300 -max_len=8192

The corpus begins with what the writer of the format makes of many objects. Whatever the bytes, a reader gives objects
granted to nobody and losses, or raises InputError; anything else ends the run.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import atheris

NAME = sys.argv[1]

with atheris.instrument_imports(include=["hanbada.share.formats"]):
    importlib.import_module(f"hanbada.share.formats.{NAME}")

sys.path.insert(0, str(Path(__file__).parent))

from test_every_format import NOTE, sample  # noqa: E402

from hanbada.model.errors import InputError  # noqa: E402
from hanbada.share.formats import named  # noqa: E402

FORMAT = named(NAME)


def one_input(data: bytes) -> None:
    """What atheris calls."""
    try:
        back = FORMAT.read(data)
    except InputError:
        return
    assert all(one.marking.grants == () for one in back.items)
    assert len(back.items) <= len(data)


def main() -> None:
    """Fill the corpus and fuzz."""
    corpus = Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    for data_class in FORMAT.carries:
        (corpus / f"{NAME}-{data_class}").write_bytes(FORMAT.write([sample(data_class)], NOTE).content)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
