"""Anything that can be said, for hypothesis: objects with some of the facts of their class, as `model.facts` has them."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from hanbada.model.facts import FACTS
from hanbada.model.sharing import TLPS, Handling, Released, Told

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
NAMES = st.sampled_from(["ABC", "한바다호", "<b>&\"'", "=1+1", "A\nB", "", " x ", "İ", "]]>", "a;b,c/d"]) | TEXT


def values(type_) -> st.SearchStrategy:
    """JSON values of a type."""
    return _of(inspect.type_info(type_))


def _of(info) -> st.SearchStrategy:
    if isinstance(info, inspect.StrType):
        return st.from_regex(f"(?a:{info.pattern.strip('^$')})", fullmatch=True) if info.pattern else NAMES
    if isinstance(info, inspect.BoolType):
        return st.booleans()
    if isinstance(info, inspect.IntType):
        return st.integers(info.ge, info.le if info.lt is None else info.lt - 1)
    if isinstance(info, inspect.FloatType):
        low, high = info.ge, info.le if info.lt is None else info.lt
        whole = st.integers(int(low or 0), int(high or 10) - (info.lt is not None)).map(float)
        return whole | st.floats(low, high, allow_nan=False, allow_infinity=False, exclude_max=info.lt is not None)
    if isinstance(info, inspect.LiteralType):
        return st.sampled_from(sorted(info.values))
    if isinstance(info, inspect.NoneType):
        return st.none()
    if isinstance(info, inspect.UnionType):
        return st.one_of([_of(one) for one in info.types])
    if isinstance(info, inspect.VarTupleType):
        low = info.min_length or 0
        return st.lists(_of(info.item_type), min_size=low, max_size=max(low, 3))
    if isinstance(info, inspect.TupleType):
        return st.tuples(*map(_of, info.item_types)).map(list)
    assert isinstance(info, inspect.StructType), info
    return st.fixed_dictionaries({one.encode_name: _of(one.type) for one in info.fields}).map(
        lambda value: msgspec.to_builtins(msgspec.convert(value, info.cls))
    )


@st.composite
def told(draw, data_class: str, names=None) -> Released:
    """An object of a class with some of its facts, all different from nothing."""
    facts = [one for one in FACTS[data_class] if names is None or one.name in names]
    chosen = draw(st.lists(st.sampled_from(facts), unique_by=lambda one: one.name, max_size=8))
    said = []
    for one in chosen:
        value = msgspec.json.decode(msgspec.json.encode(draw(values(one.type))))
        if value not in (None, [], ""):
            said.append(Told(name=one.name, aspect=one.aspect, value=value))
    handling = Handling(
        tlp=draw(st.sampled_from(TLPS)),
        onward="none",
        purposes=(),
        originator=draw(st.sampled_from(["KR-1", "EU <x>"])),
    )
    return Released(
        item_id=draw(st.sampled_from(["kr-0001", "eu/alert/7", "a b&c", "x" * 100])), data_class=data_class, to="FR-1",
        community="kr-fr", handling=handling, facts=tuple(said), refs=(), exercise=draw(st.booleans()),
    )  # fmt: skip
