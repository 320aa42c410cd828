"""`hanbada serve` over TCP at 20,000 messages a second: waits, processor time, and an account of every message."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RATE, SECONDS, VESSELS = 20_000, 60, 200_000
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def live(rate: int = RATE, seconds: float = SECONDS, vessels: int = VESSELS) -> dict[str, float]:
    """Run it once."""
    fleet = subprocess.Popen(
        [sys.executable, "-m", "bench.fleet", "--rate", str(rate), "--seconds", str(seconds), "--vessels", str(vessels)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    port = int(fleet.stdout.readline())
    with tempfile.TemporaryDirectory() as home:
        command = ["serve", "--feed", f"tcp://127.0.0.1:{port}", "--port", "0", "--data", home, "--json"]
        node = subprocess.Popen([sys.executable, "-m", "hanbada.app.cli", *command], stdout=subprocess.PIPE, text=True)
        time.sleep(10 + rate * seconds / 100_000 + 5)
        first, began = cpu_s(node.pid), time.monotonic()
        time.sleep(seconds - 10)
        used = (cpu_s(node.pid) - first) / (time.monotonic() - began)
        fleet.wait()
        sys.stderr.write(fleet.stdout.read())
        time.sleep(2)
        node.send_signal(signal.SIGINT)
        account = json.loads(node.communicate()[0])
    source = next(iter(account["sources"].values()))
    sent = int(rate * seconds)
    return {"rate": rate, "cores": round(used, 3), **account["wait_ms"], "steps": account["steps"],
            "sent": sent, "messages": source["messages"], "lines": source["lines"], "held_back_s": source["held_back_s"]}  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(live(*map(int, sys.argv[1:]))) + "\n")
