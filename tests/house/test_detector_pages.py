"""A detector's card, docstring, parameters and page say the same, whatever is changed in one of them."""

from __future__ import annotations

import ast
import importlib
import sys
import tomllib

import msgspec
import pytest
from source import PACKAGE, ROOT

from hanbada.app import rulebook
from hanbada.detect import DETECTORS
from hanbada.engine.watch import checked_params
from hanbada.model.records import SEVERITIES
from hanbada.model.wording import KINDS

sys.path.insert(0, str(ROOT / "tools"))
import detector_pages as pages


@pytest.fixture(params=DETECTORS)
def kind(request) -> str:
    return request.param


def test_the_page_is_what_the_code_says(kind: str) -> None:
    assert (pages.PAGES / f"{kind}.md").read_text() == pages.written(kind), "run tools/detector_pages.py"


def test_a_changed_threshold_would_be_noticed(kind: str, monkeypatch) -> None:
    module = importlib.import_module(f"hanbada.detect.{kind}")
    name = msgspec.structs.fields(module.Params)[0].name
    changed = msgspec.defstruct("Params", [(name, float, -12345.0)], frozen=True)
    monkeypatch.setattr(module, "Params", changed)
    assert (pages.PAGES / f"{kind}.md").read_text() != pages.written(kind)


def test_every_page_ends_with_how_to_use_it(kind: str) -> None:
    by_hand = (pages.PAGES / f"{kind}.md").read_text().partition(pages.CLOSE)[2]
    assert "## In practice" in by_hand
    assert "hanbada detect" in by_hand


def test_the_card_is_filled_in(kind: str) -> None:
    card = importlib.import_module(f"hanbada.detect.{kind}").CARD
    assert card.kind == kind
    assert card.severity in SEVERITIES
    assert card.lookback_s > 0
    assert kind in KINDS


def test_the_docstring_has_the_five_headings_in_order(kind: str) -> None:
    tree = ast.parse((PACKAGE / "detect" / f"{kind}.py").read_text())
    first, sections = rulebook.said(ast.get_docstring(tree) or "")
    assert first.endswith(".")
    assert tuple(sections) == rulebook.HEADINGS
    assert all(len(text) > 20 for text in sections.values())


def test_every_threshold_has_a_default_and_a_reason(kind: str) -> None:
    params = importlib.import_module(f"hanbada.detect.{kind}").Params
    assert params() == params()
    for number in rulebook.about(kind).numbers:
        assert number.default
        assert number.why.endswith("."), f"{number.setting} has no reason"


def test_a_threshold_may_be_set_to_what_its_page_shows(kind: str) -> None:
    shown = {number.setting: number.default for number in rulebook.about(kind).numbers}
    assert checked_params(kind, shown) == checked_params(kind, {})


def test_every_detector_tests_an_innocent_explanation(kind: str) -> None:
    reasons, explanations = pages.phrases(ast.parse((PACKAGE / "detect" / f"{kind}.py").read_text()))
    assert reasons
    assert explanations


def test_each_page_belongs_to_a_detector_and_each_detector_to_a_module() -> None:
    assert {path.stem for path in pages.PAGES.glob("*.md")} == set(DETECTORS)
    others = {"__init__", "contract", *(f"{kind}_kernel" for kind in DETECTORS)}
    assert {path.stem for path in (PACKAGE / "detect").glob("*.py")} - others == set(DETECTORS)


def test_the_contract_that_detectors_do_not_know_each_other_names_every_one():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (independent,) = [one for one in contracts if one["id"] == "detectors"]
    assert sorted(independent["modules"]) == sorted(f"hanbada.detect.{kind}" for kind in DETECTORS)
