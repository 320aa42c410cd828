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


def palettes():
    """The colours of each palette by token."""
    text = (WEB / "static" / "css" / "palettes.css").read_text()
    blocks = re.findall(r'\[data-palette="(\w+)"\] \{(.*?)\n\}', text, re.DOTALL)
    return {name: dict(re.findall(r"--(\w+): (#\w{6})", block)) for name, block in blocks}


def contrast(one, other):
    """The contrast ratio of WCAG 2.2."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("palette", ["day", "dusk", "night"])
def test_symbols_and_tracks_stand_out_from_sea_and_land(palette):
    colours = palettes()[palette]
    symbols = [name for name in colours if re.match("typ|spd|ships|alrmk|wrnmk|ctnmk|wtcmk|trkln|selct|cursr", name)]
    assert len(symbols) == 21
    faint = {
        name: ground
        for name in symbols
        for ground in ("depmd", "landa")
        if contrast(colours[name], colours[ground]) < 3
    }
    assert faint == {}
