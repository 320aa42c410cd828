"""Habits of the screens: pinned files, complete translations, nothing from elsewhere."""

import re
import sys
from pathlib import Path

import pytest

from hanbada.app import web

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import vendor

WEB = Path(web.__file__).parent
OWN = [path for folder in ("static", "templates") for path in sorted((WEB / folder).rglob("*")) if path.is_file()]


def test_vendored_files_are_those_that_were_locked():
    assert vendor.faults() == []


def test_every_vendored_package_brings_its_licence():
    names = {path.name for path in vendor.VENDOR.iterdir()}
    for package in vendor.WANTED:
        assert any("LICENSE" in name for name in package.files.values())
        assert set(package.files.values()) <= names


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_own_files_name_no_other_host(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)
    assert [url for url in found if "www.w3.org" not in url] == []
