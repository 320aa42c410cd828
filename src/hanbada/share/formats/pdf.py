"""A report to print: one object or a list of them, with the marking on each page, a chart, and what it rests on.

It is for people: nothing reads it back. Everything a person can read of an object is told in words; positions of a
route or a track are drawn and only counted. The font has Korean, Latin, Greek, Cyrillic and Japanese syllables; what it
has not becomes a question mark and is reported. ReportLab (BSD) writes the same bytes for the same objects.
"""

from __future__ import annotations

import io
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from hanbada.model.angles import position
from hanbada.model.times import dtg
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Format, Loss, Note, Written, lost, uncarried
from hanbada.share.formats.entries import EVERYTHING, EXERCISE, NOT_FOR_NAVIGATION, SIMULATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.model.sharing import Released
    from hanbada.share.formats.entries import Entry

FONT = "HanbadaReport"
WIDTH, HEIGHT, EDGE, BANNER = 595.0, 842.0, 50.0, 34.0
"""A4 in points."""
CHART_HEIGHT = 210.0
MOST_DETAILS = 200
"""Objects told in full; a longer list says so."""
MOST_CORNERS = 40
DRAWN = frozenset({"fixes", "waypoints", "place", "areas"})
_INK = {"CLEAR": "#ffffff", "GREEN": "#33ff00", "AMBER": "#ffc000", "AMBER+STRICT": "#ffc000", "RED": "#ff2b2b"}
"""Colours of TLP 2.0 labels, on black (FIRST, 2022)."""


def write(released: Sequence[Released], note: Note) -> Written:
    """The report; facts only a program can use are losses."""
    found = entries.entries_of(released)
    sheet = _Sheet(note, found)
    sheet.heading(note.title, 16)
    sheet.text(f"{_time(note.written_at)}{f', {note.author}' if note.author else ''}", 9)
    if len(found) > 1:
        for one in found:
            sheet.text(f"{_time(one.at)}   {one.label}", 9)
    for one in found[:MOST_DETAILS]:
        _told(sheet, one)
    losses = [loss for one in released for loss in uncarried(EVERYTHING, one)]
    losses += [
        loss for one in released[MOST_DETAILS:] for loss in [lost(one, one.data_class, "only named in the list")]
    ]
    losses += [loss for one, entry in zip(_known(released), found, strict=True) for loss in _unsaid(one, entry, sheet)]
    return Written(sheet.done(), tuple(losses))


def _known(released: Sequence[Released]) -> list[Released]:
    return [one for one in released if one.data_class in EVERYTHING]


def _unsaid(one: Released, entry: Entry, sheet: _Sheet) -> Iterator[Loss]:
    """What of an object stands nowhere in words."""
    words = " ".join(str(cell) for cell in entry.facts.values())
    for fact in one.facts:
        if fact.name in {"fixes", "waypoints"}:
            yield lost(one, fact.name, "drawn and counted, not told one by one")
        elif fact.name not in entry.facts and fact.name not in DRAWN | {"at", "simulated"}:
            yield lost(one, fact.name, "only a program could use it")
    if any(c not in sheet.letters for c in words if c not in "\n\t "):
        yield lost(one, "letters", "the font of reports lacks some: they are question marks")


def _time(at_us: int | None) -> str:
    if at_us is None:
        return "-"
    return dtg(at_us) if entries.dated(at_us) else entries.when(at_us)


def _told(sheet: _Sheet, one: Entry) -> None:
    """An object in full: its words, its chart, its positions."""
    sheet.heading(one.label, 13)
    if one.about is not None:
        sheet.text(f"TLP:{one.about.tlp}, {entries.terms(one.about)}; {one.about.id}", 8)
    if one.at is not None:
        sheet.text(f"time: {_time(one.at)}", 9)
    for name, cell in one.facts.items():
        if isinstance(cell, str) and name in {"reasons", "against", "vessels"}:
            sheet.text(f"{name}:", 9)
            for part in cell.split("; "):
                sheet.text(f"– {part}", 9, indent=12)
        elif cell is not None:
            sheet.text(f"{name}: {cell}", 9)
    if one.shapes:
        sheet.chart(one)
    for shape in one.shapes:
        corners = "; ".join(position(lat, lon) for lon, lat in shape.points[:MOST_CORNERS])
        more = len(shape.points) - MOST_CORNERS
        sheet.text(f"{shape.kind}: {corners}{f'; and {more} more' if more > 0 else ''}", 8)


@cache
def _font() -> Any:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(FONT, io.BytesIO(pkgutil.get_data("hanbada.share.formats", "data/hanbada_report.ttf") or b""))
    pdfmetrics.registerFont(font)
    return font


class _Sheet:
    """Pages that are written from top to bottom, each with its banners."""

    def __init__(self, note: Note, found: Sequence[Entry]) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.letters = frozenset(map(chr, _font().face.charToGlyph))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(WIDTH, HEIGHT), invariant=1)
        self.canvas.setTitle(self.clean(note.title))
        self.said = entries.note_lines(note, found)
        self.tlp = next((line for line in self.said if line.startswith("TLP:")), "")
        self.marks = [line for line in self.said if line in {EXERCISE, SIMULATED}]
        self.page = 0
        self.turn()

    def clean(self, text: str) -> str:
        """The text in the letters the font has."""
        return "".join(c if c in self.letters or c == " " else "?" for c in text)

    def turn(self) -> None:
        """Begin a page, with its banners."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        for bottom in (HEIGHT - BANNER, 0.0):
            self.banner(bottom)
        self.top = HEIGHT - BANNER - 18

    def banner(self, bottom: float) -> None:
        """The marking, EXERCISE, SIMULATED and that it is not for navigation, at the top or bottom of a page."""
        sheet = self.canvas
        sheet.setFillColor("#000000")
        sheet.rect(0, bottom, WIDTH, BANNER, stroke=0, fill=1)
        sheet.setFillColor(_INK.get(self.tlp.removeprefix("TLP:"), "#ffffff"))
        sheet.setFont(FONT, 13)
        sheet.drawString(EDGE, bottom + 12, "   ".join([self.tlp, *self.marks]))
        sheet.setFillColor("#ffffff")
        sheet.setFont(FONT, 8)
        sheet.drawRightString(WIDTH - EDGE, bottom + 12, f"{NOT_FOR_NAVIGATION}   {self.page}")

    def heading(self, text: str, size: float) -> None:
        """A heading, on the same page as what follows it."""
        if self.top < BANNER + 120:
            self.turn()
        self.top -= 8
        self.text(text, size)

    def text(self, text: str, size: float, indent: float = 0.0) -> None:
        """Words, broken into lines."""
        for line in text.split("\n"):
            for part in self.lines(self.clean(line), size, WIDTH - 2 * EDGE - indent):
                if self.top < BANNER + 2 * size:
                    self.turn()
                self.top -= size * 1.35
                self.canvas.setFillColor("#000000")
                self.canvas.setFont(FONT, size)
                self.canvas.drawString(EDGE + indent, self.top, part)

    def lines(self, text: str, size: float, width: float) -> Iterator[str]:
        """The text in lines that fit, broken at spaces where there are any."""
        face = _font()
        line, broad, space = "", 0.0, -1
        for c in text:
            wide = face.stringWidth(c, size)
            if broad + wide > width:
                cut = space if space > 0 else len(line)
                yield line[:cut]
                line = line[cut:].lstrip(" ")
                broad, space = face.stringWidth(line, size), -1
            space = len(line) if c == " " else space
            line, broad = line + c, broad + wide
        yield line

    def chart(self, one: Entry) -> None:
        """A chart with the shapes of an object."""
        from hanbada.share.formats import chart

        if self.top < BANNER + CHART_HEIGHT + 20:
            self.turn()
        self.top -= CHART_HEIGHT + 8
        box = chart.frame(one.shapes, EDGE, self.top, WIDTH - 2 * EDGE, CHART_HEIGHT)
        chart.draw(self.canvas, box, one.shapes, FONT)

    def done(self) -> bytes:
        """The bytes of the report."""
        self.text("; ".join(self.said), 7)
        self.canvas.save()
        return self.out.getvalue()


FORMAT = Format(
    name="pdf", title="PDF report", media_type="application/pdf", suffix="pdf", carries=EVERYTHING, write=write,
)  # fmt: skip
