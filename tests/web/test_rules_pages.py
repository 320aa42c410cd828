"""The page of rules: how right alerts were, what a rule would do, who may apply it."""

import html

import pytest
from fakes import NOW_US

from hanbada.app.i18n import languages, translations
from hanbada.app.rulebook import CITED, about
from hanbada.model.desk import Rule


def shown(answer):
    """What a reader sees, in one line."""
    import re

    return one_line(re.sub(r"<[^>]+>", " ", answer.text))


def one_line(text):
    return " ".join(text.split())


def test_precision_stands_beside_every_rule_once_somebody_judged(visit, node):
    for alert in list(node.desk.views):
        node.desk.dismiss(alert, "false_positive", "officer", NOW_US)
    page = shown(visit("viewer").get("/rules"))
    assert "0 % (0 %–" in page
    assert "everything, always" in page


def test_the_effect_of_a_rule_is_shown_before_it_is_applied(visit, node):
    officer = visit("officer")
    page = shown(officer.form("/rules/zone/effect", least="0", not_in_port="1", why=""))
    assert "Alerts that reached people 1 → 0" in page
    assert "Held: in port 1" in page
    assert node.desk.rules() == {}


def test_thresholds_are_tried_on_the_archive_and_the_page_says_how_far_that_is(visit, node):
    officer = visit("officer")
    fields = {"least": "0", "gap.min_h": "6", "why": ""}
    assert "being read again" in shown(officer.form("/rules/gap/effect", **fields))
    assert "Findings 9 → 4" in shown(officer.form("/rules/gap/effect", **fields))
    assert node.site.tried == [{"gap.min_h": "6"}] * 2
    assert node.site.tuned == []


def test_a_release_officer_applies_a_rule_and_the_detector_works_by_it(visit, node):
    answer = visit("releaser").form(
        "/rules/gap", **{"least": "70", "per_watch": "3", "gap.min_h": "6", "review": "2027-02-01", "why": "too many"}
    )
    assert answer.status_code == 303
    rule = node.desk.rules()["gap"]
    assert (rule.least_probability, rule.per_watch, rule.settings, rule.changed_by) == (
        0.7,
        3,
        {"gap.min_h": "6"},
        "releaser",
    )
    assert node.site.tuned == [("gap", {"gap.min_h": "6"})]
    page = shown(visit("viewer").get("/rules"))
    assert "at least 70 %, at most 3 in 8 hours, own thresholds" in page


def test_a_rule_without_a_why_or_that_makes_no_sense_is_refused_with_a_message(visit, node):
    releaser = visit("releaser")
    assert "say why" in shown(releaser.form("/rules/gap", least="70", why=""))
    assert "whole number" in shown(releaser.form("/rules/gap/effect", least="0", per_watch="three", why="x"))
    assert "between 0 and 1" in shown(releaser.form("/rules/gap/effect", least="700", why="x"))
    assert "no setting" in shown(releaser.form("/rules/gap/effect", **{"least": "0", "gap.colour": "red", "why": "x"}))
    assert visit("releaser").get("/rules/nothing").status_code == 404
    assert node.desk.rules() == {}


def test_distress_offers_no_rule(visit, node):
    page = visit("releaser").get("/rules/distress").text
    assert 'name="least"' not in page
    assert visit("releaser").form("/rules/distress", least="99", why="quiet").status_code == 400
    assert node.desk.rules() == {}


def test_a_rule_past_its_day_is_due_and_what_it_says_is_text(visit, node):
    node.desk.set_rule(Rule(kind="gap", review_at=1, why="<script>alert(1)</script>"), "<b>kim</b>", NOW_US)
    page = visit("viewer").get("/rules/gap").text
    assert "due for review" in page
    assert "<script>alert" not in page
    assert "<b>kim" not in page


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_how_an_alert_works_is_told_in_the_language_of_the_reader_and_only_sources_in_english(visit, language):
    words, told = translations(language), about("gap")
    viewer = visit("viewer")
    viewer.cookies.set("hanbada_preferences", f"{language}.day", domain="localhost.local")
    page = html.unescape(shown(viewer.get("/rules/gap")))
    for heading, text in told.sections.items():
        assert one_line(words.gettext(heading)) in page
        assert (text in page) == (heading == CITED)
        assert one_line(words.gettext(text)) in page
