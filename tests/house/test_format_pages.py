"""Pages of formats say what the code says."""

from __future__ import annotations

import sys

import pytest
from source import PACKAGE, ROOT

from hanbada.share.formats import FORMATS

sys.path.insert(0, str(ROOT / "tools"))
import format_pages as pages


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_of_a_format_is_what_the_code_says_and_more(name):
    text = (pages.PAGES / f"{name}.md").read_text()
    assert text == pages.written(name), "run tools/format_pages.py"
    assert len(text.partition(pages.CLOSE)[2]) > 200, "say how it maps, its limits and sources"


def test_the_page_of_facts_is_what_the_code_says():
    assert pages.REFERENCE.read_text() == pages.facts(), "run tools/format_pages.py"


def test_each_page_belongs_to_a_format_and_each_file_of_formats_to_one():
    assert {path.stem for path in pages.PAGES.glob("*.md")} == set(FORMATS)
    found = {path.stem for path in (PACKAGE / "share" / "formats").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(FORMATS) <= found
