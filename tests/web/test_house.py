"""Habits of the screens: pinned files, complete translations, nothing from elsewhere."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hanbada.app import web
from hanbada.app.i18n import FOLDER

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import catalogues
import vendor

WEB = Path(web.__file__).parent
OWN = [path for folder in ("static", "templates") for path in sorted((WEB / folder).rglob("*")) if path.is_file()]
PLACEHOLDER = re.compile(r"%\(\w+\)\d*[sd]|\{\w+\}")


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


@pytest.fixture(scope="module")
def template():
    return catalogues.extracted()


@pytest.mark.parametrize("language", catalogues.languages())
def test_no_message_of_the_code_is_missing(language, template):
    assert catalogues.missing(language, template) == []


def test_compiled_catalogues_are_up_to_date(template):
    assert catalogues.check(template) == []


@pytest.mark.parametrize("language", [code for code in catalogues.languages() if code != "en"])
def test_translations_keep_their_placeholders(language):
    for message in read_po(catalogues.path_of(language, "po").open("rb")):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings:
            if message.id and string:
                assert set(PLACEHOLDER.findall(string)) == set(PLACEHOLDER.findall(ids[-1])), message.id


def test_korean_puts_no_particle_behind_a_variable():
    for message in read_po((FOLDER / "ko" / "LC_MESSAGES" / "hanbada.po").open("rb")):
        for string in [message.string] if isinstance(message.string, str) else message.string:
            assert not re.search(r"(\)s|\)d|\})(은|는|이|가|을|를|와|과)(?=[\s,.]|$)", string), string
            assert "(은)" not in string
            assert "(이)" not in string


def test_a_language_is_added_without_code(tmp_path, monkeypatch, template):
    from babel.messages.catalog import Catalog

    from hanbada.app import i18n

    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="fr")
    catalog.add("English", "Français", context="name of this language")
    catalog.add("Alerts", "Alertes")
    (folder / "hanbada.mo").write_bytes(catalogues.mo_bytes(catalog))
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    i18n.languages.cache_clear()
    i18n.translations.cache_clear()
    try:
        assert i18n.languages() == {"fr": "Français"}
        assert i18n.translations("fr").gettext("Alerts") == "Alertes"
        assert i18n.translations("fr").gettext("Incidents") == "Incidents"
    finally:
        i18n.languages.cache_clear()
        i18n.translations.cache_clear()
