"""The compiled decoder and the readable one agree row for row, on real lines and on random ones."""

import gzip
import itertools
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.ais import columns
from hanbada.ais.codec import encode_payload
from hanbada.ais.lines import LineState, Reject
from hanbada.ais.m1371_6 import LAYOUTS
from hanbada.ais.messages import finish_messages, read_messages
from hanbada.ais.sentences import sentences

SINGLE = {"sog_kn", "cog_deg", "draught_m", "rot_deg_min"}


def readable(data: bytes) -> tuple[list[tuple], list[tuple], dict[str, int]]:
    """(line, layout, time, station, fields) of every message; (line, code) of every reject; counts of lines."""
    state = LineState()
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    outcomes = [*read_messages(state, lines), *finish_messages(state)]
    messages = [
        (m.lines[0], m.layout, m.at, (m.station or b"").decode("latin-1"), normal(m.fields))
        for m in outcomes
        if not isinstance(m, Reject)
    ]
    rejects = [(r.line, r.code, r.detail) for r in outcomes if isinstance(r, Reject)]
    return sorted(messages, key=repr), sorted(rejects, key=repr), state.counts


def normal(fields: dict) -> tuple:
    """Fields as a tuple of pairs; 32-bit columns rounded as the table holds them."""
    return tuple(
        (name, float(np.float32(value)) if name in SINGLE and value is not None else value)
        for name, value in sorted(fields.items())
    )


def compiled(data: bytes, cuts: list[int] | None = None) -> tuple[list[tuple], list[tuple], dict[str, int]]:
    """The same through the compiled decoder, fed in pieces cut at `cuts`."""
    state = columns.start("messages")
    messages, rejects, names = [], [], {0: ""}
    edges = [0, *sorted(cuts or []), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(edges)]
    blocks = [b for piece in pieces for b in columns.feed(state, piece)] + list(columns.finish(state))
    for block in blocks:
        names.update(block.stations)
        rejects += [(r["line_id"], r["code"], r["detail"]) for r in block.rejects.to_pylist()]
        for name in block.rows:
            for row in columns.table(block, name).to_pylist():
                at = row.pop("at")
                at = None if at is None else round(at.timestamp() * 1e6)
                line, station, _ = row.pop("line_id"), names[row.pop("source")], row.pop("msg_type")
                messages.append((line, name, at, station, tuple(sorted(row.items()))))
    return sorted(messages, key=repr), sorted(rejects, key=repr), state.counts


def agree(data: bytes, cuts: list[int] | None = None) -> None:
    want, got = readable(data), compiled(data, cuts)
    assert got[1] == want[1]
    assert got[0] == want[0]
    assert got[2] == want[2]


@pytest.mark.pack
def test_decoders_agree_on_every_real_vector(vectors: list[Path]) -> None:
    for path in vectors:
        agree(path.read_bytes())


@pytest.mark.pack
def test_decoders_agree_on_five_minutes_of_the_danish_network(dma_sample: bytes) -> None:
    agree(dma_sample, cuts=[1, 5_000, 5_001, 1_000_000])


def damage(rng: random.Random, data: bytes) -> bytes:
    """Real lines with bytes changed, lines cut, joined, repeated and shuffled a little."""
    lines = data.split(b"\n")
    for _ in range(len(lines) // 3):
        i = rng.randrange(len(lines))
        line = bytearray(lines[i])
        kind = rng.randrange(7)
        if kind == 0 and line:
            line[rng.randrange(len(line))] = rng.randrange(256)
        elif kind == 1 and line:
            del line[rng.randrange(len(line)) :]
        elif kind == 2:
            j = max(0, i - rng.randrange(4))
            lines[i], lines[j] = lines[j], lines[i]
            continue
        elif kind == 3 and i + 1 < len(lines):
            line += lines[i + 1]
        elif kind == 4:
            line = (
                bytearray(
                    rng.choice([b"2016-12-31 23:59:60 ", b"[1354321234.5] ", b"2020-02-30T00:00:00Z;", b"junk ", b"# "])
                )
                + line
            )
        elif kind == 5:
            line += rng.choice([b",1272412824", b",r003669950,1272412824.25", b",S12,bSTATION-1", b"\r", b" x"])
        else:
            line = (
                bytearray(
                    rng.choice(
                        [
                            b"\\s:AB,c:1354321234*00\\",
                            b"\\g:1-2-7,s:ST,c:1354321234123\\",
                            b"\\si:QQ*11\\",
                            b"$PGHP,1,2013,2,29,12,0,60,1,219,,2190067,1,62*26",
                            b"$GPGGA,1*00",
                        ]
                    )
                )
                + line
            )
        lines[i] = bytes(line)
    return b"\n".join(lines)


@pytest.mark.pack
@pytest.mark.parametrize("seed", range(6))
def test_decoders_agree_on_damaged_lines(vectors: list[Path], seed: int) -> None:
    rng = random.Random(seed)
    data = b"\n".join(path.read_bytes() for path in vectors)
    broken = damage(rng, data)
    agree(broken, cuts=[rng.randrange(len(broken)) for _ in range(5)])


LINE_PARTS = st.sampled_from(
    [b"!AIVDM,1,1,,A,", b"!BSVDO,2,1,3,B,", b"!AIVDM,2,2,3,B,", b"\\s:x,c:1272412824*5F\\", b"\\g:1-2-33\\", b"13u?etPv2;0n:", b",0*5C",
     b"\n", b"*", b"\\", b",", b"$PGHP,1,2008,5,9,0,0,0,10,338,2,,1,09*17", b"\r\n", b"0", b"w", b"\x00", b"\xff"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(LINE_PARTS, st.binary(max_size=20)), max_size=40).map(b"".join))
def test_any_bytes_decode_alike_and_raise_nothing(data: bytes) -> None:
    agree(data)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**63), st.integers(8, 40))
def test_random_payloads_of_every_type_decode_alike(seed: int, count: int) -> None:
    rng = random.Random(seed)
    chunks = []
    for i in range(count):
        layout = rng.choice(LAYOUTS)
        bits = layout.bits + rng.choice([0, 0, 0, rng.randrange(200), -rng.randrange(60)])
        armour = bytes(
            rng.choice(range(48, 88)) if rng.random() < 0.6 else rng.choice(range(96, 120))
            for _ in range(-(-bits // 6))
        )
        first = encode_payload(layout.name, {}, rng.choice(layout.msg_types))[0][:1]
        payload = first + armour[1:]
        chunks += sentences(payload, rng.randrange(6), sequence=i % 10, channel=rng.choice("AB"))
    agree(b"\n".join(chunks) + b"\n", cuts=[rng.randrange(40)])


def test_lines_in_are_lines_used_and_rejects() -> None:
    data = b"\n".join(
        [b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", b"", b"# note", b"junk", b"$GPGGA,1*00", b"\\s:a\\",
         b"!AIVDM,2,1,7,A,<M000000000000000000GcMvmEEEOPB6??uR0001np`R0;gbpaR@gP7GbSeH,0*63"]
    )  # fmt: skip
    messages, rejects, counts = compiled(data)
    used = counts["lines"] - counts["blank"] - counts["stamp"] - counts["other"] - counts["reject"]
    assert counts == {"lines": 7, "blank": 2, "stamp": 1, "other": 1, "reject": 2, "tag_ignored": 0}
    assert used == len(messages) == 1
    assert Counter(code for _, code, _ in rejects) == {"not_nmea": 1, "incomplete": 1}


def test_a_line_of_many_megabytes_is_one_reject_and_the_rest_goes_on() -> None:
    good = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
    state = columns.start("messages")
    blocks = []
    for piece in (good, b"x" * 5_000_000, b"y" * 5_000_000, b"z\n" + good, good):
        blocks += list(columns.feed(state, piece))
    assert sum(b.messages for b in blocks) == 3
    assert [r["code"] for b in blocks for r in b.rejects.to_pylist()] == ["too_long"]
    assert state.counts["lines"] == 4


def test_a_sentence_that_lacks_its_newline_counts_at_the_end() -> None:
    data = gzip.decompress(gzip.compress(b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"))
    assert len(compiled(data)[0]) == 1


def test_fill_bits_of_a_short_message_are_no_dimensions() -> None:
    """Found by fuzzing: the message ends in the middle of a pair of zeros, its fill bits are not zero."""
    data = b"!AIVDM,1,1,,A,H39LOOUQQPD0000000000000001,4*6C\n"
    agree(data)
    ((_, _, _, _, fields),) = compiled(data)[0]
    assert dict(fields)["to_port_m"] is None


def test_the_start_of_a_refused_line_is_shown_as_it_came() -> None:
    """Found by fuzzing: blanks in the middle of a long line are none at its end."""
    agree(b"!AIVDM,1,1,,A,H3@nqR" + b"\t" * 120 + b"D,0*1F\n")


def test_a_text_that_a_type_does_not_have_is_unknown_whatever_lay_in_memory():
    part_a = b"!AIVDM,1,1,,A,H42O55i18tMET00000000000000,2*6D\n"  # type 24 A: a name, no call sign
    state = columns.start("seams")
    for arena in state.arenas:
        arena[:] = 255
    (statics,) = (columns.seams(block).statics for block in columns.feed(state, part_a))
    assert statics["name"].to_pylist() == ["PROGUY"]
    assert statics["call_sign"].to_pylist() == [None]


@pytest.mark.parametrize(
    "stamp",
    [
        b"9999-12-31T23:59:59-23:59 ",
        b"0001-01-01 00:00:00 ",
        b"[315532799] ",
        b"$PGHP,1,1970,1,1,0,0,0,0,1,2,,3,1*00\n",
        b"\\c:4102444800*5D\\",
    ],
)
def test_a_time_before_1980_or_after_2100_is_none(stamp: bytes) -> None:
    data = stamp + b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
    agree(data)
    ((_, _, at, _, _),) = compiled(data)[0]
    assert at is None


def test_an_epoch_with_leading_zeros_is_none() -> None:
    """Found by fuzzing: thirteen digits are milliseconds, but a number that small would be seconds."""
    data = b"\\c:0002025097530*64\\!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
    agree(data)
    ((_, _, at, _, _),) = compiled(data)[0]
    assert at is None
