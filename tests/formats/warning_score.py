"""How many of the messages are read as their author meant them: where, when and what kind, all three."""

import json
from datetime import datetime
from pathlib import Path

from hanbada.model.times import to_us
from hanbada.share.formats.warning_text import read_words

MESSAGES = [
    json.loads(line) for line in (Path(__file__).parent / "warnings" / "messages.jsonl").read_text().splitlines()
]
NEAR_DEG, NEAR_SHARE = 2e-4, 0.01


def us(text):
    return None if text is None else to_us(datetime.fromisoformat(f"{text}:00+00:00"))


def same_shapes(found, truth):
    if len(found) != len(truth):
        return False
    return all(_same(a, b) for a, b in zip(found, truth, strict=True))


def _same(a, b):
    points = a.points
    if a.kind != b["kind"] or len(points) != len(b["points"]):
        return False
    radius = None if a.radius_m is None else a.radius_m / 1852
    if (radius is None) != (b["radius_nmi"] is None) or (radius and abs(radius / b["radius_nmi"] - 1) > NEAR_SHARE):
        return False
    return all(
        abs(p[0] - q[0]) < NEAR_DEG and abs(p[1] - q[1]) < NEAR_DEG for p, q in zip(points, b["points"], strict=True)
    )


def faults(message):
    """Which of the three are not as the author meant."""
    found = read_words(message["text"], message["year"])
    wrong = [] if found.kind == message["kind"] else [f"kind {found.kind}"]
    if not same_shapes(found.shapes, message["shapes"]):
        wrong.append(f"place {[(one.kind, len(one.points), one.radius_m) for one in found.shapes]}")
    truth = tuple(us(message[name]) for name in ("from", "until", "cancelled"))
    stated = (found.when.from_at, found.when.until_at, found.when.cancelled_at)
    return wrong + ([f"time {stated} not {truth}"] if stated != truth else [])


def score(half):
    messages = [one for one in MESSAGES if one["half"] == half]
    return sum(not faults(one) for one in messages), len(messages)
