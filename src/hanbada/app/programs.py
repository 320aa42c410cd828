"""Doors for programs: TAXII, MISP, CISE, maps. A reader has one token for all of them; without one nothing answers.

The door for CISE answers a reader only once it has joined as a participant, with an address to push to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.cise.serving import cise_routes
from hanbada.app.cise.standing import standing
from hanbada.app.misp.serving import misp_routes
from hanbada.app.ogc.serving import ogc_routes
from hanbada.app.taxii.serving import taxii_routes
from hanbada.store import taxii

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.routing import BaseRoute

    from hanbada.app.sharing.door import Door
    from hanbada.model.desk import TaxiiReader


def program_routes(door: Door) -> list[BaseRoute]:
    """Every door for programs."""
    return [
        *taxii_routes(door),
        *ogc_routes(door),
        *misp_routes(door, taxii.reader_of),
        *cise_routes(door, participant_of),
    ]


def participant_of(connection: Connection, token: str) -> TaxiiReader | None:
    """Whose token it is, if that reader takes part in CISE."""
    reader = taxii.reader_of(connection, token)
    return reader if reader is not None and standing(connection, reader).address else None
