"""`hanbada accord` as others run it: on the seed without a node, on a node's own rows with one."""

import json

import pytest
from command import hanbada

from hanbada.app.accord_plots import PLOTS, plot
from hanbada.app.config import DATABASE
from hanbada.app.cooperation import seed
from hanbada.model.errors import UsageError
from hanbada.store.database import open_database

FORUM = "row_id,code,name,members,source,sourced_on\nforum-x,X,Forum X,DE; KR,here,2026-01-01\n"


@pytest.fixture(scope="module")
def nobody(tmp_path_factory):
    """A data directory in which no node has run."""
    return tmp_path_factory.mktemp("nobody")


@pytest.fixture
def home(tmp_path):
    """A data directory with a desk."""
    open_database(tmp_path / DATABASE).dispose()
    return tmp_path


def test_without_a_node_the_seed_is_read_and_that_is_said(nobody):
    ran = hanbada("accord", "list", "--json", home=nobody)
    assert (ran.code, len(json.loads(ran.out))) == (0, len(seed()))
    assert "the seed that ships" in ran.err


def test_the_gap_between_korea_and_germany_is_found_in_the_seed(nobody):
    ran = hanbada("accord", "gaps", "--party", "KR", "--json", home=nobody)
    found = {tuple(one["pair"]): one for one in json.loads(ran.out)}
    assert found["DE", "KR"]["exercises"] == 2
    assert found["FR", "KR"]["unverified"] == ["kr-fr-info-2000"]
    assert ("KR", "US") not in found


def test_brackets_stand_in_what_is_shown(nobody):
    ran = hanbada("accord", "show", "kr-no-k9-2017", home=nobody)
    assert "(2019); (2020); (2021)" in ran.out.decode()


def test_what_is_not_there_is_exit_code_three(nobody):
    assert hanbada("accord", "show", "nothing", home=nobody).code == 3
    assert hanbada("accord", "ties", "--party", "XX", home=nobody).code == 3


def test_what_does_not_fit_is_exit_code_two(nobody, tmp_path):
    assert hanbada("accord", "list", "--kind", "colour", home=nobody).code == 2
    assert hanbada("accord", "plot", "network", "-o", tmp_path / "a.gif", home=nobody).code == 2


def test_import_keeps_good_rows_says_bad_ones_and_ends_with_one(home, tmp_path):
    (tmp_path / "f.csv").write_text(FORUM + "forum-y,Y,Forum Y,DE,here,soon\n")
    ran = hanbada("accord", "import", tmp_path / "f.csv", "--json", home=home)
    assert (ran.code, json.loads(ran.out)["new_or_changed"]) == (1, 1)
    assert "f.csv, line 3, column sourced_on: 'soon' cannot be used: write the day as 2024-11-04" in ran.err
    shown = json.loads(hanbada("accord", "show", "forum-x", "--json", home=home).out)
    assert (shown["version"], shown["members"]) == (1, ["DE", "KR"])
    (tmp_path / "f.csv").write_text(FORUM)
    again = hanbada("accord", "import", tmp_path / "f.csv", "--json", home=home)
    assert (again.code, json.loads(again.out)["new_or_changed"]) == (0, 0)


def test_import_needs_a_node_and_checking_does_not(nobody, tmp_path):
    (tmp_path / "f.csv").write_text(FORUM)
    assert hanbada("accord", "import", tmp_path / "f.csv", home=nobody).code == 3
    assert hanbada("accord", "import", tmp_path / "f.csv", "--check", home=nobody).code == 0


def test_what_is_exported_can_be_imported(home, tmp_path):
    assert hanbada("accord", "export", tmp_path / "all.xlsx", home=home).code == 0
    ran = hanbada("accord", "import", tmp_path / "all.xlsx", "--json", home=home)
    assert json.loads(ran.out) == {"read": len(seed()), "new_or_changed": len(seed()), "faults": []}


def test_the_index_says_what_it_is_and_what_is_not_in_it(nobody, tmp_path):
    (tmp_path / "v.csv").write_text("designation,unit_value\nK9,4\nK10,x\n")
    ran = hanbada("accord", "index", tmp_path / "v.csv", home=nobody)
    assert "capability, not price" in ran.out.decode()
    assert "without a unit value" in ran.out.decode()
    assert "v.csv, line 3, column unit_value" in ran.err


@pytest.mark.parametrize("what", PLOTS)
@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_every_plot_is_drawn_the_same_twice(what, suffix, tmp_path):
    from datetime import date

    for name in ("a", "b"):
        plot(what, seed(), date(2026, 11, 22), ("EU",), "KR", tmp_path / f"{name}.{suffix}")
    assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert (tmp_path / f"a.{suffix}").stat().st_size > 5000


def test_a_plot_of_nothing_is_drawn_too(tmp_path):
    from datetime import date

    for what in PLOTS:
        plot(what, [], date(2026, 11, 22), (), None, tmp_path / "a.svg")
    with pytest.raises(UsageError, match="cannot be written"):
        plot("matrix", [], date(2026, 11, 22), (), None, tmp_path / "none" / "a.svg")
