"""All kinds of reference packs: which there are, which one a file is, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hanbada.model.errors import PackError
from hanbada.reference import (
    anchorages,
    areas,
    basemap,
    cables,
    incidents,
    land,
    lanes,
    limits,
    network,
    ports,
    registers,
    storms,
    tss,
)
from hanbada.reference.reading import Format, Kind, Opened, Reading, fitting, not_of_kind, opened_files, read_fitting

LOADER_VERSION = 1
"""Goes up when a loader gives other rows for the same bytes."""

KINDS: tuple[Kind[Any], ...] = (
    basemap.KIND,
    land.KIND,
    ports.KIND,
    anchorages.KIND,
    network.KIND,
    areas.KIND,
    limits.KIND,
    tss.KIND,
    lanes.KIND,
    cables.KIND,
    registers.KIND,
    incidents.KIND,
    storms.KIND,
)


@dataclass(frozen=True)
class Sniffed:
    """The kind and format a document was recognised as."""

    kind: Kind[Any]
    format: Format[Any]


def kind_named(name: str) -> Kind[Any]:
    """The kind of that name; raises PackError listing the names there are."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    message = f'no pack kind "{name}"; there are {", ".join(kind.name for kind in KINDS)}'
    raise PackError(message)


def _sniffed(one: Opened) -> Sniffed | None:
    for kind in KINDS:
        fit = fitting(kind, one, named=False)
        if fit:
            return Sniffed(kind, fit)
    return None


def sniff(files: Mapping[str, bytes]) -> Sniffed:
    """What kind of pack the files are, from their content alone.

    Raises PackError, saying what they look like, where no kind fits.
    """
    return _sniffed_among(opened_files(files))


def _sniffed_among(documents: tuple[Opened, ...]) -> Sniffed:
    found = next((match for match in map(_sniffed, documents) if match), None)
    if found is None:
        looks = "; ".join(f"{one.document.name} is {one.described()}" for one in documents[:3])
        message = f"no pack kind fits: {looks}. Name the kind if you know it ({', '.join(k.name for k in KINDS)})"
        raise PackError(message)
    return found


def read(name: str | None, files: Mapping[str, bytes]) -> Reading[Any]:
    """The files read as the kind of that name, or as the kind they are recognised as if no name is given.

    Raises PackError, saying what they are instead, if they are of another kind.
    """
    documents = opened_files(files)
    kind = kind_named(name) if name else _sniffed_among(documents).kind
    known = [(one, fitting(kind, one, named=name is not None)) for one in documents]
    if not any(fit for _, fit in known):
        raise PackError(not_of_kind(kind, documents) + _instead(documents))
    return read_fitting(known)


def _instead(documents: tuple[Opened, ...]) -> str:
    other = next((match for match in map(_sniffed, documents) if match), None)
    return f". It looks like kind {other.kind.name} ({other.format.name})" if other else ""
