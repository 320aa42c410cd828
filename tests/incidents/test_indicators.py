"""Indicators in log lines: found however they are written, told as what they are, and nothing else found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.incidents import known_values
from hanbada.incidents.indicators import Indicator, Known, indicators_of, matches, plain, time_of, watchlist
from hanbada.model.errors import InputError
from hanbada.model.sharing import Assertion, Item, Marking
from hanbada.model.times import parse_time

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def indicator(kind, value, **more):
    return Indicator(item_id=f"i-{value}", kind=kind, value=plain(kind, value), **more)


WANTED = [
    indicator("ipv4", "45.83.64.1"), indicator("ipv4", "91.240.118.0/24"), indicator("ipv6", "2a0e:b107::bad"),
    indicator("domain", "evil-port.net"), indicator("url", "http://cdn.bad.org/a/b.bin"), indicator("sha256", SHA),
    indicator("email", "Master@evil-ship.com"),
]  # fmt: skip


def found(line, wanted=WANTED, known=()):
    return [(one.indicator.kind, one.value) for one in matches([(1, line)], watchlist(wanted, known))]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("Accepted password for root from 45.83.64.1 port 22 ssh2", ["ipv4"]),
        ("src=45.83.64.1:4444 dst=10.0.0.1", ["ipv4"]),
        ("45[.]83[.]64[.]1 seen", ["ipv4"]),
        ("in 91.240.118.222,", ["ipv4"]),
        ("[2A0E:B107:0:0:0:0:0:BAD]:443", ["ipv6"]),
        ("2a0e:b107::bad%eth0", ["ipv6"]),
        ("query: www.EVIL-port.net. IN A", ["domain"]),
        ('GET "hxxps://evil-port[.]net/login" 200', ["domain"]),
        ("GET http://cdn.bad.org:80/a/b.bin", ["url"]),
        ("fetched <http://CDN.BAD.ORG/a/b.bin>.", ["url"]),
        (f"sha256={SHA.upper()} file=x.exe", ["sha256"]),
        ("from=<master[at]evil-ship.com>", ["email"]),
        ("to evil-port.net and 45.83.64.1", ["domain", "ipv4"]),
    ],
)
def test_a_value_is_found_however_it_is_written(line, kinds):
    assert [kind for kind, _ in found(line)] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "145.83.64.1", "45.83.64.10", "45.83.64.1.2", "v45.83.64.1", "91.240.119.1", "notevil-port.net", "evil-port.network",
        "evil-port.net.example.org", "http://cdn.bad.org/a/b.binx", f"a{SHA}", SHA[:-1], "master@evil-ship.community",
        "", "\x00\x01", "한바다 45.83.64.l",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not(line):
    assert found(line) == []


def test_a_match_says_where_it_stands_and_when():
    line = "2024-05-01T10:00:00Z fw: 45.83.64.1 dropped"
    (one,) = matches([(7, line)], watchlist(WANTED))
    assert (one.line, line[one.start : one.end], one.at) == (7, "45.83.64.1", parse_time("2024-05-01T10:00:00Z"))


@pytest.mark.parametrize(
    ("time", "standing"),
    [
        ("2024-01-01T00:00:00Z", "valid"),
        ("2023-12-31T23:59:59Z", "early"),
        ("2024-02-01T00:00:00Z", "expired"),
        ("Jan 1", "undated"),
    ],
)
def test_an_indicator_counts_in_its_time_only(time, standing):
    one = indicator(
        "ipv4", "45.83.64.1", from_at=parse_time("2024-01-01T00:00:00Z"), until_at=parse_time("2024-02-01T00:00:00Z")
    )
    (match,) = matches([(1, f"{time} 45.83.64.1")], watchlist([one]))
    assert match.standing == standing


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x 2024-05-01 12:00:00,250+02:00", "2024-05-01T10:00:00.25Z"),
        ('- - [01/May/2024:12:00:00 +0200] "GET', "2024-05-01T10:00:00Z"),
    ],
)
def test_the_time_of_a_line_is_read_with_its_zone(text, same):
    assert time_of(text) == parse_time(same)


def test_values_known_to_be_good_are_told_as_such():
    wanted = [indicator("ipv4", "10.1.2.3"), indicator("domain", "update.good.com"), indicator("domain", "a.test")]
    lists = (watchlist(wanted).known[0], Known(name="ours", domains=("good.com",)))
    said = {
        one.indicator.value: one.known
        for one in matches([(1, "10.1.2.3 update.good.com a.test")], watchlist(wanted, lists))
    }
    assert said == {"10.1.2.3": lists[0].name, "update.good.com": "ours", "a.test": lists[0].name}


def test_of_an_object_what_can_stand_in_a_log_is_taken():
    patterns = [
        {"kind": "ipv4", "value": "45[.]83.64.1"},
        {"kind": "mmsi", "value": "440123450"},
        {"kind": "ipv4", "value": "no"},
    ]
    item = Item(
        item_id="a", data_class="cyber_indicator", marking=Marking(tlp="RED", originator="x", grants=()),
        assertions=(Assertion(name="patterns", aspect="evidence", value=patterns), Assertion(name="until", aspect="time", value=5)),
    )  # fmt: skip
    assert list(indicators_of(item)) == [Indicator(item_id="a", kind="ipv4", value="45.83.64.1", until_at=5)]


WAYS = (str, str.upper, lambda text: text.replace(".", "[.]"), lambda text: f"<{text}>", lambda text: f"'{text}',")


def test_planted_values_are_all_found_and_no_others():
    dice = random.Random(3)
    numbers = iter(range(10_000))
    wanted, lines, truth = [], [], set()
    for number in range(1, 2_001):
        kind = dice.choice(["ipv4", "domain", "sha1", "url"])
        unique = next(numbers)
        value = {
            "ipv4": f"45.{unique >> 8}.{unique & 255}.7", "domain": f"h{unique}.bad.org", "sha1": f"{unique:040x}",
            "url": f"http://x{unique}.org/p/{unique}",
        }[kind]  # fmt: skip
        if number % 2:
            wanted.append(indicator(kind, value))
            truth.add((number, kind))
        disguise = dice.choice(WAYS[:1] if kind == "sha1" else WAYS)
        shown = value if kind == "url" and disguise is str.upper else disguise(value)
        lines.append((number, f"2024-05-01T10:00:00Z host app[{unique}]: saw {shown} from 192.0.2.{unique % 250} ok"))
    assert {(one.line, one.indicator.kind) for one in matches(lines, watchlist(wanted, ()))} == truth


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("a1.:/@[]()-_%hxtpHTP \x00é"), max_size=300))
def test_lines_of_anything_are_no_fault(line):
    list(matches([(1, line)], watchlist(WANTED)))


@pytest.mark.parametrize("piece", ["a.", "a", "1.", ":", "@", "http://", "a@a.", "f", "[.]", "%"])
def test_a_line_that_goes_on_and_on_ends(piece):
    assert list(matches([(1, piece * 200_000)], watchlist(WANTED))) == []


def test_lists_of_known_values_are_read_and_what_hides_too_much_is_not():
    misp = b'{"name":"resolvers","type":"cidr","list":["8.8.8.8","1.1.1.0/24","x y"],"version":1}'
    taken = known_values.read(misp, "a.json")
    assert (taken.known.name, taken.known.networks, taken.left_out) == ("resolvers", ("8.8.8.8", "1.1.1.0/24"), 1)
    assert known_values.read(b"# ours\n.good.com\n10.0.0.0/8\n", "b").known.domains == ("good.com",)
    hidden = known_values.read(b'{"name":"r","type":"regex","list":[".*"]}', "c")
    assert (hidden.known.domains, hidden.left_out) == ((), 1)
    for bad in (b"{", b"\xff\xfe\xff", b'{"name":1}'):
        with pytest.raises(InputError, match=r"^d: "):
            known_values.read(bad, "d")
