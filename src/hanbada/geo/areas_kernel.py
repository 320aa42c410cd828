"""Many points in many areas: even-odd over edges listed by cell, so that a point meets only the edges of its row.

The grid has a list of areas per cell and says which of them hold the whole cell; only where a boundary runs through
the cell are edges counted, and of those only the ones in the area's band of latitude.
"""

from typing import Any

from hanbada.model.kernel import inlined, kernel

NONE, WHOLE, PART = range(3)


@inlined
def crossings(lat: float, lon: float, first: int, last: int, edges: Any) -> int:
    """How many edges of a band a ray to the east crosses; edges are (lon, lat, lon, lat), unwrapped.

    Every edge is computed in full, without a branch, so that several are done at once; one along the ray counts none.
    """
    count = 0
    for i in range(first, last):
        lon_1, lat_1, lon_2, lat_2 = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
        over = (lat_1 > lat) != (lat_2 > lat)
        count += over & (lon < (lon_2 - lon_1) * (lat - lat_1) / (lat_2 - lat_1) + lon_1)
    return count


@inlined
def inside(area: int, lat: float, lon: float, boxes: Any, bands: Any, begins: Any, edges: Any) -> bool:
    """Whether a place is inside an area (even-odd over all its rings), on whatever turn the area lies.

    `boxes` has west, south, east, north, band height; `bands` the first row of `begins` and the number of bands.
    """
    if lat < boxes[area, 1] or lat > boxes[area, 3]:
        return False
    turned = lon
    while turned < boxes[area, 0]:
        turned += 360.0
    while turned > boxes[area, 0] + 360.0:
        turned -= 360.0
    if turned > boxes[area, 2]:
        return False
    band = min(int((lat - boxes[area, 1]) / boxes[area, 4]), bands[area, 1] - 1)
    row = bands[area, 0] + band
    return crossings(lat, turned, begins[row], begins[row + 1], edges) % 2 == 1


@kernel
def memberships(
    lat: Any, lon: Any, cells: Any, cell_areas: Any, cell_kind: Any, height: float, columns: int, boxes: Any,
    bands: Any, begins: Any, edges: Any, point_of: Any, area_of: Any,
) -> int:  # fmt: skip
    """All (point, area) pairs where the point is inside, in the order of points; how many, even past the room given."""
    found, room = 0, len(point_of)
    for i in range(len(lat)):
        if not (lat[i] == lat[i] and lon[i] == lon[i]):
            continue
        row = min(max(int((lat[i] + 90.0) / height), 0), int(180.0 / height) - 1)
        cell = row * columns + int((lon[i] + 180.0) / height) % columns
        for j in range(cells[cell], cells[cell + 1]):
            area = cell_areas[j]
            if cell_kind[j] == WHOLE or inside(area, lat[i], lon[i], boxes, bands, begins, edges):
                if found < room:
                    point_of[found] = i
                    area_of[found] = area
                found += 1
    return found


@kernel
def signatures(
    lat: Any, lon: Any, cells: Any, cell_areas: Any, cell_kind: Any, height: float, columns: int, boxes: Any,
    bands: Any, begins: Any, edges: Any, out: Any,
) -> None:  # fmt: skip
    """A number per point that is zero in no area and differs where the set of areas does."""
    for i in range(len(lat)):
        out[i] = 0
        if not (lat[i] == lat[i] and lon[i] == lon[i]):
            continue
        row = min(max(int((lat[i] + 90.0) / height), 0), int(180.0 / height) - 1)
        cell = row * columns + int((lon[i] + 180.0) / height) % columns
        for j in range(cells[cell], cells[cell + 1]):
            area = cell_areas[j]
            if cell_kind[j] == WHOLE or inside(area, lat[i], lon[i], boxes, bands, begins, edges):
                out[i] += (area + 1) * 2_654_435_761 & 0xFFFFFFFFFFFF


@kernel
def hold(area: Any, lat: Any, lon: Any, boxes: Any, bands: Any, begins: Any, edges: Any, out: Any) -> None:
    """Whether each place is inside the area named beside it."""
    for i in range(len(area)):
        out[i] = inside(area[i], lat[i], lon[i], boxes, bands, begins, edges)
