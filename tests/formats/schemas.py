"""XML schemas that we may not ship: put them in a folder and name it in HANBADA_SCHEMAS, then files are held to them."""

import os
from pathlib import Path

import pytest


def valid(content, name):
    """Hold a document to the schema of that file name in the folder; skip where there is none."""
    folder = os.environ.get("HANBADA_SCHEMAS")
    path = Path(folder or "", name)
    if not folder or not path.exists():
        pytest.skip(f"no {name}: name a folder that has it in HANBADA_SCHEMAS")
    pytest.importorskip("xmlschema").XMLSchema(path).validate(content)
