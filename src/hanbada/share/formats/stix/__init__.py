"""STIX 2.1 (OASIS, 10 June 2021): bundles in and out, with an extension for what the sea needs.

`write` draws each object as one of core STIX and its vessels and places beside it; `read` takes bundles of anybody.
"""

from __future__ import annotations

import re

from hanbada.share.formats.contract import Format
from hanbada.share.formats.stix.extension import CARRIES
from hanbada.share.formats.stix.reading import read
from hanbada.share.formats.stix.writing import write

MEDIA_TYPE = "application/stix+json;version=2.1"
_LOOKS = re.compile(rb'"(?:type|spec_version)"\s*:\s*"(?:bundle|2\.1)"')

FORMAT = Format(
    name="stix",
    title="STIX 2.1",
    media_type=MEDIA_TYPE,
    suffix="stix.json",
    carries=CARRIES,
    write=write,
    read=read,
    sniff=lambda head: head.lstrip().startswith(b"{") and _LOOKS.search(head) is not None,
)
