"""Three nodes in one process with their screens: Korea, which finds things, France close to it, Singapore further off.

Frames go by hand (`settle`), so nothing leaves the process; the database of each is the real one.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from fakes import NOW_US, FakeDesk, FakeSite, detection
from nodes import Clock, Node, enrol, paper, settle

from hanbada.app.reads import Reads
from hanbada.app.sharing import chartering, ours
from hanbada.app.sharing.screens import Screens
from hanbada.app.web import Settings, create
from hanbada.model.desk import NodeProfile
from hanbada.model.sharing import FULL, Community, Member, Profile, Span
from hanbada.model.times import DAY_US, HOUR_US
from hanbada.store import terms
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

__all__ = ["Centre", "made", "settle", "world_of"]
CLOSE = Profile(place="1nmi", identity=True, source=False, person=False, narrative=False, evidence=True)
FAR = Profile(place="30min", identity=False, source=False, person=False, narrative=False, evidence=False)
HELD = {"gap": ((0,), "alarm"), "encounter": ((1, 2), "alarm"), "zone": ((3,), "warning")}


class Centre(Node):
    """A node with its alerts and its screens."""

    def __init__(self, directory: Path, name: str, clock: Clock) -> None:
        if (directory / name).exists():
            self.directory, self.name, self.clock = directory / name, name, clock
            self.engine = open_database(self.directory / "desk.db")
            self.ours = self.read(ours.opened, self.directory)
        else:
            super().__init__(directory, name, clock)
        self.desk = Manned(self.engine, FakeDesk.manned())
        self.screens = Screens(self.engine, self.directory)
        self.reads = Reads(self.engine)
        self.app = create(
            FakeSite(60), self.desk, Settings(clock=lambda: clock.at / 1e6, tick_s=0.1), self.screens, self.reads
        )

    def finds(self) -> None:
        """Three alerts, of which the first is an incident."""
        found = [
            detection(n, kind, severity, ships, hours=3.0)
            for n, (kind, (ships, severity)) in enumerate(HELD.items(), start=1)
        ]
        self.desk.record(found, NOW_US)
        self.desk.open_incident(1, "officer", NOW_US)


class Manned(DeskStore):
    """The real desk, with people whose passwords are quickly checked."""

    def __init__(self, engine, people: FakeDesk) -> None:
        super().__init__(engine, lambda: NOW_US)
        for name in ("verify", "open_session", "session", "close_session", "users", "signed_in"):
            setattr(self, name, getattr(people, name))
        self.profile = lambda: NodeProfile(language="en", palette="dusk", lon_deg=129.4, lat_deg=34.6, zoom=7.2)


def opened(directory: Path) -> tuple[Centre, Centre, Centre]:
    """The three nodes of a directory, made there if there are none."""
    clock = Clock()
    clock.at = NOW_US + HOUR_US
    return tuple(Centre(directory, name, clock) for name in ("KR", "FR", "SG"))


def made(directory: Path) -> Path:
    """Korea, France and Singapore, which know each other: "Strait watch" is of all three, two communities are of two."""
    kr, fr, sg = opened(directory)
    kr.clock.at = NOW_US
    until = Span(until_at=NOW_US + 25 * DAY_US)
    enrol(kr, fr, paper("Korea-France", "KR", "FR", title="Korea-France arrangement", valid=until), profile=CLOSE)
    enrol(kr, sg, paper("Korea-Singapore", "KR", "SG", title="Korea-Singapore letter"), profile=FAR)
    for one in (kr, fr, sg):
        text = paper("watch", "KR", "FR", "SG", title="Strait watch agreement", kind="multilateral")
        one.write(terms.put_agreement, text, own=False)
    seats = tuple(
        Member(node=one.node, max_tlp="AMBER", profile=profile, may_post=True, steward=one is kr)
        for one, profile in ((kr, FULL), (fr, CLOSE), (sg, FAR))
    )
    watch = Community(
        community_id="watch", name="Strait watch", version=1, members=seats, agreements=("watch",), quorum=1,
        purposes=("maritime_safety",),
    )  # fmt: skip
    kr.write(chartering.propose, watch)
    settle(kr, fr, sg)
    for one in (fr, sg):
        one.write(chartering.accept, "watch")
    settle(kr, fr, sg)
    kr.finds()
    for one in (kr, fr, sg):
        one.close()
    return directory


def world_of(directory: Path, pattern: Path | None = None) -> tuple[Centre, Centre, Centre]:
    """The three nodes, from a copy of a directory where they were made before."""
    if pattern is None:
        made(directory)
    else:
        shutil.copytree(pattern, directory, dirs_exist_ok=True)
    return opened(directory)
