"""`hanbada taxii` as a person types it."""

import json

import pytest

from hanbada.app.cli import main


@pytest.fixture
def typed(tmp_path, capsys, monkeypatch):
    """Run a command: its exit code and what it printed."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["hanbada", *words, "--data", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, capsys.readouterr().out

    return run


def test_a_reader_is_added_listed_and_dropped(typed):
    assert typed("node", "init", "--name", "kr", "--organisation", "KR")[0] == 0
    assert typed("taxii", "reader", "list")[0] == 3
    made = json.loads(typed("taxii", "reader", "add", "siem", "--json")[1])
    assert len(made["token"]) >= 40
    (one,) = json.loads(typed("taxii", "reader", "list", "--json")[1])
    assert (one["name"], one["for"], one["may_add"]) == ("siem", "this node", False)
    assert made["token"] not in typed("taxii", "reader", "list")[1]
    assert typed("taxii", "reader", "add", "siem")[0] == 2
    assert typed("taxii", "reader", "add", "No Name")[0] == 2
    assert typed("taxii", "reader", "add", "fr", "--for", "nobody")[0] == 3
    assert typed("taxii", "reader", "drop", "siem")[0] == 0
    assert typed("taxii", "reader", "drop", "siem")[0] == 3


def test_only_a_safe_address_is_pulled_from(typed):
    assert typed("taxii", "pull", "http://example.org/taxii2/")[0] == 2
