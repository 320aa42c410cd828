"""`hanbada serve` over TCP at 20,000 messages a second: waits, processor time, an account of every message.

    python -m bench.live [--quick]

The node runs as a user runs it, with lines and reports kept on disk, vessel state, all detectors, desk and screens. A
second process sends (bench.fleet). Waits are those the node's own account tells, from the socket until what followed
was on disk and to be seen, without its first twenty seconds; beside them stands how long after its second message was
sent the alert of each beacon was raised, by the clock both processes share.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.figures import Figure, Scale, tell
from hanbada.app.serve_command import STARTING_S
from hanbada.model.desk import AlertFilter
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE, VESSELS = 20_000, 200_000
SLOWEST_S = 1.0
"""A rate at which one message in a hundred waits longer is not sustained."""
GRACE_S = 3.0
TICKS = os.sysconf("SC_CLK_TCK")
P99_MS, CORES = (50.0, 10.0), (0.5, 0.15)
WHY = {
    "p99": "Two pauses (4 ms between reads, 3 ms between steps) and the fixed cost of a step (3 ms for seventeen detectors) are most of an "
    "ordinary wait; the longest ones are the looks of single detectors and the writing of the archive, which share the interpreter with it.",
    "cores": "Most of it is the fixed cost of a step and of a read, paid some hundred times a second, not the messages.",
}


class Ran(NamedTuple):
    """One run: what was sent, what the node says of it, cores it used, and milliseconds until each beacon's alert."""

    sent: int
    late_ms: float
    lines: int
    messages: int
    rejected: int
    dropped: int
    held_back_s: float
    steps: int
    waits: dict[str, float | None]
    settled: dict[str, float | None]
    cores: float
    alerts_ms: list[float]
    beacons: int

    @property
    def complete(self) -> bool:
        """Whether every message is accounted for, and every beacon raised an alert."""
        return (
            self.messages == self.lines == self.sent
            and not self.rejected
            and not self.dropped
            and len(self.alerts_ms) == self.beacons
        )

    @property
    def sustained(self) -> bool:
        """Whether the node kept up."""
        p99 = self.settled["p99"]
        return self.complete and not self.held_back_s and p99 is not None and p99 <= 1000 * SLOWEST_S


def figures(scale: Scale) -> Iterator[Figure]:
    """All of the live node."""
    ran = live(RATE, scale.of(90, 40))
    how = (
        f"{RATE:,} messages/s of {VESSELS:,} ships for {scale.of(90, 40)} s, sender at most {ran.late_ms:.0f} ms late: p50 {ran.settled['p50']} ms, "
        f"p99 {ran.settled['p99']} ms, max {ran.settled['max']} ms in {ran.steps:,} steps (start included: p99 {ran.waits['p99']} ms, max {ran.waits['max']} ms)"
    )
    alerts = sorted(ran.alerts_ms)
    checked = (
        f"{ran.sent:,} sent, {ran.messages:,} messages, {ran.rejected} rejects, {ran.dropped} dropped, held back {ran.held_back_s} s; {len(alerts)} alerts "
        f"of {ran.beacons} beacons"
        + (
            f", raised {statistics.median(alerts):.1f} ms (median) to {alerts[-1]:.0f} ms after the beacon spoke"
            if alerts
            else ""
        )
    )
    common = {"how": how, "checked": checked, "right": ran.complete, "less": True}
    yield Figure(name="live.p99", what="socket to detection, 99 of 100 messages", measured=ran.settled["p99"], unit="ms", floor=P99_MS[0], goal=P99_MS[1], why=WHY["p99"], **common)  # type: ignore[arg-type] # fmt: skip
    yield Figure(name="live.cores", what="processor of the node, in cores", measured=ran.cores, unit="cores", floor=CORES[0], goal=CORES[1], why=WHY["cores"], **common)  # type: ignore[arg-type] # fmt: skip
    yield _top(scale)


def _top(scale: Scale) -> Figure:
    """Double the rate until the node no longer keeps up, then look once between."""
    seconds, tried = scale.of(40, 30), {}
    rate = 2 * RATE
    while rate not in tried:
        tried[rate] = live(rate, seconds)
        if not tried[rate].sustained:
            break
        rate *= 2
    between = rate * 3 // 4
    tried[between] = live(between, seconds)
    best = max((one for one, ran in tried.items() if ran.sustained), default=0)
    told = "; ".join(
        f"{one:,}/s: p99 {ran.settled['p99']} ms, {ran.cores:.2f} cores, held back {ran.held_back_s} s, sender {ran.late_ms:.0f} ms late"
        for one, ran in sorted(tried.items())
    )
    return Figure(
        name="live.top", what="messages a second it keeps up with", measured=float(best), unit="/s", how=f"{seconds} s each: {told}",
        checked="every message of the rates it kept up with accounted for", right=best > 0,
    )  # fmt: skip


def live(rate: int, seconds: int) -> Ran:
    """Run node and sender once."""
    command = ["-m", "bench.fleet", "--rate", str(rate), "--seconds", str(seconds), "--vessels", str(VESSELS)]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as fleet,
    ):
        port = _told(fleet)["port"]
        serve = ["serve", "--feed", f"tcp://127.0.0.1:{port}", "--port", "0", "--data", home, "--json"]
        with subprocess.Popen(
            [sys.executable, "-m", "hanbada.app.cli", *serve],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as node:
            try:
                cores = _watched(node.pid, _told(fleet)["begins_in_s"], seconds)
                sent = _told(fleet)
                time.sleep(GRACE_S)
            finally:
                node.send_signal(signal.SIGINT)
                account = json.loads(node.communicate()[0])
        return _ran(account, sent, cores, _raised(Path(home)))


def _told(fleet: subprocess.Popen[str]) -> dict[str, Any]:
    """The sender's next line."""
    if fleet.stdout is None:
        raise AssertionError
    return json.loads(fleet.stdout.readline())  # type: ignore[no-any-return]


def _watched(pid: int, begins_in_s: float, seconds: int) -> float:
    """Cores the node uses from when it has settled to the end."""
    time.sleep(max(begins_in_s, 0) + min(STARTING_S, seconds / 2))
    used, begun = _cpu_s(pid), time.monotonic()
    time.sleep(seconds - min(STARTING_S, seconds / 2) - 1)
    return (_cpu_s(pid) - used) / (time.monotonic() - begun)


def _cpu_s(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _raised(home: Path) -> dict[int, int]:
    """When the alert of each beacon was raised, by MMSI."""
    engine = open_database(next(home.glob("*.sqlite*")))
    try:
        views = DeskStore(engine, lambda: time.time_ns() // 1000).alerts(AlertFilter(limit=1_000_000))
        return {
            view.detection.vessels[0].mmsi: view.alert.raised_at for view in views if view.detection.kind == "distress"
        }
    finally:
        engine.dispose()


def _ran(account: dict[str, Any], sent: dict[str, Any], cores: float, raised: dict[int, int]) -> Ran:
    (source,) = account["sources"].values()
    beacons = {int(mmsi): at_s for mmsi, at_s in sent["beacons"].items()}
    return Ran(
        sent=sent["sent"], late_ms=sent["late_ms"], lines=source["lines"], messages=source["messages"],
        rejected=sum(source["rejects"].values()) + source["from_the_future"], dropped=source["dropped"], held_back_s=source["held_back_s"],
        steps=account["steps"], waits=account["wait_ms"], settled=account["settled_wait_ms"], cores=cores, beacons=len(beacons),
        alerts_ms=[raised[mmsi] / 1000 - 1000 * at_s for mmsi, at_s in beacons.items() if mmsi in raised],
    )  # fmt: skip


if __name__ == "__main__":
    tell("live", figures)
