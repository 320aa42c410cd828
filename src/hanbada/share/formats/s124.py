"""Navigational warnings as S-124 edition 2.0.0 (IHO), in the GML of S-100: a preamble, parts with shapes, references.

Names, codes and how often each may stand follow the feature catalogue; the XML schema of the edition was not at hand.
S-100 has no place for what others add, so that everything released stands in a comment before the dataset, and the
marking in plain words in its abstract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from hanbada.model.facts import facts_of as facts_known
from hanbada.model.times import iso, parse_iso
from hanbada.share.formats import entries, markup, warning_facts
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all
from hanbada.share.formats.entries import Shape
from hanbada.share.formats.s124_2_0_0 import (
    DETAILS,
    GENERAL,
    KINDS,
    OTHER_HAZARDS,
    REFERENCES,
    RESTRICTIONS,
    WARNING_TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.entries import About

CARRIES = {"warning": frozenset(facts_known("warning"))}
NAMESPACES = {
    "xmlns:S124": "http://www.iho.int/S124/2.0", "xmlns:S100": "http://www.iho.int/s100gml/5.0",
    "xmlns:gml": "http://www.opengis.net/gml/3.2", "xmlns:xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
EDITION = "2.0.0"
LONGEST = 300
"""Characters of one `text`, by the feature catalogue."""
SRS = "urn:ogc:def:crs:EPSG::4326"


def write(released: Sequence[Released], note: Note) -> Written:
    """The warnings as one dataset."""
    abouts = [entries.about_of(one) for one in released if one.data_class == "warning"]
    head, _, body = markup.document(dataset(abouts, note)).partition(b"\n")
    content = head + b"\n" + entries.commented(abouts) + body
    return Written(content, compared(CARRIES, released, read(content)))


def dataset(abouts: Sequence[About], note: Note) -> Element:
    """The dataset of some warnings."""
    root = Element("S124:Dataset", {**NAMESPACES, "gml:id": "HANBADA.1"})
    about = _add(root, "S100:DatasetIdentificationInformation")
    said = "; ".join(entries.note_lines(note, [entries.entry(one) for one in abouts]))
    for name, text in (
        ("encodingSpecification", "S-100 Part 10b"), ("encodingSpecificationEdition", "1.0"),
        ("productIdentifier", "S-124"), ("productEdition", EDITION), ("applicationProfile", "1"),
        ("datasetFileIdentifier", "hanbada.gml"), ("datasetTitle", note.title),
        ("datasetReferenceDate", entries.when(note.written_at)[:10]), ("datasetLanguage", "eng"),
        ("datasetAbstract", said), ("datasetTopicCategory", "oceans"), ("datasetPurpose", "base"),
        ("updateNumber", "0"),
    ):  # fmt: skip
        _add(about, f"S100:{name}", text)
    members = _add(root, "S124:members")
    for n, one in enumerate(abouts, 1):
        _warning(members, f"W{n}", entries.good(one))
    return root


def _add(parent: Element, tag: str, text: str | None = None, /, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = None if text is None else markup.carried(text)
    return element


def _coded(parent: Element, tag: str, code: int, label: str) -> None:
    _add(parent, f"S124:{tag}", label, code=str(code))


def _warning(members: Element, name: str, facts: Mapping[str, Any]) -> None:
    general, detail = KINDS.get(facts.get("kind", ""), (OTHER_HAZARDS, None))
    shapes = [piece for one in entries.shapes_of(facts) for piece in entries.within(one)]
    references = [(1, facts.get("cancels", ())), (3 if facts.get("kind") == "in_force" else 2, facts.get("refers", ()))]
    preamble = SubElement(members, "S124:NavwarnPreamble", {"gml:id": name})
    _placed(preamble, "generalArea", (facts.get("place") or {}).get("area") or "not stated")
    _series(preamble, facts.get("number"), facts)
    if facts.get("title"):
        title = _add(preamble, "S124:navwarnTitle")
        _add(title, "S124:language", "eng")
        _add(title, "S124:text", facts["title"][:LONGEST])
    if entries.dated(facts.get("cancelled")):
        _add(preamble, "S124:cancellationDate", iso(facts["cancelled"]))
    _add(preamble, "S124:intService", "true")
    _coded(preamble, "navwarnTypeGeneral", general, GENERAL[general])
    _add(preamble, "S124:publicationTime", iso(facts["issued"]) if entries.dated(facts.get("issued")) else None)
    listed = [(category, numbers) for category, numbers in references if numbers]
    links = [("theReferences", f"{name}.R{n}") for n in range(1, len(listed) + 1)]
    links += [("theWarningPart", f"{name}.P{n}") for n in range(1, max(1, len(shapes)) + 1)]
    for role, target in links:
        SubElement(preamble, f"S124:{role}", {"xlink:href": f"#{target}"})
    for n, (category, numbers) in enumerate(listed, 1):
        _reference(members, f"{name}.R{n}", category, numbers, facts)
    for n, shape in enumerate(shapes or [None], 1):
        _part(members, f"{name}.P{n}", name, facts, detail, shape)


def _placed(parent: Element, tag: str, text: str) -> None:
    name = _add(_add(parent, f"S124:{tag}"), "S124:locationName")
    _add(name, "S124:language", "eng")
    _add(name, "S124:text", text)


def _series(parent: Element, number: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> None:
    said = number or {"series": "not stated", "number": 0, "year": 0}
    series = _add(parent, "S124:messageSeriesIdentifier")
    _add(series, "S124:agencyResponsibleForProduction", facts.get("authority") or "not stated")
    _add(series, "S124:nameOfSeries", said["series"])
    _add(series, "S124:warningNumber", str(said["number"]))
    area = said["series"].upper().startswith("NAVAREA")
    code = {"in_force": 9 if area else 11, "nothing_to_report": 5 if area else 2}.get(
        facts.get("kind", ""), 4 if area else 2
    )
    _coded(series, "warningType", code, WARNING_TYPES[code])
    _add(series, "S124:year", str(said["year"]))


def _reference(
    members: Element, name: str, category: int, numbers: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> None:
    reference = SubElement(members, "S124:References", {"gml:id": name})
    for number in numbers:
        _series(reference, number, {"authority": facts.get("authority")})
    _add(reference, "S124:noMessageOnHand", "false")
    _coded(reference, "referenceCategory", category, REFERENCES[category])


def _part(
    members: Element, name: str, preamble: str, facts: Mapping[str, Any], detail: int | None, shape: Shape | None
) -> None:
    part = SubElement(members, "S124:NavwarnPart", {"gml:id": name})
    _span(part, facts)
    if facts.get("restriction") in RESTRICTIONS:
        _coded(part, "restriction", *RESTRICTIONS[facts["restriction"]])
    warning = _add(part, "S124:warningInformation")
    text = facts.get("text") or warning_facts.text_of(facts)
    for n in range(0, max(1, len(text)), LONGEST):
        information = _add(warning, "S124:information")
        _add(information, "S124:language", "eng")
        _add(information, "S124:text", text[n : n + LONGEST])
    if detail is not None:
        _coded(warning, "navwarnTypeDetails", detail, DETAILS[detail])
    SubElement(part, "S124:header", {"xlink:href": f"#{preamble}"})
    if shape is not None:
        _geometry(_add(part, "S124:geometry"), f"{name}.G", shape)


def _span(part: Element, facts: Mapping[str, Any]) -> None:
    ends = [("dateEnd", "timeOfDayEnd", "until"), ("dateStart", "timeOfDayStart", "from")]
    said = [(day, hour, facts[fact]) for day, hour, fact in ends if entries.dated(facts.get(fact))]
    if not said:
        return
    span = _add(part, "S124:fixedDateRange")
    for day, _, at in said:
        _add(_add(span, f"S124:{day}"), "S100:date", iso(at)[:10])
    for _, hour, at in said:
        _add(span, f"S124:{hour}", iso(at)[11:19] + "Z")


def _geometry(parent: Element, name: str, shape: Shape) -> None:
    where = " ".join(f"{lat:.7f} {lon:.7f}" for lon, lat in shape.points)
    own = {"gml:id": name, "srsName": SRS}
    if shape.kind == "point":
        _add(SubElement(_add(parent, "S100:pointProperty"), "S100:Point", own), "gml:pos", where)
    elif shape.kind == "line":
        curve = SubElement(_add(parent, "S100:curveProperty"), "S100:Curve", own)
        _add(_add(_add(curve, "gml:segments"), "gml:LineStringSegment"), "gml:posList", where)
    else:
        surface = SubElement(_add(parent, "S100:surfaceProperty"), "S100:Surface", own)
        patch = _add(_add(surface, "gml:patches"), "gml:PolygonPatch")
        _add(_add(_add(patch, "gml:exterior"), "gml:LinearRing"), "gml:posList", where)


# And back


def read(content: bytes) -> Read:
    """The warnings of a dataset; raises InputError if it is no XML that can be read."""
    root = markup.parsed(content, "S-124")
    abouts = entries.uncommented(content)
    preambles = [one for one in root.iter() if markup.local(one).casefold() == "navwarnpreamble"]
    index = _index(root)
    now = [_facts(one, index) for one in preambles]
    ours = abouts if len(abouts) == len(now) else [None] * len(now)
    found = read_all(_item(n, about, facts) for n, (about, facts) in enumerate(zip(ours, now, strict=True), 1))
    odd = sum(markup.local(one) in {"NavwarnAreaAffected", "TextPlacement"} for one in root.iter())
    rest = (Loss(item_id="", what="areas affected, text placements", why=f"{odd} are left out"),) if odd else ()
    return Read(found.items, found.losses + rest)


def _name(element: Element) -> str | None:
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), None)


def _item(number: int, about: About | None, now: Mapping[str, Any]) -> tuple[Item, list[Loss]]:
    if about is None or about.data_class != "warning":
        return warning_facts.found(now, what=number)
    root = markup.parsed(markup.document(dataset([about], Note(title="", written_at=0))), "S-124")
    preamble = next(one for one in root.iter() if markup.local(one) == "NavwarnPreamble")
    return entries.kept(about, now, _facts(preamble, _index(root)))


def _facts(preamble: Element, index: _Index) -> dict[str, Any]:
    """What a preamble, its parts and its references say."""
    parts = _linked(preamble, index, "navwarnpart", "theWarningPart")
    shapes = [shape for part in parts for shape in _shapes(part)]
    where = [{"kind": one.kind, "coordinates": [list(point) for point in one.points]} for one in shapes]
    area = markup.text(preamble, "generalArea", "locationName", "text")
    area = None if area == "not stated" else area
    cancels, refers = _references(_linked(preamble, index, "references", "theReferences"))
    begin, end = _spans(parts)
    place = {"geometry": where[0] if where else None, "area": area}
    facts = {
        "kind": _kind(preamble, parts), "number": _numbered(markup.child(preamble, "messageSeriesIdentifier")),
        "cancels": cancels, "refers": refers, "restriction": _restriction(parts),
        "issued": parse_iso(markup.text(preamble, "publicationTime") or ""), "from": begin, "until": end,
        "cancelled": parse_iso(markup.text(preamble, "cancellationDate") or ""),
        "place": place if where or area else None, "areas": where if len(where) > 1 else None,
        "title": markup.text(preamble, "navwarnTitle", "text"), "text": _text(parts),
        "authority": _agency(markup.text(preamble, "messageSeriesIdentifier", "agencyResponsibleForProduction")),
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value not in (None, [], "")}


def _agency(text: str | None) -> str | None:
    return None if text == "not stated" else text


class _Index(NamedTuple):
    """The members of a dataset by their id, and those that point to an id."""

    named: dict[str, Element]
    pointing: dict[str, list[Element]]


def _index(root: Element) -> _Index:
    index = _Index({}, {})
    for one in root.iter():
        name = _name(one)
        if name is not None and markup.local(one).casefold() in {"navwarnpart", "references"}:
            index.named[name] = one
            for link in (*markup.children(one, "header"), *markup.children(one, "theWarning")):
                for target in _targets(link):
                    index.pointing.setdefault(target, []).append(one)
    return index


def _linked(preamble: Element, index: _Index, kind: str, role: str) -> list[Element]:
    """The members of a kind that a preamble points to, or that point to it."""
    targets = [target for one in markup.children(preamble, role) for target in _targets(one)]
    found = {target: index.named[target] for target in targets if target in index.named}
    found |= {_name(one) or "": one for one in index.pointing.get(_name(preamble) or "", [])}
    return [one for one in found.values() if markup.local(one).casefold() == kind]


def _targets(link: Element) -> Iterator[str]:
    yield from (value.lstrip("#") for key, value in link.attrib.items() if key.endswith("}href"))


def _code(element: Element | None) -> int | None:
    digits = element.get("code", "") if element is not None else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None


def _kind(preamble: Element, parts: Sequence[Element]) -> str:
    detail = next((_code(markup.child(one, "warningInformation", "navwarnTypeDetails")) for one in parts), None)
    kind = _code(markup.child(preamble, "messageSeriesIdentifier", "warningType")) or 0
    if kind >= 9:
        return "in_force"
    if kind >= 5:
        return "nothing_to_report"
    general = _code(markup.child(preamble, "navwarnTypeGeneral"))
    exact = next((name for name, codes in KINDS.items() if detail is not None and codes[1] == detail), None)
    return exact or next((name for name, codes in KINDS.items() if codes == (general, None)), "other")


def _numbered(series: Element | None) -> dict[str, Any] | None:
    said = (
        {tag: markup.text(series, tag) or "" for tag in ("nameOfSeries", "warningNumber", "year")}
        if series is not None
        else {}
    )
    if not said.get("nameOfSeries") or not said["warningNumber"].isdecimal() or not said["year"].isdecimal():
        return None
    number, year = int(said["warningNumber"][:9]), int(said["year"][:9])
    return {"series": said["nameOfSeries"][:512], "number": number, "year": year} if 1900 <= year <= 2200 else None


def _references(found: Sequence[Element]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    numbers: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for one in found:
        listed = (_numbered(series) for series in markup.children(one, "messageSeriesIdentifier"))
        numbers[_code(markup.child(one, "referenceCategory")) == 1] += [number for number in listed if number]
    return numbers[True], numbers[False]


def _restriction(parts: Sequence[Element]) -> str | None:
    codes = {_code(one) for part in parts for one in markup.children(part, "restriction")}
    return next((name for name, (code, _) in RESTRICTIONS.items() if code in codes), None)


def _spans(parts: Sequence[Element]) -> tuple[int | None, int | None]:
    spans = [span for part in parts for span in markup.children(part, "fixedDateRange")]
    begins = [at for span in spans if (at := _moment(span, "dateStart", "timeOfDayStart")) is not None]
    ends = [at for span in spans if (at := _moment(span, "dateEnd", "timeOfDayEnd")) is not None]
    return min(begins, default=None), max(ends, default=None)


def _moment(span: Element, day: str, hour: str) -> int | None:
    date = markup.text(span, day, "date") or markup.text(span, day)
    return parse_iso(f"{date}T{(markup.text(span, hour) or '00:00:00Z')}") if date else None


def _text(parts: Sequence[Element]) -> str | None:
    """The words of the first part that has any; parts of one warning repeat them."""
    for part in parts:
        texts = [
            one for info in markup.children(part, "warningInformation") for one in markup.children(info, "information")
        ]
        words = [found.text or "" for one in texts if (found := markup.child(one, "text")) is not None]
        if any(words):
            return "".join(words).strip()
    return None


def _shapes(part: Element) -> Iterator[Shape]:
    for geometry in markup.children(part, "geometry"):
        for one in geometry.iter():
            kind = {"Point": "point", "Curve": "line", "Surface": "polygon"}.get(markup.local(one))
            text = " ".join(pos.text or "" for pos in one.iter() if markup.local(pos) in {"pos", "posList"})
            points = tuple(_points(text))
            if kind and points:
                yield Shape(kind=kind if len(points) > 1 else "point", points=points)  # type: ignore[arg-type]


def _points(text: str) -> Iterator[tuple[float, float]]:
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        return
    for lat, lon in zip(numbers[::2], numbers[1::2], strict=False):
        if -90 <= lat <= 90 and -540 <= lon <= 540:
            yield lon, lat


def sniff(head: bytes) -> bool:
    """Whether it begins like a dataset of warnings."""
    return b"iho.int/S124" in head or (b"<!--hanbada {" in head and b'"warning"' in head)


FORMAT = Format(
    name="s124", title="S-124 navigational warnings", media_type="application/gml+xml", suffix="gml",
    carries=CARRIES, write=write, read=read, sniff=sniff,
)  # fmt: skip
