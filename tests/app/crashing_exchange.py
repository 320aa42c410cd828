"""A node that publishes, sends and hears, in a process of its own: `test_exchange_crashes` kills it at its writes.

python crashing_exchange.py HOME: goes on from whatever is on disk in HOME until nothing is left to say, and ends.
"""

import sys
from pathlib import Path

from nodes import FACTS, Clock, Node, marked

from hanbada.store import exchange, terms
from hanbada.store.database import reading

OBJECTS = 3


def main(home: Path) -> None:
    clock = Clock()
    clock.at += 10**6
    kr, fr = Node(home, "kr", clock), Node(home, "fr", clock)
    for number in range(OBJECTS):
        name = f"alert/{number}"
        if kr.read(exchange.of_subject, name) is None:
            kr.publish(name, marked(kr, "kr-fr"))
    first = kr.read(exchange.of_subject, "alert/0")
    if not first.recalled:
        kr.recall(first.item.item_id)
    second = kr.read(exchange.of_subject, "alert/1")
    if len(second.item.assertions) == len(FACTS):
        kr.publish("alert/1", marked(kr, "kr-fr"), FACTS[:2])
    while any(
        one.read(exchange.waits, one.read(exchange.link_to, other.node))[0] for one, other in ((kr, fr), (fr, kr))
    ):
        fr.hear(kr.frame(fr, 900))
        kr.hear(fr.frame(kr))
    kr.close()
    fr.close()


def state(home: Path) -> dict[str, object]:
    """What both ends have, whatever the times were: content, positions and heads of the link, sound databases."""
    clock = Clock()
    kr, fr = Node(home, "kr", clock), Node(home, "fr", clock)
    link, back = kr.read(exchange.link_to, fr.node), fr.read(exchange.link_to, kr.node)
    assert (link.sent, link.acked, back.sent, back.acked) == (back.came, link.sent, link.came, back.sent)
    assert not link.suspended + back.suspended
    found = {
        "has": {key: (one.version, one.received.item.assertions) for key, one in fr.has().items()},
        "recalled": {key: one.version for key, one in fr.has("recalled").items()},
        "purged": [(one.item_id, one.version, one.purged_at is not None) for one in sorted(kr.read(exchange.tellings), key=lambda one: one.item_id)],
        "counts": {lane: at.seq for lane, at in link.sent.items()},
        "partners": sorted(one.partner.name for one in kr.read(terms.partners).values()),
        "deeds": (sorted(kr.actions()), sorted(fr.actions())),
    }  # fmt: skip
    for node in (kr, fr):
        with reading(node.engine) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        node.close()
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
