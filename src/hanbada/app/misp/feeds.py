"""MISP feeds: a folder with `manifest.json` and a file for each event, written for one partner or read from anybody.

A feed is read from a folder, over https, or from this machine; there are no redirects. What is not published in it is
left out. A feed that is written anew loses what its partner may no longer have.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from hanbada.app.misp.adding import UUID
from hanbada.app.misp.events import events
from hanbada.app.outbound import client
from hanbada.model.errors import InputError, UsageError
from hanbada.share.formats import misp
from hanbada.share.formats.contract import Loss, Read
from hanbada.share.formats.json_text import mapping, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours

MANIFEST = "manifest.json"
MOST = 20_000
"""Events of one feed."""
LARGEST = 32 << 20
"""Bytes of one file."""
_HEAD = ("Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp")


def write(directory: Path, connection: Connection, ours: Ours, node: str, now_us: int) -> tuple[int, int]:
    """Let a folder be the feed of what a node may have now: how many events stand in it, and how many went.

    Raises UsageError for a folder with other things in it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    before = {path for path in directory.iterdir() if path.name != MANIFEST}
    foreign = [path.name for path in sorted(before) if path.suffix != ".json" or not UUID.match(path.stem)]
    if foreign:
        message = f"{directory}: {foreign[0]} is no file of a feed; choose a folder of its own"
        raise UsageError(message)
    manifest: dict[str, dict[str, Any]] = {}
    for event in events(connection, ours, node, now_us):
        _put(directory / f"{event['uuid']}.json", {"Event": event})
        manifest[event["uuid"]] = {name: event[name] for name in _HEAD}
    _put(directory / MANIFEST, manifest)
    gone = [path for path in before if path.stem not in manifest]
    for path in gone:
        path.unlink()
    return len(manifest), len(gone)


def _put(path: Path, body: Any) -> None:
    """Write a file whole or not at all."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1))
    beside.replace(path)


def read(source: str) -> Read:
    """The objects of a feed, with what of it could not be read.

    Raises InputError for what is no feed, UsageError for an address that is not asked.
    """
    with _Fetching(source) as fetch:
        manifest = mapping(parsed(fetch(MANIFEST), f"{source}: {MANIFEST}"))
        found = list(_events(fetch, manifest))
    return Read(
        tuple(one for each in found for one in each.items), tuple(loss for each in found for loss in each.losses)
    )


def _events(fetch: Callable[[str], bytes], manifest: Mapping[str, Any]) -> Iterator[Read]:
    for number, uuid in enumerate(manifest):
        if not UUID.match(uuid):
            yield _left(uuid[:64], "no UUID")
        elif number >= MOST:
            yield _left(uuid, f"more than {MOST} events")
        else:
            yield _one(fetch, uuid)


def _one(fetch: Callable[[str], bytes], uuid: str) -> Read:
    try:
        event = mapping(mapping(parsed(fetch(f"{uuid}.json"), uuid)).get("Event"))
    except InputError as error:
        return _left(uuid, str(error))
    if event.get("published") in {False, "0", "false"}:
        return _left(uuid, "not published")
    if event.get("uuid") != uuid:
        return _left(uuid, "another event stands in its file")
    return misp.one_of(event)


def _left(uuid: str, why: str) -> Read:
    return Read((), (Loss(item_id=f"misp:{uuid}", what="event", why=why),))


class _Fetching:
    """Files of a feed by name, from a folder or an address."""

    def __init__(self, source: str) -> None:
        self.source, self.http = source.rstrip("/"), None if "://" not in source else client(source)

    def __enter__(self) -> Callable[[str], bytes]:
        return self.fetched

    def __exit__(self, *_: object) -> None:
        if self.http is not None:
            self.http.close()

    def fetched(self, name: str) -> bytes:
        """A file; raises InputError if it is not there or too large."""
        try:
            content = self._file(name) if self.http is None else self._answer(self.http, name)
        except (OSError, httpx.HTTPError) as error:
            message = f"{self.source}/{name}: cannot be read: {error}"
            raise InputError(message) from error
        if len(content) > LARGEST:
            message = f"{self.source}/{name}: larger than {LARGEST:,} bytes"
            raise InputError(message)
        return content

    def _file(self, name: str) -> bytes:
        with (Path(self.source) / name).open("rb") as file:
            return file.read(LARGEST + 1)

    def _answer(self, http: httpx.Client, name: str) -> bytes:
        content = bytearray()
        with http.stream("GET", f"{self.source}/{name}") as answer:
            if answer.status_code != httpx.codes.OK:
                message = f"{self.source}/{name}: answered {answer.status_code}"
                raise InputError(message)
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > LARGEST:
                    break
        return bytes(content)
