"""A trend index of transfers: military capability, not price.

After the published method of the SIPRI trend-indicator value: the number delivered times a value of one unit, of which
a weapon that has been in service elsewhere counts 40 per cent, one that was significantly refurbished before delivery
66 per cent (SIPRI Arms Transfers Database, Sources and methods, "Explanation of the TIV tables"). SIPRI's unit values
are its own and not shipped: whoever wants an index brings values, and the index is theirs, to be compared with itself
only, never with a price, a budget or a trade balance. What has no value is counted and named, never taken as zero.

Deliveries are shared equally over the years they were made in where nobody wrote how many came when; such shares are
estimates, as is everything that rests on a figure in brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.model.register import Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hanbada.model.register import Row

FACTORS = {"new": 1.0, "second_hand": 0.40, "refurbished": 0.66}
"""Of the value of a new unit (SIPRI, Explanation of the TIV tables)."""
COUNTED = ("delivery", "licence_production")
"""Joint development and technology agreements move no countable units; they are listed as left out."""
LABEL = "capability, not price"


class Share(Struct, frozen=True, kw_only=True):
    """What one transfer adds to the index in one year."""

    row_id: str
    supplier: str
    recipient: str
    year: int
    amount: float
    estimate: bool


class Trend(Struct, frozen=True, kw_only=True):
    """The index with everything that is not in it, by row id."""

    label: str
    shares: tuple[Share, ...]
    without_value: tuple[str, ...]
    without_number: tuple[str, ...]
    not_countable: tuple[str, ...]

    def years(self) -> dict[int, tuple[float, bool]]:
        """Sum by year, and whether an estimate is in it."""
        found: dict[int, tuple[float, bool]] = {}
        for one in self.shares:
            amount, estimate = found.get(one.year, (0.0, False))
            found[one.year] = (amount + one.amount, estimate or one.estimate)
        return dict(sorted(found.items()))


def trend(rows: Iterable[Row], unit_values: Mapping[str, float]) -> Trend:
    """The index of all transfers; `unit_values` by designation, of a new unit, in a measure of the user's own."""
    transfers = [row for row in rows if isinstance(row, Transfer)]
    countable = [row for row in transfers if row.kind in COUNTED]
    valued = [row for row in countable if row.designation in unit_values]
    counted = [row for row in valued if row.delivered is not None and row.delivery_years]
    return Trend(
        label=LABEL,
        shares=tuple(share for row in counted for share in _shares(row, unit_values[row.designation])),
        without_value=tuple(row.row_id for row in countable if row.designation not in unit_values),
        without_number=tuple(row.row_id for row in valued if row not in counted),
        not_countable=tuple(row.row_id for row in transfers if row.kind not in COUNTED),
    )


def _shares(row: Transfer, unit_value: float) -> list[Share]:
    if row.delivered is None:
        return []
    whole = row.delivered.value * unit_value * FACTORS[row.condition]
    several = len(row.delivery_years) > 1
    return [
        Share(
            row_id=row.row_id, supplier=row.supplier, recipient=row.recipient, year=year.value,
            amount=whole / len(row.delivery_years), estimate=several or year.estimate or row.delivered.estimate,
        )
        for year in row.delivery_years
    ]  # fmt: skip
