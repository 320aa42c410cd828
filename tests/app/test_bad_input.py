"""`hanbada decode` and `hanbada detect` on what goes wrong: a message that says where, the rest processed, exit codes."""

from __future__ import annotations

import gzip
import json
import random
import sys

import pytest
import zstandard
from command import LIMITED, beacon, hanbada, report, voyage

from hanbada.app import cli
from hanbada.app.decode import SMALL
from hanbada.model import errors

LONG = 2 << 30
GOOD = b"\n".join(voyage(count=100)) + b"\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def objects(out: bytes) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


# Exit codes: 0 done, 1 fault, 2 usage, 3 nothing found, 4 refused


def test_a_sound_file_is_decoded_and_accounted_for_with_exit_code_0(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    ran = hanbada("decode", tmp_path / "good", home=home)
    assert ran.code == 0
    assert len(objects(ran.out)) == 100
    assert "good: 100 lines, 100 messages from 100 of them" in ran.err
    assert "rejects: none" in ran.err


def test_files_that_cannot_be_read_cost_themselves_not_the_others(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    ran = hanbada("decode", tmp_path / "none", tmp_path / "good", tmp_path, tmp_path / "good", home=home)
    assert ran.code == 1
    assert len(objects(ran.out)) == 200
    assert f"hanbada: {tmp_path / 'none'}: cannot be opened: No such file or directory" in ran.err
    assert f"hanbada: {tmp_path}: cannot be opened: Is a directory" in ran.err


def test_nothing_found_is_exit_code_3(tmp_path, home) -> None:
    for data in (b"", b"$GPGGA,1*00\n", b"hello\n"):
        assert hanbada("decode", "-", home=home, given=data).code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "xml"], "--format xml: choose one of jsonl"),
        (["--format", "parquet"], "--format parquet writes a file"),
        (["-o", "{good}"], "this is what is to be read"),
        (["-o", "{good}/x"], "cannot be written: Not a directory"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_what_does_not_fit_is_exit_code_2_and_touches_nothing(tmp_path, home, words, said) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    ran = hanbada("decode", tmp_path / "good", *(word.format(good=tmp_path / "good") for word in words), home=home)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert (tmp_path / "good").read_bytes() == GOOD


def test_a_full_disk_is_said_not_a_traceback(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(GOOD * 100)
    ran = hanbada("decode", tmp_path / "good", "-o", "/dev/full", home=home)
    assert ran.code == 1
    assert "-o /dev/full: written in part: No space left on device" in ran.err
    assert "Traceback" not in ran.err


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(GOOD * 100)
    program = "import sys, os\nread, write = os.pipe(); os.close(read); os.dup2(write, 1)\nfrom hanbada.app.cli import main\nmain()"
    ran = hanbada("decode", tmp_path / "good", "--quiet", home=home, program=program)
    assert "Traceback" not in ran.err
    assert ran.err == ""


def test_every_error_of_ours_becomes_one_line_and_its_code(monkeypatch, capsys) -> None:
    codes = {
        "InputError": 1,
        "PackError": 1,
        "StoreError": 1,
        "SeamError": 1,
        "UsageError": 2,
        "NotFoundError": 3,
        "RefusedError": 4,
    }
    for name, code in codes.items():

        def fails(name=name):
            raise getattr(errors, name)("because")

        monkeypatch.setattr(cli, "app", fails)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == code
        assert capsys.readouterr().err == "hanbada: because\n"


# Damage


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_file_cut_off_is_decoded_up_to_the_cut_and_the_message_says_where(tmp_path, home, pack) -> None:
    rng = random.Random(3)
    junk = b"".join(b"%d\n" % rng.getrandbits(900) for _ in range(2_000))
    whole = pack(GOOD + junk + GOOD + junk + GOOD)
    (tmp_path / "cut").write_bytes(whole[: len(whole) * 4 // 5])
    ran = hanbada("decode", tmp_path / "cut", home=home)
    assert ran.code == 1
    assert len(objects(ran.out)) >= 100
    assert f"{tmp_path / 'cut'}: damaged or cut off after" in ran.err
    assert "what came before was used: up to line" in ran.err


def test_a_file_that_stops_in_the_middle_of_a_sentence_names_the_line(tmp_path, home) -> None:
    (tmp_path / "stops").write_bytes(GOOD[:-30])
    ran = hanbada("decode", tmp_path / "stops", home=home)
    assert ran.code == 0
    assert [one["line"] for one in objects(ran.out)] == list(range(1, 100))
    assert "line 100: bad_checksum" in ran.err or "line 100: malformed" in ran.err


def test_junk_between_sentences_is_counted_line_by_line(tmp_path, home) -> None:
    rng = random.Random(4)
    lines = [
        rng.randbytes(rng.randrange(1, 300)).replace(b"\n", b"?") if i % 2 else line
        for i, line in enumerate(GOOD.splitlines())
    ]
    (tmp_path / "junk").write_bytes(b"\n".join(lines))
    ran = hanbada("decode", tmp_path / "junk", home=home)
    assert ran.code == 0
    assert [one["line"] for one in objects(ran.out)] == list(range(1, 100, 2))
    assert "100 lines, 50 messages from 50 of them" in ran.err


def test_a_log_in_utf16_is_decoded(tmp_path, home) -> None:
    (tmp_path / "utf16").write_bytes(("\ufeff" + GOOD.decode()).encode("utf-16-le"))
    ran = hanbada("decode", tmp_path / "utf16", home=home)
    assert ran.code == 0
    assert len(objects(ran.out)) == 100


@pytest.mark.parametrize(
    ("header", "line"), [(b"", GOOD), (b"MMSI,BaseDateTime,LAT,LON\n", b"219000001,2022-01-03T00:00:00,55.5,10.5\n")]
)
def test_a_line_of_two_gigabytes_is_one_reject_in_bounded_memory(tmp_path, home, header, line) -> None:
    path, short = tmp_path / "long", tmp_path / "short"
    short.write_bytes(header + line * (2 * SMALL // len(line)))
    assert hanbada("decode", short, "--format", "none", home=home).code == 0, "compiling does not count"
    with path.open("wb") as file:
        file.write(header + line)
        file.seek(LONG, 1)
        file.write(b"\n" + line)
    ran = hanbada("decode", path, "--format", "none", home=home, program=LIMITED)
    used = 2 * line.count(b"\n")
    assert ran.code == 0
    assert f"{used:,} messages" in ran.err
    assert "rejects: 1 " in ran.err
    assert int(ran.err.rsplit("peak ", 1)[1].split()[0]) < 600


# Detect


def detected(ran) -> dict[str, str]:
    return {one["episode_id"]: one["detection_id"] for one in objects(ran.out)}


def test_detect_uses_what_comes_before_the_damage_and_says_where_it_is(tmp_path, home) -> None:
    whole = gzip.compress(b"\n".join(beacon()) + b"\n" + random.Random(5).randbytes(500_000))
    (tmp_path / "cut").write_bytes(whole[:-100_000])
    ran = hanbada("detect", tmp_path / "cut", "--quiet", home=home)
    assert ran.code == 1
    assert [one["kind"] for one in objects(ran.out)] == ["distress"]
    assert f"{tmp_path / 'cut'}: damaged or cut off after" in ran.err


def test_detect_goes_on_with_the_other_files(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(b"\n".join(beacon()))
    ran = hanbada("detect", tmp_path / "none", tmp_path / "good", home=home)
    assert ran.code == 1
    assert len(objects(ran.out)) == 1
    assert f"{tmp_path / 'none'}: cannot be opened" in ran.err


def test_clocks_that_jump_change_nothing_for_the_other_ships(tmp_path, home) -> None:
    sound = [line for pair in zip(voyage(count=400), voyage(440_123_451, 400, start_s=5), strict=True) for line in pair]
    jumps = [
        report(440_123_452, at, 34.0, 128.1, 8.0, 0.0)
        for at in (86_400.0 * 700, -86_400.0 * 7_000, 0.0, 7_200.0, -3_600.0)
    ]
    lines = [*beacon(), *sound]
    for i, jump in enumerate(jumps):
        lines.insert(100 + 100 * i, jump)
    for name, data in (("sound", [*beacon(), *sound]), ("jumps", lines)):
        (tmp_path / name).write_bytes(b"\n".join(data))
    sound_run, jump_run = (hanbada("detect", tmp_path / name, home=home) for name in ("sound", "jumps"))
    assert sound_run.code == jump_run.code == 0
    theirs = [one for one in objects(jump_run.out) if one["vessels"][0]["mmsi"] != 440_123_452]
    assert {one["episode_id"]: one["text"] for one in theirs} == {
        one["episode_id"]: one["text"] for one in objects(sound_run.out)
    }
    assert "813 positions" in jump_run.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--only", "piracy"], 2, "no detector piracy: there are distress"),
        (["--set", "gap.min_h"], 2, "--set gap.min_h: write it as"),
        (["--set", "gap.nonsense=1"], 2, "unknown setting gap.nonsense"),
        (["--set", "gap.min_h=soon"], 2, "gap:"),
        (["--zones", "/no/such/file"], 1, "/no/such/file: cannot be read: No such file or directory"),
        (["--zones", "{good}"], 1, "{good}"),
    ],
)
def test_detect_refuses_what_it_cannot_mean(tmp_path, home, words, code, said) -> None:
    good = tmp_path / "good"
    good.write_bytes(GOOD)
    ran = hanbada("detect", good, *(word.format(good=good) for word in words), home=home)
    assert ran.code == code
    assert said.format(good=good) in ran.err
    assert "Traceback" not in ran.err


def test_nothing_to_detect_is_exit_code_3(tmp_path, home) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    assert hanbada("detect", tmp_path / "good", home=home).code == 3


def test_help_reads_nothing_heavy(tmp_path) -> None:
    program = "import sys\nfrom hanbada.app import cli\ntry:\n    cli.app()\nexcept SystemExit:\n    pass\nsys.stderr.write(' '.join(sys.modules))"
    ran = hanbada("--help", home=tmp_path, program=program)
    loaded = set(ran.err.split())
    assert b"decode" in ran.out
    assert loaded.isdisjoint(
        {
            "numpy",
            "polars",
            "pyarrow",
            "numba",
            "llvmlite",
            "sqlalchemy",
            "starlette",
            "uvicorn",
            "jinja2",
            "alembic",
            "argon2",
            "scipy",
        }
    )


def test_importing_the_command_does_nothing(tmp_path) -> None:
    program = "import os, sys\nbefore = set(os.listdir())\nimport hanbada.app.cli\nassert set(os.listdir()) == before\nassert not sys.stdout.tell() if sys.stdout.seekable() else True"
    ran = hanbada(home=tmp_path, program=program)
    assert (ran.code, ran.out, ran.err) == (0, b"", "")
    assert sys.executable
