"""Packs on disk: kept byte for byte, refused when a byte changed, loaded together, listed and verified from the shell."""

import json
import os
from pathlib import Path

import pytest
from sets import pack
from typer.testing import CliRunner

from hanbada.app.config import data_dir
from hanbada.app.packs_cli import pack as pack_cli
from hanbada.model.errors import NotFoundError, PackError, UsageError
from hanbada.reference.kinds import KINDS
from hanbada.store import packs

PORTS = b"World Port Index Number,Main Port Name,Country Code,Latitude,Longitude\n1,BUSAN,South Korea,35.1,129.0\n2,LOST,,99,0\n"
MORE = b"World Port Index Number,Main Port Name,Country Code,Latitude,Longitude\n3,ULSAN,South Korea,35.5,129.4\n"
SQUARE = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}


def zones(*named: tuple[str, str]) -> bytes:
    features = [
        {"type": "Feature", "geometry": SQUARE, "properties": {"id": zone_id, "name": name, "rule": "entry"}}
        for zone_id, name in named
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def add(data: Path, files: dict[str, bytes], at: int = 1, **more: str) -> packs.Manifest:
    return packs.add(data, files, added_at=at, **more)[0]


def home(data: Path, manifest: packs.Manifest) -> Path:
    return data / "packs" / manifest.kind / manifest.pack_id.rpartition("-")[2]


def test_a_pack_is_kept_as_received_with_what_is_known_of_it(tmp_path: Path) -> None:
    manifest = add(tmp_path, {"p.csv": PORTS}, at=7, data_date="2025-07-01")
    assert (manifest.kind, manifest.rows_in, manifest.rejects, manifest.added_at) == ("ports", 2, 1, 7)
    assert (manifest.data_date, manifest.address) == ("2025-07-01", "https://msi.nga.mil/Publications/WPI")
    assert manifest.licence == "public domain (United States Government)"
    assert (home(tmp_path, manifest) / "p.csv").read_bytes() == PORTS
    assert packs.manifests(tmp_path) == (manifest,)
    assert packs.verify(tmp_path) == (packs.Checked(pack_id=manifest.pack_id, kind="ports", faults=()),)


def test_the_same_bytes_again_renew_the_manifest_only(tmp_path: Path) -> None:
    add(tmp_path, {"p.csv": PORTS}, at=1)
    again = add(tmp_path, {"p.csv": PORTS}, at=2, licence="ours")
    assert packs.manifests(tmp_path) == (again,)
    assert (again.added_at, again.licence) == (2, "ours")


def test_a_changed_byte_is_found_and_never_used(tmp_path: Path) -> None:
    manifest = add(tmp_path, {"p.csv": PORTS})
    file = home(tmp_path, manifest) / "p.csv"
    file.write_bytes(PORTS.replace(b"35.1", b"35.2"))
    (checked,) = packs.verify(tmp_path)
    assert "p.csv changed: SHA-256" in checked.faults[0]
    with pytest.raises(PackError, match="not what was added"):
        packs.load(tmp_path, "ports")
    add(tmp_path, {"p.csv": PORTS})
    assert packs.verify(tmp_path)[0].faults == ()


def test_missing_extra_and_truncated_files_are_found(tmp_path: Path) -> None:
    manifest = add(tmp_path, {"p.csv": PORTS})
    folder = home(tmp_path, manifest)
    (folder / "p.csv").write_bytes(PORTS[:-5])
    assert "bytes, not" in packs.verify(tmp_path)[0].faults[0]
    (folder / "p.csv").unlink()
    (folder / "other.csv").write_bytes(b"x")
    faults = packs.verify(tmp_path)[0].faults
    assert faults == ("other.csv is not part of the pack", "p.csv is missing")
    with pytest.raises(NotFoundError):
        packs.load(tmp_path, "ports")


def test_a_damaged_manifest_is_told_and_hides_no_other_pack(tmp_path: Path) -> None:
    manifest, other = add(tmp_path, {"p.csv": PORTS}), add(tmp_path, {"q.csv": MORE})
    (home(tmp_path, manifest) / packs.MANIFEST).write_bytes(b"{")
    sound, damaged = packs.survey(tmp_path)
    assert sound == (other,)
    assert "manifest missing or damaged" in damaged[0]
    assert sorted(len(one.faults) for one in packs.verify(tmp_path)) == [0, 1]
    with pytest.raises(PackError, match="add the pack again"):
        packs.load(tmp_path, "ports")


def test_a_manifest_that_names_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    manifest = add(tmp_path, {"p.csv": PORTS})
    path = home(tmp_path, manifest) / packs.MANIFEST
    path.write_text(path.read_text().replace('"p.csv"', '"../../../../p.csv"'))
    with pytest.raises(PackError, match="cannot hold a file called"):
        packs.load(tmp_path, "ports")
    assert packs.verify(tmp_path)[0].faults


@pytest.mark.parametrize("name", ["../p.csv", "a/b.csv", ".hidden", "manifest.json", ""])
def test_a_file_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="cannot hold a file called"):
        add(tmp_path, {name: PORTS})
    assert not (tmp_path / "packs").exists()


def test_an_unfinished_pack_is_no_pack(tmp_path: Path) -> None:
    add(tmp_path, {"p.csv": PORTS})
    (tmp_path / "packs" / "ports" / ".new-abc").mkdir()
    assert len(packs.manifests(tmp_path)) == 1
    assert not [path for path in (tmp_path / "packs" / "ports").rglob(".new-*") if path.name != ".new-abc"]


def test_packs_of_a_kind_are_read_together_and_the_later_area_wins(tmp_path: Path) -> None:
    add(tmp_path, {"p.csv": PORTS}, at=1)
    add(tmp_path, {"q.csv": MORE}, at=2)
    ports = packs.load(tmp_path, "ports")
    assert ports.rows["name"].to_pylist() == ["BUSAN", "ULSAN"]
    assert (ports.rows_in, ports.rejects.num_rows) == (3, 1)
    add(tmp_path, {"a.geojson": zones(("z", "old"), ("y", "kept"))}, at=1)
    add(tmp_path, {"b.geojson": zones(("z", "new"))}, at=2)
    assert {zone.area_id: zone.name for zone in packs.load(tmp_path, "areas").rows} == {"z": "new", "y": "kept"}


def test_without_packs_the_built_in_data_serve_and_otherwise_nothing(tmp_path: Path) -> None:
    assert packs.load(tmp_path, "ports").rows.num_rows == 3962
    assert packs.load(None, "network").rows.num_rows == 15936
    assert len(packs.load(tmp_path, "land").rows) == 1419
    assert packs.load(tmp_path, "storms") is None
    with pytest.raises(NotFoundError, match="built in"):
        packs.built_in("eez")


def test_parts_of_a_shapefile_are_one_pack_and_other_files_one_each(tmp_path: Path) -> None:
    for name in ("a.shp", "a.dbf", "a.prj", "b.csv", "a.geojson"):
        (tmp_path / name).write_bytes(name.encode())
    groups = packs.received([tmp_path / name for name in ("a.shp", "b.csv", "a.dbf", "a.prj", "a.geojson")])
    assert [set(group) for group in groups] == [{"a.shp", "a.dbf", "a.prj"}, {"b.csv"}, {"a.geojson"}]
    with pytest.raises(NotFoundError, match="does not exist"):
        packs.received([tmp_path / "none.csv"])


@pytest.mark.pack
def test_the_last_base_map_added_is_the_one_in_use(tmp_path: Path) -> None:
    data = pack("basemap-natural-earth", "base-z6.pmtiles").read_bytes()
    assert packs.file_of(tmp_path, "basemap", ".pmtiles") is None
    add(tmp_path, {"one.pmtiles": data}, at=1)
    add(tmp_path, {"two.pmtiles": data}, at=2)
    assert packs.file_of(tmp_path, "basemap", ".pmtiles").name == "two.pmtiles"
    assert packs.load(tmp_path, "basemap").rows.max_zoom == 6


def test_every_kind_says_what_is_missing_without_it_and_where_it_comes_from() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names) == 13
    for kind in KINDS:
        assert kind.title
        assert kind.purpose.endswith(".")
        assert kind.missing.endswith(".")
        assert any(source.address.startswith("https://") for source in kind.sources)
        assert all(source.licence for source in kind.sources)
        assert len({one.name for one in kind.formats}) == len(kind.formats)
    assert {kind.name for kind in KINDS if kind.built_in} == {"basemap", "land", "ports", "network"}


# The command line


def run(*arguments: str, data: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(pack_cli, [*arguments, "--data", str(data)])
    if isinstance(result.exception, UsageError | NotFoundError | PackError):
        return result.exception.exit_code, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


def test_a_pack_is_added_listed_and_verified_from_the_shell(tmp_path: Path) -> None:
    file, node = tmp_path / "p.csv", tmp_path / "node"
    file.write_bytes(PORTS)
    assert run("verify", data=node)[0] == 3
    code, out, _ = run("add", str(file), "--date", "2025-07-01", "--licence", "public domain", data=node)
    assert code == 0
    assert "2 rows in, 1 rejected" in out
    assert "row 2: no_position" in out
    code, out, _ = run("list", data=node)
    assert code == 0
    assert all(f"{kind.name}: {kind.title}" in out and kind.missing in out for kind in KINDS)
    assert "data of 2025-07-01" in out
    assert "https://www.marineregions.org" in out
    assert run("verify", data=node)[:2][0] == 0
    kept = next(node.rglob("p.csv"))
    kept.write_bytes(PORTS + b" ")
    code, out, _ = run("verify", "--json", data=node)
    assert code == 1
    assert "bytes, not" in json.loads(out)[0]["faults"][0]


def test_the_list_in_json_has_every_kind_and_its_packs(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(PORTS)
    run("add", str(file), data=tmp_path)
    code, out, _ = run("list", "--json", data=tmp_path)
    rows = {row["kind"]: row for row in json.loads(out)}
    assert code == 0
    assert list(rows) == [kind.name for kind in KINDS]
    assert rows["ports"]["packs"][0]["rows_in"] == 2
    assert rows["storms"]["packs"] == []
    assert rows["storms"]["sources"][0]["address"].startswith("https://www.ncei.noaa.gov")


def test_one_bad_file_costs_itself_and_not_the_others(tmp_path: Path) -> None:
    good, bad = tmp_path / "p.csv", tmp_path / "x.txt"
    good.write_bytes(PORTS)
    bad.write_bytes(b"hello\n")
    code, out, error = run("add", str(bad), str(good), data=tmp_path)
    assert code == 1
    assert "2 rows in" in out
    assert "no pack kind fits: x.txt is text" in error


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["add", "p.csv", "--kind", "harbours"], 2, "--kind harbours: choose one of basemap"),
        (["add", "p.csv", "--date", "last week"], 2, "write it as 2025-07-01"),
        (["add", "nothing.csv"], 3, "does not exist"),
        (["add", "p.csv", "--kind", "tss"], 1, "It looks like kind ports"),
        (["add"], 2, "Missing argument"),
    ],
)
def test_what_the_command_refuses_it_explains(
    tmp_path: Path, arguments: list[str], code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.csv").write_bytes(PORTS)
    found, _, error = run(*arguments, data=tmp_path)
    assert found == code
    assert told in error


def test_the_data_directory_is_given_named_or_the_usual_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANBADA_DATA", str(tmp_path / "named"))
    assert data_dir(tmp_path) == tmp_path
    assert data_dir() == tmp_path / "named"
    monkeypatch.delenv("HANBADA_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_dir() == tmp_path / "xdg" / "hanbada"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", os.sep + "home" + os.sep + "officer")
    assert data_dir() == Path("/home/officer/.local/share/hanbada")
