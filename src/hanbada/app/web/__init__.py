"""The screens: a map console and desks, rendered here, served to browsers; no request leaves the machine.

create      the application, from a Site (the picture) and a Desk (people and decisions)
ports       what Site and Desk are
frames      vessel frames and replay blocks as bytes
Settings    how it is served
"""

from hanbada.app.web.application import create
from hanbada.app.web.settings import Settings

__all__ = ["Settings", "create"]
