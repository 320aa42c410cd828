"""Options that several commands have, so that they are called and explained the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option("--data", help="Data directory; else $HANBADA_DATA, else the usual place.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
As = Annotated[str | None, typer.Option("--as", help="Who you are at this node; your password is asked for.")]
