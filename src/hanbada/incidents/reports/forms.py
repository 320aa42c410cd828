"""Every form this desk takes, and the words ships use for what all of them ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.incidents.reports import ifc_vcr_2026, imo_circ_1334_2009, mschoa_bmp4_2011, ukmto_bmp5_2018
from hanbada.model.errors import NotFoundError

if TYPE_CHECKING:
    from hanbada.incidents.reports.form import Form

FORMS: dict[str, Form] = {
    one.name: one
    for edition in (ukmto_bmp5_2018, ifc_vcr_2026, mschoa_bmp4_2011, imo_circ_1334_2009)
    for one in edition.FORMS
}

SAID: dict[str, tuple[str, ...]] = {
    "ship_name": ("ship name", "name of ship", "name of vessel", "vessel name", "vessel", "vsl name", "vsl", "ship",
                  "name"),
    "flag": ("flag", "flag state"),
    "imo": ("imo", "imo number", "imo no", "imo nr"),
    "mmsi": ("mmsi", "mmsi number", "mmsi no"),
    "call_sign": ("call sign", "callsign", "c s", "cs", "c sign"),
    "phone": ("inmarsat telephone number", "inmarsat tel number", "inmarsat tel", "inmarsat", "telephone", "tel",
              "phone", "satcom phone", "contact phone", "ship contact number", "phone number"),
    "email": ("email", "email address", "primary email address", "e mail", "emails"),
    "ship_type": ("type of vessel", "vessel type", "ship type", "type of ship", "type"),
    "at": ("time", "date", "dtg", "utc", "gmt", "date time", "time of report", "report time", "reported",
           "time of position", "position time", "utc time"),
    "position": ("position", "pos", "posn", "psn", "lat long", "lat lon", "position of incident"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "long", "lon"),
    "course_deg": ("course", "true course", "co", "crs", "cse", "cog", "heading"),
    "speed_kn": ("speed", "passage speed", "sp", "spd", "sog", "speed over ground", "planned speed",
                 "planned transit speed"),
    "max_speed_kn": ("max speed", "maximum speed"),
    "freeboard_m": ("freeboard", "freeboard of lowest accessible deck", "freeboard of lowest deck"),
    "draught_m": ("draught", "draft", "max draught", "max draft"),
    "cargo": ("cargo",),
    "hazardous": ("hazardous cargo", "hazardous", "dangerous cargo"),
    "destination": ("destination", "dest"),
    "eta": ("eta", "estimated time of arrival", "estimated time"),
    "cso": ("cso", "company security officer", "name and contact details of company security officer", "cso contact"),
    "crew": ("crew", "number of crew", "no of crew", "crew number", "crew numbers"),
    "crew_nationality": ("nationality of master and crew", "nationality", "crew nationality", "nationality of crew"),
    "security_team": ("armed unarmed security team embarked", "security team", "security", "guards", "armed guards",
                      "security team embarked"),
    "remarks": ("any other important information", "other important information", "other information", "other",
                "remarks", "any other info", "any other information", "info", "rmks"),
    "irtc_point": ("point a b", "point a", "point b"),
    "irtc_eta": ("eta irtc point a", "eta irtc point b", "eta point a b irtc", "eta point a irtc", "eta point b irtc",
                 "eta irtc", "irtc eta", "estimated time date of arrival at irtc"),
    "irtc_direction": ("direction", "irtc direction", "direction of transit"),
    "port": ("port", "arrived port", "departed vra at", "leaving vcr area at", "port or position",
             "port or position when leaving the vra", "port or position when leaving the voluntary reporting area",
             "position when leaving the vra", "departed from", "arrived", "arrived at",
             "now at"),
    "entry_point": ("entry point", "entry point to mschoa area"),
    "entry_at": ("entry time", "entry time date"),
    "entry_point+entry_at": ("entry point time", "entry point and time"),
    "exit_point+exit_at": ("exit point time", "exit point and time"),
    "exit_point": ("exit point",),
    "exit_at": ("exit time", "exit time date"),
    "group_transit": ("group transit", "do you intend to join a group transit", "join group transit"),
    "national_convoy": ("national convoy", "do you intend to join a national convoy", "join national convoy",
                        "convoy"),
    "last_port": ("last port", "last port of call"),
    "next_port": ("next port", "next port of call"),
    "action": ("action taken", "actions taken", "action taken by the master and crew",
               "action taken by master and crew", "action taken by master"),
    "weapons": ("weapons",),
    "method": ("method of attack", "method"),
    "assistance": ("assistance required",),
}  # fmt: skip
"""Labels as words in small letters, without punctuation; `lat` and `lon` are halves of `position`, + joins fields."""


def form_named(name: str) -> Form:
    """A form; raises NotFoundError if there is none of that name."""
    form = FORMS.get(name)
    if form is None:
        message = f"there is no form {name!r}: there are {', '.join(FORMS)}"
        raise NotFoundError(message)
    return form
