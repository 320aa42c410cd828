"""Forms that carry files, taken apart in memory within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.datastructures import Headers

UPLOAD_LIMIT_BYTES = 16 << 20
"""Of a whole form with its files, for people who are signed in; longer ones are for the command line."""
MOST_FILES, MOST_FIELDS = 4, 400


class Upload(Struct, frozen=True, kw_only=True):
    """A file that came with a form: what its sender calls it, and what stands in it."""

    name: str
    content: bytes


def carries_files(headers: Headers) -> bool:
    """Whether a form says that it carries files."""
    return headers.get("content-type", "").lower().startswith("multipart/form-data")


async def fields_and_files(
    headers: Headers, body: bytes, field_limit: int
) -> tuple[dict[str, str], dict[str, Upload]] | None:
    """Fields and files of a form by name, None if it cannot be taken apart; a file left empty is no file."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(headers, stream(), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=field_limit)
    parser.spool_max_size = UPLOAD_LIMIT_BYTES
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        return None
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content:
                files[name] = Upload(name=value.filename or "", content=content)
        else:
            fields[name] = value
    return fields, files
