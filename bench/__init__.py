"""How fast and how small it is, beside the peers it is measured against; every figure with a check of its values.

    python -m bench [--only NAME,...] [--quick] [--no-write]

__main__    runs the groups, each in a process of its own, prints a table and writes RESULTS.md
decode      file to columns, beside pyais, libais, aiscat and the same in C (c/decode.c)
whole       whole processes: 10 million messages, a thousand lines, peak memory
vessels     tracks and detections of single vessels, beside MovingPandas
zones       areas, beside shapely
encounters  pairs, beside a k-d tree and Global Fishing Watch's algorithm
live        `hanbada serve` over TCP
screen      200,000 vessels in a browser
exchange    bytes on the wire between two nodes, statements a second
taxii       pages of the TAXII server out of 100,000 objects
figures, timing, report, machine, packs     what these share
drawn, rows                                 what they are fed
"""

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "ais"), str(_TESTS / "tracks")]
