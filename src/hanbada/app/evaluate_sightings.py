"""What `hanbada evaluate --sightings` does: scenes of real tracks with reports hidden, matched by four methods."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from hanbada.app.evaluate_forecasts import TRIALS, recorded
from hanbada.exercise import sighting_trial as trial
from hanbada.model.errors import UsageError
from hanbada.model.times import DAY_US
from hanbada.tracks.analogs import remember
from hanbada.tracks.paths import part, paths
from hanbada.tracks.segments import Segments, feed

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.exercise.sighting_trial import Judged
    from hanbada.tracks.analogs import History
    from hanbada.tracks.rows import Rows

SCENES = 120
"""Scenes per silence; harbours give that many, thin coasts fewer."""
LIMITS = (-26.0, -24.0, -22.0, -20.0, -18.0)
"""Log densities that the greedy methods are tried with on tuning scenes."""
NAMES = (trial.OURS, trial.GREEDY, trial.PLAIN, trial.NEAREST)


class Carrier(NamedTuple):
    """A recording for scenes: its rows, the history before the cut, the cut."""

    rows: Rows
    history: History
    cut_us: int


def run(only: str | None, folder: Path | None, *, as_json: bool) -> int:
    """Try the bundled recordings (or one by name) and print; the exit code."""
    chosen = [one for one in TRIALS[:2] if only in {None, one.name}]
    if not chosen:
        message = f"--carrier {only}: with --sightings one of {', '.join(one.name for one in TRIALS[:2])}"
        raise UsageError(message)
    for one in chosen:
        for sized in (False, True):
            found = measured(one.name, folder, sized=sized)
            if as_json:
                sys.stdout.buffer.write(msgspec.json.encode({"carrier": one.name, "lengths": sized, **found}) + b"\n")
            else:
                sys.stdout.write(f"\n{one.title}, {'with' if sized else 'without'} lengths\n\n{table(found)}\n")
    return 0


def measured(name: str, folder: Path | None, *, sized: bool, silences: tuple[int, ...] = trial.SILENCES_MIN) -> Any:
    """Figures by silence in minutes."""
    one = next(one for one in TRIALS if one.name == name)
    rows = recorded(one, folder)
    if rows is None:
        message = f"{one.file}: not at hand"
        raise UsageError(message)
    whole = paths(rows, feed(Segments(), rows))
    cut = int(whole.at.min() + one.history_days * DAY_US)
    carrier = Carrier(rows, remember(part(whole, whole.at < cut)), cut)
    limits = _tuned(carrier, sized=sized)
    found = {silence: _figures(carrier, silence, limits, sized=sized) for silence in silences}
    return {str(silence): figures for silence, figures in found.items() if figures is not None}


def _tuned(carrier: Carrier, *, sized: bool) -> dict[str, float]:
    """The limit of each greedy method that is best on scenes of other vessels before the cut, at an hour of silence."""
    found = trial.scenes(carrier.rows, 60, 40, 2, carrier.cut_us, tuning=True, sized=sized)
    tried = {limit: trial.judged(found, carrier.history, dict.fromkeys(NAMES, limit)) for limit in LIMITS}

    def best(name: str) -> float:
        return max(LIMITS, key=lambda limit: trial.accuracy(tried[limit], name))

    return {name: best(name) for name in NAMES[1:3]}


def _figures(carrier: Carrier, silence: int, limits: dict[str, float], *, sized: bool) -> dict[str, Any] | None:
    scenes = trial.scenes(carrier.rows, silence, SCENES, 1, carrier.cut_us, sized=sized)
    if len(scenes) < 10:
        return None
    found = trial.judged(scenes, carrier.history, limits)
    none = found.truth == trial.NONE
    sure = found.unheard >= 0.9
    return {
        "scenes": len(scenes),
        "sightings": len(found.truth),
        "per_100_km2": round(float(found.per_km2.mean()) * 100, 2),
        "accuracy": {name: round(trial.accuracy(found, name), 3) for name in NAMES},
        "accuracy_under_way": {name: round(trial.accuracy(found, name, moving=True), 3) for name in NAMES},
        "said_of_itself": round(float(found.sure.mean()), 3),
        "calibration_error": round(trial.calibration_error(found), 3),
        "count_bias": round(trial.count_bias(found), 3),
        "dark_precision": round(float(none[sure].mean()), 3) if sure.any() else None,
        "dark_recall": round(float(sure[none].mean()), 3) if none.any() else None,
        "interval": _interval(found),
    }


def _interval(found: Judged) -> list[float]:
    """95 % interval of our accuracy less that of the better greedy method, sightings resampled."""
    right = {name: (found.said[name] == found.truth).astype(float) for name in NAMES}
    greedy = max(NAMES[1:3], key=lambda name: right[name].mean())
    gain = right[trial.OURS] - right[greedy]
    drawn = np.random.default_rng(1).integers(0, len(gain), (400, len(gain)))
    return [round(float(one), 3) for one in np.quantile(gain[drawn].mean(1), [0.025, 0.975])]


def table(found: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    every = list(found.values())
    head = ["| | " + " | ".join(f"±{silence} min" for silence in found) + " |", "|---" * (len(found) + 1) + "|"]
    rows = {"scenes / sightings": [f"{one['scenes']} / {one['sightings']:,}" for one in every]}
    rows |= {name: [f"{one['accuracy'][name]:.1%}" for one in every] for name in NAMES}
    rows |= {f"{name}, under way": [f"{one['accuracy_under_way'][name]:.1%}" for one in every] for name in NAMES}
    rows |= {
        "ours less the better greedy, 95 %": ["{:+.1%} to {:+.1%}".format(*one["interval"]) for one in every],
        "what ours says of itself": [f"{one['said_of_itself']:.1%}" for one in every],
        "calibration error": [f"{one['calibration_error']:.3f}" for one in every],
        "count of the heard, bias": [f"{one['count_bias']:+.1%}" for one in every],
        "nobody at 0.9: right / found": [_both(one["dark_precision"], one["dark_recall"]) for one in every],
    }
    return "\n".join(head + [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()])


def _both(one: float | None, other: float | None) -> str:
    return " / ".join("-" if each is None else f"{each:.0%}" for each in (one, other))
