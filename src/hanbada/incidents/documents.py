"""Documents of incidents: which are taken, by what they contain and not by what they are called.

They are kept as they came and handed out as files to be saved: never opened, run or shown in a page.
"""

from __future__ import annotations

import hashlib

from hanbada.model.errors import UsageError
from hanbada.model.facts import Attached

MOST_BYTES = 10 * 1024 * 1024
"""A report with pictures; what is larger belongs elsewhere, with a link."""
_BEGINS = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
)  # fmt: skip
TAKEN = (*(media_type for _, media_type in _BEGINS), "text/plain")


def attached(content: bytes, title: str) -> Attached:
    """What is said of a document; raises UsageError if it is too large, empty, or nothing that is taken.

    >>> attached(b"seen at dawn", "note").media_type
    'text/plain'
    """
    if not 0 < len(content) <= MOST_BYTES:
        message = f"{title}: a document has 1 to {MOST_BYTES} bytes, not {len(content)}"
        raise UsageError(message)
    media_type = next((found for begin, found in _BEGINS if content.startswith(begin)), None) or _text(content)
    if media_type is None:
        message = f"{title}: this is none of {', '.join(TAKEN)}"
        raise UsageError(message)
    digest = hashlib.sha256(content).hexdigest()
    return Attached(sha256=digest, media_type=media_type, size=len(content), title=title[:512] or None)


def _text(content: bytes) -> str | None:
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if all(c.isprintable() or c in "\n\r\t\f" for c in words) else None
