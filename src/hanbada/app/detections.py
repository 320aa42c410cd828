"""Detections as objects for JSON lines: what stands in the record, its text, and lines by file and number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.ids import split_line_id
from hanbada.model.times import iso
from hanbada.model.wording import explanation, headline, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.records import Detection

_TIMES = ("t_start", "t_end", "judged_at")


def as_object(detection: Detection, sources: Sequence[str]) -> dict[str, Any]:
    """The object of a detection, with stable keys; `sources` names the numbers in its line ids."""
    found: dict[str, Any] = msgspec.to_builtins(detection)
    found |= {name: None if found[name] is None else iso(found[name]) for name in _TIMES}
    for said, record in zip(found["reasons"], detection.reasons, strict=True):
        said["text"] = sentence(record)
    for said, counter in zip(found["counter_evidence"], detection.counter_evidence, strict=True):
        said |= {"holds": counter.holds, "text": sentence(counter)}
    found["evidence"] = [line_name(line, sources) for line in detection.evidence]
    found["heard_to"] = [line_name(line, sources) for line in detection.heard_to]
    return found | {"headline": headline(detection), "text": explanation(detection)}


def line_name(line_id: int, sources: Sequence[str]) -> str:
    """A line id as `source:line`."""
    source, line = split_line_id(line_id)
    return f"{sources[source] if source < len(sources) else source}:{line}"
