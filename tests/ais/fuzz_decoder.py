"""A coverage-guided fuzz run of the decoder (not a test: docs/explanation/decoder-fuzzing.md tells how it went).

    python tests/ais/fuzz_decoder.py CORPUS -max_total_time=600 -max_len=4096

atheris sees the branches of the readable decoder and so finds inputs that reach them all; of four inputs three get right
checksums, or nearly all would end there. The compiled decoder gets the same bytes. Both keep what they remember from input to input, as on a live feed, and must bring the same messages and rejects.
What goes wrong is written beside the corpus with the inputs since both began anew.
"""

from __future__ import annotations

import importlib
import random
import re
import sys
from pathlib import Path
from typing import Any

import atheris

READABLE = ("lines", "codec", "messages", "objects", "circ_236_289", "comm_state", "json_feeds")
ANEW = 20_000
"""Inputs after which both decoders begin anew."""

with atheris.instrument_imports(include=[f"hanbada.ais.{name}" for name in READABLE]):
    for name in READABLE:
        importlib.import_module(f"hanbada.ais.{name}")

# Not to be instrumented: numba compiles what it finds.
import msgspec  # noqa: E402
import numpy as np  # noqa: E402

from hanbada.ais import columns  # noqa: E402
from hanbada.ais.json_feeds import flat_rows  # noqa: E402
from hanbada.ais.lines import LineState, Reject  # noqa: E402
from hanbada.ais.messages import finish_messages, read_messages  # noqa: E402
from hanbada.ais.objects import as_object  # noqa: E402

SINGLE = {"sog_kn", "cog_deg", "draught_m", "rot_deg_min"}


class Both:
    """The two decoders and what they were given."""

    def __init__(self) -> None:
        self.readable, self.compiled = LineState(), columns.start("messages")
        self.names, self.given = {0: ""}, []

    def take(self, data: bytes) -> None:
        """Decode some bytes, a line end behind them; AssertionError if the decoders do not agree."""
        self.given.append(data)
        lines = data.split(b"\n")
        want = list(read_messages(self.readable, lines))
        blocks = list(columns.feed(self.compiled, data + b"\n"))
        self.compare(want, blocks)
        for one in want:
            if not isinstance(one, Reject):
                msgspec.json.encode(as_object(one.msg_type, one.fields, one.at, "", one.lines[0]))

    def finish(self) -> None:
        """End the input."""
        self.compare(list(finish_messages(self.readable)), list(columns.finish(self.compiled)))

    def compare(self, want: list[Any], blocks: list[columns.Block]) -> None:
        rejects = [(r["line_id"], r["code"], r["detail"]) for b in blocks for r in b.rejects.to_pylist()]
        found = []
        for block in blocks:
            self.names.update(block.stations)
            for name in block.rows:
                found += [self.plain(name, row) for row in columns.table(block, name).to_pylist()]
        theirs = [message for message in want if not isinstance(message, Reject)]
        refused = [(one.line, one.code, one.detail) for one in want if isinstance(one, Reject)]
        assert sorted(rejects, key=repr) == sorted(refused, key=repr)
        assert sorted(found, key=repr) == sorted(map(self.same, theirs), key=repr)
        assert self.compiled.counts == self.readable.counts

    def plain(self, name: str, row: dict[str, Any]) -> tuple[Any, ...]:
        at, line, station, _ = (row.pop(key) for key in ("at", "line_id", "source", "msg_type"))
        at_us = None if at is None else round(at.timestamp() * 1e6)
        return line, name, at_us, self.names[station], tuple(sorted(row.items()))

    @staticmethod
    def same(message: Any) -> tuple[Any, ...]:
        fields = sorted(message.fields.items())
        rounded = ((k, float(np.float32(v)) if k in SINGLE and v is not None else v) for k, v in fields)
        station = (message.station or b"").decode("latin-1")
        return message.lines[0], message.layout, message.at, station, tuple(rounded)


BOTH = [Both()]


def one_input(data: bytes) -> None:
    """What atheris calls."""
    both = BOTH[0]
    try:
        if data[:1] in {b"{", b"["}:
            take_json(data)
        else:
            both.take(data)
            if len(both.given) >= ANEW:
                both.finish()
                BOTH[0] = Both()
    except Exception:
        Path("fuzz-failure.msgpack").write_bytes(msgspec.msgpack.encode(both.given))
        raise


CHECKED = re.compile(rb"([!$\\])([^*\n!\\]*)\*[0-9A-Fa-f]{2}")


def mutated(data: bytes, most: int, seed: int) -> bytes:
    """Bytes changed at random; mostly with right checksums."""
    changed = atheris.Mutate(data, most)
    return changed if random.Random(seed).random() < 0.25 else CHECKED.sub(with_checksum, changed)[:most]


def with_checksum(match: re.Match[bytes]) -> bytes:
    value = 0
    for byte in match[2]:
        value ^= byte
    return b"%s%s*%02X" % (match[1], match[2], value)


def take_json(data: bytes) -> None:
    """JSON feeds: any value is rows or none."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    flat_rows(value)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input, custom_mutator=mutated)
    atheris.Fuzz()
