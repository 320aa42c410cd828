"""Languages: complete catalogues, one added without code, and no text that escapes translation."""

import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fakes import NOW_US, SPECIALS, FakeDesk, FakeSite
from harness import Window, serve

from hanbada.app import i18n, rulebook
from hanbada.app.i18n import FOLDER
from hanbada.app.web import Settings, create

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)\d*[sd]|\{\w+\}")
PAGES = ("/", "/alerts/101", "/alerts/105", "/incidents", "/incidents/INC-1", "/vessels", "/vessels/440123450", "/sources", "/account", "/people", "/audit", "/nowhere")  # fmt: skip
SPOKEN = {"MMSI", "IMO", "ETA", "EBL", "VRM", "DTG", "CSV", "KML", "GPX", "GeoJSON", "GEOJSON", "Shift", "Esc", "INC", "AIVDM", "Natural", "Earth", "searoute", "Hanbada"}  # fmt: skip
"""Words every language keeps."""
DATA = {"KOR", "JPN", "LBR", "PAN", *(word for ship in SPECIALS for word in ship.name.split())}
FIGURES = re.compile(r"\b\d+[A-Z]{3,}\d*\b|\b[\d:T.-]+Z\b|\b(kn|nmi|min|UTC)\b|\d+°\d*")


@pytest.fixture(scope="module")
def template():
    return catalogues.extracted()


@pytest.mark.parametrize("language", catalogues.languages())
def test_no_message_of_the_code_is_missing(language, template):
    assert catalogues.missing(language, template) == []


def test_a_changed_docstring_of_a_detector_is_a_missing_translation(monkeypatch):
    changed = ("What a detector says since today.", *rulebook.messages())
    monkeypatch.setattr(rulebook, "messages", lambda: changed)
    assert any(changed[0] in one for one in catalogues.missing("ko", catalogues.extracted()))


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


def test_french_breaks_no_line_before_its_punctuation():
    for message in read_po((FOLDER / "fr" / "LC_MESSAGES" / "hanbada.po").open("rb")):
        for string in [message.string] if isinstance(message.string, str) else message.string:
            assert not re.search(r" [:;?!]|'", string) or not message.id, string


def test_a_merge_that_left_its_marks_keeps_the_words_of_both_sides(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.path_of("de", "po").parent.mkdir(parents=True)
    sides = 'msgid "Map"\nmsgstr "Karte"\n=======\nmsgid "Night"\nmsgstr "Nacht"\n'
    catalogues.path_of("de", "po").write_text(f"<<<<<<< HEAD\n{sides}>>>>>>> theirs\n", encoding="utf-8")
    assert [message.string for message in catalogues.read("de") if message.id] == ["Karte", "Nacht"]


def test_korean_puts_no_particle_behind_a_variable():
    for message in read_po((FOLDER / "ko" / "LC_MESSAGES" / "hanbada.po").open("rb")):
        for string in [message.string] if isinstance(message.string, str) else message.string:
            assert not re.search(r"(\)s|\)d|\})(은|는|이|가|을|를|와|과)(?=[\s,.]|$)", string), string
            assert "(은)" not in string
            assert "(이)" not in string


@pytest.fixture
def added(tmp_path, monkeypatch, template, node):
    """A language brought as files alone: every message of it stands in brackets."""
    for language in catalogues.languages():
        shutil.copytree(FOLDER / language, tmp_path / language)
    catalog = catalogues.updated("en", template)
    catalog.locale = "eo"
    for message in catalog:
        words = message.id if isinstance(message.id, tuple) else (message.id,)
        message.string = (
            tuple(f"⟦{one}⟧" for one in words) if len(words) > 1 else f"⟦{words[0]}⟧" if words[0] else message.string
        )
    catalog.get("English", "name of this language").string = "Esperanto"
    (tmp_path / "eo" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "eo" / "LC_MESSAGES" / "hanbada.mo").write_bytes(catalogues.mo_bytes(catalog))
    (tmp_path / "eo.json").write_bytes(catalogues.json_bytes(catalog, "eo"))
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    i18n.languages.cache_clear()
    i18n.translations.cache_clear()
    yield tmp_path / "eo.json"
    i18n.languages.cache_clear()
    i18n.translations.cache_clear()


class Said(HTMLParser):
    """What a page says to a person: text and the attributes that are read out, but what others typed."""

    TYPED = frozenset({"bdi", "code", "kbd", "script", "style", "time"})
    READ = frozenset({"title", "aria-label", "placeholder", "alt"})

    def __init__(self):
        super().__init__()
        self.texts, self.open = [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if (
            values.get("dir") == "auto"
            or "mono" in (values.get("class") or "").split()
            or ("lang" in values and tag == "option")
        ):
            tag = "bdi"
        if tag not in {"input", "meta", "link", "br", "path", "rect", "circle"}:
            self.open.append(tag)
        self.texts += [values[name] for name in self.READ & set(values) if values[name]]

    def handle_endtag(self, tag):
        if self.open and tag not in {"input", "meta", "link", "br"}:
            self.open.pop()

    def handle_data(self, data):
        if not self.TYPED & set(self.open):
            self.texts.append(data)


def foreign(texts):
    """The words in texts that no catalogue wrote."""
    found = set()
    for text in texts:
        plain = text
        while "⟦" in plain:
            shorter = re.sub(r"⟦[^⟦⟧]*⟧", " ", plain)
            if shorter == plain:
                break
            plain = shorter
        found |= set(re.findall(r"[^\W\d_]{2,}", FIGURES.sub(" ", plain)))
    return found - SPOKEN - DATA


def test_a_language_is_added_without_code(added, node, visit):
    assert set(i18n.languages()) == {*catalogues.languages(), "eo"}
    assert i18n.languages()["eo"] == "Esperanto"
    node.app.state.node.assets.files["static/i18n/eo.json"] = added
    officer = visit("officer")
    officer.form("/preferences", language="eo", palette="day")
    page = officer.get("/").text
    assert '<html lang="eo"' in page
    assert "static/i18n/eo.json" in page
    assert "⟦Alert inbox⟧" in page


def test_a_language_without_words_for_scripts_still_opens(added, visit):
    officer = visit("officer")
    officer.form("/preferences", language="eo", palette="day")
    assert "static/i18n/en.json" in officer.get("/").text


@pytest.mark.parametrize("path", PAGES)
def test_no_text_of_a_page_escapes_translation(added, node, visit, path):
    node.desk.open_incident(102, "officer", NOW_US)
    admin = visit("admin")
    admin.form("/preferences", language="eo", palette="day")
    said = Said()
    said.feed(admin.get(path).text)
    assert len(said.texts) > 20
    assert foreign(said.texts) == set()


@pytest.mark.browser
def test_no_text_of_the_map_escapes_translation(added, browser):
    app = create(FakeSite(60), FakeDesk.manned(), Settings(tick_s=0.1))
    app.state.node.assets.files["static/i18n/eo.json"] = added
    address, stop = serve(app)
    one = Window(browser, address)
    try:
        one.sign_in("officer")
        one.prefer("eo", "day")
        page = one.open("/?vessel=440123450&alert=101")
        one.vessels()
        page.wait_for_selector("#card")
        page.keyboard.press("v")
        page.wait_for_selector("#vessellist-rows tr")
        page.evaluate("hanbada.tip.show(hanbada.selection.slot, {x: 300, y: 300})")
        page.hover("#time-slider")
        page.wait_for_selector("#time-tip:not([hidden])")
        page.fill("#search", "no such ship")
        page.wait_for_selector("#hits .empty")
        page.evaluate("hanbada.time.state('stalled')")
        said = Said()
        said.feed(page.content())
        assert foreign(said.texts) == set()
        assert one.outside() == []
    finally:
        one.close()
        stop()
