"""`hanbada incident`: what people do with incidents at the command line, by its exit codes."""

import asyncio
import json
import threading
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hanbada.app import quiet
from hanbada.app.cli import app
from hanbada.app.config import DATABASE
from hanbada.model.errors import HanbadaError, NotFoundError, RefusedError, UsageError
from hanbada.store.database import open_database

RUNNER = CliRunner()
ATTACK = (
    "--fact",
    "act=attack",
    "--fact",
    "boarded=true",
    "--fact",
    'weapons=["knives"]',
    "--fact",
    'crew=["threatened"]',
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command on a node; its JSON, or the error it raised."""
    monkeypatch.setenv("HANBADA_DATA", str(tmp_path))
    open_database(tmp_path / DATABASE).dispose()

    def ran(*words, code=0):
        done = RUNNER.invoke(app, ["incident", *words, "--json"])
        if isinstance(done.exception, HanbadaError):
            raise done.exception
        assert done.exit_code == code, (done.output, done.exception)
        return json.loads(done.stdout)

    return ran


@pytest.fixture
def name(run):
    return run("open", "Boarding", *ATTACK, "--source", "master", "--reliability", "B", "--credibility", "2")[
        "incident_id"
    ]


def test_an_incident_is_opened_listed_and_shown(run, name):
    assert [one["incident_id"] for one in run("list")] == [name]
    assert {one["source"] for one in run("show", name)["said"]} == {"master"}
    assert run("list", "--state", "closed", code=3) == []
    with pytest.raises(NotFoundError):
        run("show", "INC-NONE")


def test_a_dry_run_opens_nothing(run):
    assert run("open", "x", "--dry-run")["incident_id"] == "INC-DRY-RUN"
    assert run("list", code=3) == []


def test_answers_are_classified_without_an_incident_too(run, name):
    asked = {one["scheme"]: one for one in run("classify", *ATTACK)}
    assert asked["recaap"]["category"] == "Actual: CAT 2"
    assert asked["recaap"]["missing"]
    assert run("classify", name) == list(asked.values())
    with pytest.raises(UsageError, match="act"):
        run("classify", "--fact", "act=robery")
    with pytest.raises(UsageError):
        run("classify")


def test_a_report_file_opens_an_incident_or_names_every_fault(run, tmp_path):
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"title": "Silent tanker", "facts": {"act": "ais_silence"}, "source": "coast"}))
    assert run("report", str(file))["title"] == "Silent tanker"
    file.write_text(json.dumps({"title": "x", "facts": {"act": "x", "hue": 1}, "source": "coast"}))
    with pytest.raises(UsageError, match="hue"):
        run("report", str(file))
    file.write_text("{")
    with pytest.raises(UsageError, match="no report"):
        run("report", str(file))


def test_work_is_done_at_the_command_line(run, name):
    run("log", name, "called on channel 16")
    run("say", name, "--fact", "boarded=false", "--source", "agent", "--credibility", "5")
    run("task", name, "call the port", "--owner", "lee", "--due", "2026-11-30T12:00Z")
    key = run("show", name)["tasks"][0]["key"]
    assert run("task", name, "--done", key)["tasks"][0]["done_at"]
    assert run("assess", name, "opportunists", "--percent", "80", "--confidence", "low", "--dissent")["assessments"]
    with pytest.raises(UsageError):
        run("assess", name, "opportunists", "--percent", "81", "--confidence", "low")


def test_merge_and_split_lead_on(run, name):
    other = run("open", "Again", *ATTACK)["incident_id"]
    assert run("merge", name, other)["incident_id"] == other
    assert run("show", name)["incident_id"] == other
    with pytest.raises(RefusedError):
        run("merge", name, other)
    key = run("show", other)["said"][0]["key"]
    assert run("split", other, "Alone", "--key", key)["said"][0]["key"] == key


def test_the_watch_is_handed_over(run, name):
    assert [one["incident"]["incident_id"] for one in run("handover", "--to", "lee", "--note", "quiet")["moved"]] == [
        name
    ]
    assert run("handover")["moved"] == []


def test_a_campaign_groups_incidents(run, name):
    made = run("campaign", "--new", "Anchors")[0]["campaign_id"]
    (one,) = run("campaign", made, "--add", name, "--step", "3")
    assert (one["incidents"], one["attributions"][0]["step"]) == ([name], 3)
    assert len(run("campaign")) == 1
    with pytest.raises(UsageError):
        run("campaign", made, "--step", "11")


def test_somebody_is_found_and_erased(run, name, tmp_path):
    run("say", name, "--fact", 'person=[{"role": "victim", "name": "Jane Roe"}]')
    assert [one["what"] for one in run("subject", "jane roe")] == ["person"]
    with pytest.raises(UsageError):
        run("erase", "jane roe", "--ground", "Jane Roe asked")
    assert len(run("erase", "jane roe", "--ground", "asked", "--dry-run")) == 1
    assert run("erase", "jane roe", "--ground", "asked")["kinds"] == {"person": 1}
    assert run("subject", "jane roe", code=3) == []
    assert run("erase", "jane roe", "--ground", "asked", code=3) == []


def test_a_document_is_kept(run, name, tmp_path):
    (tmp_path / "note.txt").write_text("seen at dawn")
    assert run("document", name, str(tmp_path / "note.txt"))["said"][-1]["fact"] == "documents"
    with pytest.raises(UsageError):
        run("document", name, str(tmp_path / "none.txt"))


def test_every_command_speaks_to_people_too(run, name):
    for words in (("show", name), ("list",), ("classify", name), ("handover",), ("campaign",)):
        said = RUNNER.invoke(app, ["incident", *words])
        assert said.exit_code == 0
        assert words[0] == "campaign" or said.stdout.strip()


def test_a_node_that_only_exchanges_erases_by_itself_what_was_kept_long_enough():
    class Clock:
        def now_us(self):
            return 7

    async def once():
        begun, told = threading.Event(), []
        work = SimpleNamespace(retire=lambda by, at_us: (told.append((by, at_us)), begun.set()))
        job = asyncio.create_task(quiet._retire(SimpleNamespace(incident_desk=work), Clock()))
        assert await asyncio.to_thread(begun.wait, 10)
        job.cancel()
        return told

    assert asyncio.run(once()) == [("node", 7)]


CSV = """time,lat,lon,act,vessel,description,source,reference
2026-01-05T03:00Z,1.05,103.60,boarded,OCEAN STAR,Five robbers with knives boarded a bulk carrier,coast guard,c-1
2026-01-05T20:00Z,1.06,103.61,boarded,,Robbers with knives boarded the bulk carrier OCEAN STAR,company,k-9
2026-02-09,10.2,107.0,suspicious,,A boat came near,company,k-10
never,1,1,boarded,,x,company,k-11
"""


def test_past_incidents_are_brought_once_and_matched_across_sources(run, tmp_path):
    (tmp_path / "past.csv").write_text(CSV)
    done = run("import", str(tmp_path / "past.csv"))
    assert (done["records"], done["rejects"], done["incidents"], done["matched"]) == (3, 1, 2, 1)
    brought = [run("show", one["incident_id"]) for one in run("list")]
    assert {(one["state"], one["origin"]) for one in brought} == {("closed", "catalogue")}
    sources = [{said["source"] for said in one["said"]} for one in brought]
    assert {"coast guard c-1", "company k-9"} in sources
    again = run("import", str(tmp_path / "past.csv"))
    assert (again["incidents"], again["known"]) == (0, 2)
