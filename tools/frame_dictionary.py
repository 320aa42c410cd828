"""Train the dictionary that frames are compressed with, from made-up alerts and incidents.

Both nodes must have the same one, so a change of it is a new version of frames: `frames_v2.zdict` beside the old one.
"""

from __future__ import annotations

import random
from pathlib import Path

import zstandard

from hanbada.incidents.telling import of_detection, of_incident
from hanbada.model.exchange import Frame, Position, Statement
from hanbada.model.records import (
    CounterEvidence,
    Coverage,
    Detection,
    Geometry,
    Incident,
    LogEntry,
    Reason,
    Vessel,
)
from hanbada.model.sharing import Handling, Item, Marking, Told
from hanbada.model.wording import KINDS, PHRASES
from hanbada.share.exchange import frames, statements
from hanbada.share.exchange.keys import node_id
from hanbada.share.exchange.seal import key_from, public_of

TARGET = Path(__file__).parents[1] / "src/hanbada/share/exchange/frames_v1.zdict"
SIZE = 16 * 1024
SAMPLES = 1_500
SYLLABLES = "HA NU BO RA MIN SEO OCEAN STAR KUM SUNG EVER HAI YANG MARU PACIFIC DONG GOLDEN QUEEN VAN DER"
WORDS = (
    "vessel reported stopped drifting engine failure proceeding towards anchorage requests assistance patrol "
    "contact by VHF channel 16 no answer master says repair two hours tug ordered suspicious approach skiff crew "
    "safe position confirmed by coastal radar cable area warned AIS off since closed opened by watch from alert"
)


def main() -> None:
    """Write the dictionary."""
    dice = random.Random(20261122)
    nodes = [key_from(dice.randbytes(32)) for _ in range(12)]
    samples = [_sample(dice, nodes) for _ in range(SAMPLES)]
    trained = zstandard.train_dictionary(SIZE, samples, k=2000, d=8, level=12)
    TARGET.write_bytes(trained.as_bytes())
    print(f"{TARGET.name}: {len(trained.as_bytes())} bytes from {sum(map(len, samples))} bytes of samples")


def _sample(dice: random.Random, nodes: list) -> bytes:
    ours, theirs = dice.sample(nodes, 2)
    us, them = node_id(public_of(ours)), node_id(public_of(theirs))
    made = [_statement(dice, us, them, ours) for _ in range(dice.choice((1, 1, 2, 5)))]
    frame = Frame(
        sender=us, to=them, epoch=1, your_epoch=1, more=False,
        has={lane: Position(seq=dice.randrange(500), head=dice.randbytes(32)) for lane in (0, 1)},
        lanes={1: (dice.randrange(1, 500), tuple(made))},
    )  # fmt: skip
    return frames.signed(frame, ours)


def _statement(dice: random.Random, us: str, them: str, key: object) -> bytes:
    marking = Marking(tlp=dice.choice(("GREEN", "AMBER", "AMBER+STRICT")), originator=us, grants=())
    item = _alert(dice, marking) if dice.random() < 0.6 else _incident(dice, marking)
    at = 1_790_000_000_000_000 + dice.randrange(10**14)
    handling = Handling(
        tlp=marking.tlp, onward="none", purposes=("maritime_safety", "maritime_security"), originator=us
    )
    told = tuple(Told(name=one.name, aspect=one.aspect, value=one.value) for one in item.assertions)
    one = Statement(
        item_id=item.item_id, version=dice.choice((1, 1, 1, 2, 3)), origin=us, to=them,
        community=dice.randbytes(8).hex(), charter=1, data_class=item.data_class, issued_at=at, handling=handling,
        facts=told,
    )  # fmt: skip
    return statements.write(one, key)


def _alert(dice: random.Random, marking: Marking) -> Item:
    start = 1_790_000_000_000_000 + dice.randrange(10**14)
    where = (round(dice.uniform(-180, 180), 5), round(dice.uniform(-60, 70), 5))
    found = Detection(
        detection_id="", episode_id="", kind=dice.choice(sorted(KINDS)), version=1, params_hash="",
        state=dice.choice(("open", "closed", "revised")), severity=dice.choice(("alarm", "warning", "caution")),
        t_start=start, t_end=dice.choice((None, start + 10**10)),
        geometry=Geometry(kind="point", coordinates=(where,)), vessels=_vessels(dice),
        probability=dice.random(), reasons=tuple(_reason(dice) for _ in range(dice.randint(1, 4))),
        counter_evidence=tuple(_against(dice) for _ in range(dice.randint(1, 4))),
        evidence=tuple(range(dice.randrange(200))),
        coverage=Coverage(sources=("coast",), peers=dice.randrange(50)),
    )  # fmt: skip
    return of_detection(found, dice.randbytes(16).hex(), marking)


def _incident(dice: random.Random, marking: Marking) -> Item:
    at = 1_790_000_000_000_000 + dice.randrange(10**14)
    log = tuple(LogEntry(at=at, author="", text=_text(dice)) for _ in range(dice.randint(1, 4)))
    about = Incident(
        incident_id="", title=f"{dice.choice(sorted(KINDS))} {_name(dice)}", state="open", severity="warning",
        opened_at=at, changed_at=at, owner=None, episodes=(), vessels=_vessels(dice), log=log,
    )  # fmt: skip
    return of_incident(about, dice.randbytes(16).hex(), marking)


def _vessels(dice: random.Random) -> tuple[Vessel, ...]:
    return tuple(
        Vessel(mmsi=dice.randrange(2 * 10**8, 7 * 10**8), name=_name(dice), ship_type=dice.choice((30, 70, 80, None)))
        for _ in range(dice.choice((1, 1, 2)))
    )


def _name(dice: random.Random) -> str:
    return " ".join(dice.sample(SYLLABLES.split(), 2))


def _text(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS.split(), k=dice.randint(4, 18)))


def _reason(dice: random.Random) -> Reason:
    limit = round(dice.uniform(0.1, 100), 1)
    return Reason(
        quantity=dice.choice(sorted(PHRASES)), measured=dice.uniform(0.1, 500), limit=limit,
        unit=dice.choice(("h", "nmi", "kn", "m", "")), relation=dice.choice((">=", "<=")),
    )  # fmt: skip


def _against(dice: random.Random) -> CounterEvidence:
    return CounterEvidence(
        explanation=dice.choice(sorted(PHRASES)), measured=dice.uniform(0.1, 500), limit=5.0,
        unit=dice.choice(("h", "nmi", "kn", "")), relation=">=", weight=0.5,
    )  # fmt: skip


if __name__ == "__main__":
    main()
