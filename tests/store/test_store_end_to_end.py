"""One node's memory from the first run to the morning after: everything opened again from its files."""

from makings import DAY, MINUTE, NOON, detection, positions, statics

from hanbada.model.desk import AlertFilter, NodeProfile
from hanbada.model.ids import line_id
from hanbada.model.tables import POSITIONS
from hanbada.store.archive import open_archive
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore
from hanbada.store.lines import Heard, open_lines
from hanbada.store.sources import About

PROFILE = NodeProfile(language="ko", palette="dusk", lon_deg=129.0, lat_deg=35.0, zoom=7.0)


def test_what_was_kept_in_the_evening_is_there_in_the_morning(tmp_path):
    engine = open_database(tmp_path / "desk.sqlite")
    desk, archive = DeskStore(engine, lambda: NOON), open_archive(tmp_path / "archive", engine, NOON)
    log = open_lines(tmp_path / "lines")
    desk.set_start_code("a code of one time", NOON)
    desk.first_run("a code of one time", "a long password 1", PROFILE, NOON)
    source = desk.source_number("harbour", About(licence="ours", shareable=True), NOON)
    log.append([Heard(source, NOON, b"!AIVDM,1\r\n!AIVDM,2\r\n", 1)])
    heard = positions([NOON, NOON + MINUTE], [440123450, 440123451], source=source)
    archive.append(heard, statics([NOON], [440123450], ["HANBIT"]), NOON, {"loop": {"seq": log.last_seq}})
    (alert,) = desk.record([detection()], NOON)
    incident = desk.open_incident(alert.alert_id, "admin", NOON + MINUTE)
    log.close()
    archive.close()
    engine.dispose()

    engine = open_database(tmp_path / "desk.sqlite")
    desk, archive = DeskStore(engine, lambda: NOON + DAY), open_archive(tmp_path / "archive", engine, NOON + DAY)
    log = open_lines(tmp_path / "lines")
    assert desk.verify("admin", "a long password 1").role == "admin"
    assert desk.profile() == PROFILE
    assert desk.mark("loop") == {"seq": log.last_seq}
    assert log.lines([line_id(source, 2)])[line_id(source, 2)].data == b"!AIVDM,2"
    assert archive.read(NOON, NOON + DAY).equals(heard.select(POSITIONS.names))
    (view,) = desk.alerts(AlertFilter())
    assert (view.alert.state, view.alert.incident_id) == ("acknowledged", incident.incident_id)
    assert view.detection == detection()
    assert desk.incident(incident.incident_id).log[0].author == "admin"
    log.close()
    archive.close()
    engine.dispose()
