"""What was released, for tests of formats."""

from hanbada.model.facts import facts_of
from hanbada.model.sharing import Handling, Released, Told
from hanbada.share.formats.contract import Note

NOTE = Note(title="Hanbada: list", written_at=1_795_000_000_000_000, author="desk")


def released(data_class, facts, item_id="x1", *, tlp="AMBER+STRICT", exercise=False):
    known = facts_of(data_class)
    return Released(
        item_id=item_id, data_class=data_class, to="node-b", community="c",
        handling=Handling(tlp=tlp, onward="none", purposes=("sar",), originator="node-a"),
        facts=tuple(Told(name=name, aspect=known[name].aspect, value=value) for name, value in facts.items()),
        refs=(), exercise=exercise,
    )  # fmt: skip
