"""ZIP archives that a stranger packed, within bounds.

They are counted and weighed by what they say they unpack to before any of it is unpacked (`zipfile` gives no byte more
than that).
"""

from __future__ import annotations

import io
import zipfile
import zlib

from hanbada.model.errors import InputError

_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
FAULTS = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError,
    OverflowError, NotImplementedError, OSError,
)  # fmt: skip
"""What a damaged archive makes zipfile raise."""


def members(content: bytes, what: str, *, most: int, largest: int, kind: str = "archive") -> dict[str, bytes]:
    """Every file of an archive by name; raises InputError if it is no such `kind` of file, or may harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > most or sum(one.file_size for one in listed) > largest:
                message = f"{what}: it unpacks to {len(listed)} parts and more than {largest >> 20} MiB may be"
                raise InputError(message)
            odd = [one for one in listed if one.flag_bits & 1 or one.compress_type not in _PACKED]
            if odd:
                message = f"{what}: {odd[0].filename[:80]!r} is encrypted or packed in an unknown way; save it without"
                raise InputError(message)
            return {one.filename: archive.read(one) for one in listed if not one.is_dir()}
    except FAULTS as error:
        message = f"{what}: it is no {kind}, or damaged ({error}); save it anew"
        raise InputError(message) from None


def packed(files: dict[str, bytes]) -> bytes:
    """Files as an archive, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
