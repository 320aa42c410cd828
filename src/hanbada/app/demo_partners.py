"""The demo's partners: two more nodes on this machine, joined to the first by papers that are SIMULATED.

They hear no ships themselves, so each is a small process. One alert of the strait is told in full to one of them and
less exactly to the other, a second one to the first only; then the first alert is taken back from both.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.serve_command import say
from hanbada.app.sharing import chartering, desk, enrolling, ours
from hanbada.app.sharing import door as doors
from hanbada.app.sharing.door import Door
from hanbada.app.sharing.outlet import bound
from hanbada.model.desk import AlertFilter
from hanbada.model.sharing import FULL, Agreement, Community, Grant, Marking, Member, Profile, Span
from hanbada.share.exchange.invites import Offer
from hanbada.store import terms
from hanbada.store.database import open_database, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from hanbada.store.desk import DeskStore

DEMO = "demo"
ALLIED, CENTRE, GROUP = "demo-kr-eu", "demo-kr-sg", "demo-group"
COARSE = Profile(place="30min", identity=False, source=False, person=False, narrative=False, evidence=True)
PURPOSES = ("maritime_safety",)
PATIENCE_S = 45.0
SHOWN_S = 120.0
"""How long the first alert may be looked at with partners before it is taken back."""
WORDS = """
Two partners, SIMULATED, exchange with it over HTTPS on loopback:
  European partner  {eu}  code {eu_code}
  Regional centre   {sg}  code {sg_code}
alert/{first} is told to the European partner in full and to the centre less exactly, without names;
alert/{second} to the European partner only. In two minutes alert/{first} is taken back from both.
  hanbada share ledger --data {home}
  hanbada share ledger --data {home}/eu
  hanbada share ledger --data {home}/sg
  hanbada release check alert/{second} --to "Regional centre" --data {home}
"""


class Guest(NamedTuple):
    """A partner of the demo: its folder, its port, and its node."""

    home: Path
    port: int
    node: str


class Partners(NamedTuple):
    """The first node's door and port, and its two partners."""

    door: Door
    port: int
    eu: Guest
    sg: Guest


class Screens(NamedTuple):
    """Where a partner's screens are, and the code of the first visit."""

    address: str
    code: str


def joined(home: Path, engine: Engine) -> Partners:
    """Three nodes that know each other, with a paper for each two and one for all."""
    host, port = Door(engine, home / KEYS), _free_port()
    _named(host, "Korea watch", "KR", port)
    guests = [
        _guest(host, home / folder, (name, folder.upper()), offer)
        for folder, name, offer in (
            ("eu", "European partner", _offer(ALLIED, "KR-EU (SIMULATED)", "EU", FULL)),
            ("sg", "Regional centre", _offer(CENTRE, "KR-SG (SIMULATED)", "SG", COARSE)),
        )
    ]
    _grouped(host, guests)
    return Partners(host, port, *guests)


def _free_port() -> int:
    with bound("127.0.0.1:0") as found:
        return int(found.getsockname()[1])


def _named(door: Door, name: str, organisation: str, port: int) -> None:
    about = {"name": name, "organisation": organisation, "address": f"https://127.0.0.1:{port}"}
    with writing(door.engine) as connection:
        ours.make(connection, door.keys, about, door.written(DEMO))


def _paper(name: str, title: str, parties: tuple[str, ...]) -> Agreement:
    return Agreement(
        agreement_id=name, title=title, kind="arrangement", parties=parties, reference="SIMULATED",
        data_classes=("alert", "incident", "warning"), purposes=PURPOSES, areas="any", incidents="any",
        onward="none", valid=Span(until_at=None),
    )  # fmt: skip


def _offer(name: str, title: str, organisation: str, profile: Profile) -> Offer:
    return Offer(
        community_id=name, name=title, agreement=_paper(name, title, ("KR", organisation)), max_tlp="AMBER",
        profile=profile, purposes=PURPOSES,
    )  # fmt: skip


def _guest(host: Door, home: Path, about: tuple[str, str], offer: Offer) -> Guest:
    """A node that answers an invitation of the first, and is confirmed as two people would."""
    home.mkdir(parents=True)
    engine, port = open_database(home / DATABASE), _free_port()
    door = Door(engine, home / KEYS)
    _named(door, *about, port)
    with writing(host.engine) as connection:
        text = enrolling.invite(connection, host.ours(connection), offer, host.written(DEMO))
    with writing(engine) as connection:
        invited, answer = enrolling.answer(connection, door.ours(connection), text, door.written(DEMO))
    with writing(host.engine) as connection:
        word = enrolling.answered(connection, host.ours(connection), answer, host.written(DEMO))
    with writing(engine) as connection:
        mine = door.ours(connection)
        digits = enrolling.word_came(connection, mine, word).digits
        enrolling.confirm(connection, mine, invited.node, digits, door.written(DEMO))
    with writing(host.engine) as connection:
        enrolling.confirm(connection, host.ours(connection), mine.node, digits, host.written(DEMO))
    engine.dispose()
    return Guest(home, port, mine.node)


def _grouped(host: Door, guests: Sequence[Guest]) -> None:
    """A community of all three, coarser than those of two."""
    paper = _paper(GROUP, "Regional group (SIMULATED)", ("KR", "EU", "SG"))
    with writing(host.engine) as connection:
        mine, written = host.ours(connection), host.written(DEMO)
        members = tuple(
            Member(node=node, max_tlp="AMBER", profile=COARSE, may_post=True, steward=node == mine.node)
            for node in (mine.node, *(guest.node for guest in guests))
        )
        community = Community(
            community_id=GROUP, name=paper.title, version=1, members=members, agreements=(GROUP,), quorum=1,
            purposes=PURPOSES,
        )  # fmt: skip
        terms.put_agreement(connection, paper, written)
        chartering.propose(connection, mine, community, written)
    for guest in guests:
        with _opened(guest) as door:
            doors.take(door, doors.carried(host, guest.node).wire)
            with writing(door.engine) as connection:
                terms.put_agreement(connection, paper, door.written(DEMO))
                chartering.accept(connection, door.ours(connection), GROUP, door.written(DEMO))


@contextmanager
def _opened(guest: Guest) -> Iterator[Door]:
    engine = open_database(guest.home / DATABASE)
    try:
        yield Door(engine, guest.home / KEYS)
    finally:
        engine.dispose()


@contextmanager
def running(partners: Partners) -> Iterator[tuple[Screens, Screens]]:
    """Both partners as processes of their own while the block runs."""
    begun = [_process(guest) for guest in (partners.eu, partners.sg)]
    try:
        eu, sg = (_screens(one) for one in begun)
        yield eu, sg
    finally:
        for one in begun:
            one.terminate()
        for one in begun:
            one.wait()


def _process(guest: Guest) -> subprocess.Popen[str]:
    words = ["serve", "--exchange", f"127.0.0.1:{guest.port}", "--port", "0", "--data", str(guest.home)]
    command = [sys.executable, "-m", "hanbada.app.cli", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - this very program


def _screens(process: subprocess.Popen[str]) -> Screens:
    said = process.stderr
    lines = ["", ""] if said is None else [said.readline(), said.readline()]
    return Screens(*(line.strip().rsplit(" ", 1)[-1] for line in lines))


def told(partners: Partners, store: DeskStore) -> tuple[int, int] | None:
    """Release two alerts of the simulated strait; their numbers, None if there are not two in time."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        views = [one for one in store.alerts(AlertFilter(simulated=True, limit=50)) if one.detection.vessels]
        standing = [one.alert.alert_id for one in views if one.detection.state != "retracted"]
        if len(standing) > 1:
            _mark(partners.door, standing[0], (ALLIED, GROUP))
            _mark(partners.door, standing[1], (ALLIED,))
            return standing[0], standing[1]
        time.sleep(0.5)
    return None


def _mark(door: Door, alert_id: int, communities: tuple[str, ...]) -> None:
    with writing(door.engine) as connection:
        mine = door.ours(connection)
        grants = tuple(Grant(community=one, to="anyone", profile=FULL) for one in communities)
        marking = Marking(tlp="AMBER", originator=mine.node, grants=grants)
        desk.mark(connection, mine, f"alert/{alert_id}", marking, door.written(DEMO))


def taken_back(partners: Partners, alert_id: int) -> None:
    """Recall an alert."""
    with writing(partners.door.engine) as connection:
        door = partners.door
        desk.recall(connection, door.ours(connection), f"alert/{alert_id}", door.written(DEMO))


def shown(partners: Partners, alerts: tuple[int, int]) -> dict[str, str]:
    """What partners hold of two alerts: "full", "reduced", "recalled" or "nothing"; by eu1, eu2, sg1, sg2."""
    with reading(partners.door.engine) as connection:
        mine = partners.door.ours(connection)
        names = [mine.item_id(f"alert/{one}") for one in alerts]
    found: dict[str, str] = {}
    for key, guest in (("eu", partners.eu), ("sg", partners.sg)):
        with _opened(guest) as door, reading(door.engine) as connection:
            came = {one["item"]: one for one in desk.arrivals(connection)}
        found |= {f"{key}{number}": _shown(came.get(name)) for number, name in enumerate(names, 1)}
    return found


def _shown(one: dict[str, Any] | None) -> str:
    if one is None or one["state"] != "live":
        return "nothing" if one is None else str(one["state"])
    if not one["said"].get("simulated"):
        return "not labelled SIMULATED"
    return "full" if "vessels" in one["said"] and "cell_deg" not in one["said"]["place"] else "reduced"


TOLD = {"eu1": "full", "eu2": "full", "sg1": "reduced", "sg2": "nothing"}
AFTERWARDS = TOLD | {"eu1": "recalled", "sg1": "recalled"}


def check(partners: Partners, store: DeskStore) -> int:
    """0 once the partners' desks show what they should, before and after an alert is taken back; else 1."""
    alerts = told(partners, store)
    if alerts is None:
        say("partners: no two alerts to tell")
        return 1
    if not _becomes(partners, alerts, TOLD):
        return 1
    taken_back(partners, alerts[0])
    return 0 if _becomes(partners, alerts, AFTERWARDS) else 1


def _becomes(partners: Partners, alerts: tuple[int, int], wanted: dict[str, str]) -> bool:
    until, found = time.monotonic() + PATIENCE_S, dict[str, str]()
    while time.monotonic() < until and found != wanted:
        found = shown(partners, alerts)
        time.sleep(0.3)
    say("partners: " + ", ".join(f"{key[:2].upper()} has alert {key[2:]} {one}" for key, one in found.items()))
    return found == wanted


def show(partners: Partners, screens: tuple[Screens, Screens], store: DeskStore, home: Path) -> None:
    """Tell partners two alerts, say where to look, and after a while take the first back; for a thread of its own."""
    alerts = told(partners, store)
    if alerts is None:
        say("The strait has raised no two alerts yet; partners are told none.")
        return
    (eu, sg), (first, second) = screens, alerts
    say(
        WORDS.format(
            eu=eu.address, eu_code=eu.code, sg=sg.address, sg_code=sg.code, first=first, second=second, home=home
        )
    )
    time.sleep(SHOWN_S)
    taken_back(partners, first)
    say(f"alert/{first} is taken back: look at the ledgers again.")
