"""Make the report's map: land without borders, and a point for every country and territory.

Run by hand when the geometry is to be renewed; what it writes is committed::

    cd tools && npm ci && cd .. && .venv/bin/python tools/build_map.py

The geometry is Natural Earth's, which is in the public domain, as packaged by world-atlas (ISC).
Only coastlines are taken from it, never a border, so that the map says nothing about whose land
is whose. The points say where a country's number is drawn, and are not the place of anything.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global

from enduse.report.route_map import TILE, miller

HERE = Path(__file__).resolve().parent
ATLAS = HERE / "node_modules" / "world-atlas"
MAP = HERE.parent / "src" / "enduse" / "report" / "map"

SMALLEST_ISLAND = 0.01
"""Square degrees; a smaller island is left out."""
TOLERANCE = 0.05
"""Degrees by which a drawn coast may leave the real one."""
SOUTHERN_EDGE = -60.0
"""Degrees; no goods go further south."""

OVERLAP = 2
"""Map units by which neighbouring tiles overlap."""

Point = tuple[float, float]
Ring = list[Point]

# Where a computed point would be missing (too small for the 1:50m map) or would mislead.
OWN_POINTS: dict[str, Point] = {
    "AC": (-14.37, -7.95),
    "BQ": (-68.26, 12.18),
    "BV": (3.38, -54.42),
    "CC": (96.87, -12.16),
    "CQ": (-2.36, 49.43),
    "CP": (-109.22, 10.30),
    "CX": (105.65, -10.49),
    "DG": (72.43, -7.31),
    "EA": (-2.94, 35.29),
    "GF": (-53.24, 3.92),
    "GI": (-5.35, 36.14),
    "GP": (-61.55, 16.24),
    "IC": (-15.60, 28.30),
    "MQ": (-61.02, 14.64),
    "RE": (55.53, -21.12),
    "SJ": (16.00, 78.60),
    "TA": (-12.28, -37.11),
    "TK": (-171.85, -9.17),
    "TV": (179.19, -8.52),
    "UM": (166.63, 19.29),
    "XK": (20.90, 42.58),
    "YT": (45.16, -12.83),
    # The geographic centre, Crimea included, which Natural Earth's default leaves out.
    "UA": (31.5, 48.6),
    # Where most of its people and customs posts are, not Borneo or the middle of Siberia.
    "MY": (102.2, 3.9),
    "RU": (42.0, 56.0),
}


def rings(topology: dict[str, Any], geometry: dict[str, Any]) -> Iterator[list[Ring]]:
    """The polygons of a TopoJSON geometry, each as its outer ring and its holes, in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(index: int) -> Ring:
        x = y = 0
        points = []
        for step_x, step_y in topology["arcs"][index if index >= 0 else ~index]:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        return points if index >= 0 else points[::-1]

    def ring(indices: list[int]) -> Ring:
        points: Ring = []
        for index in indices:
            for longitude, latitude in arc(index)[1 if points else 0 :]:
                # A coast that crosses the antimeridian goes on beyond 180 degrees.
                turns = round((points[-1][0] - longitude) / 360) if points else 0
                points.append((longitude + 360 * turns, latitude))
        centre = (min(x for x, _ in points) + max(x for x, _ in points)) / 2
        return [(x - 360 * round(centre / 360), y) for x, y in points]

    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for part in parts:
        yield [ring(indices) for indices in part]


def area(ring: Ring) -> float:
    """Size of a ring in square degrees, as they are at the equator (sinusoidal projection)."""
    flat = [(x * math.cos(math.radians(y)), y) for x, y in ring]
    pairs = zip(flat, flat[1:] + flat[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def simplified(ring: Ring, tolerance: float) -> Ring:
    """The ring with fewer points (Douglas and Peucker 1973)."""
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        gaps = [(_distance(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)]
        gap, index = max(gaps, default=(0.0, 0))
        if gap > tolerance:
            keep.add(index)
            spans += [(first, index), (index, last)]
    return [ring[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length
        along = min(1.0, max(0.0, along))
    return math.dist(point, (start[0] + along * across, start[1] + along * up))


def land_tiles() -> dict[tuple[int, int], str]:
    """All coasts in whole map units, cut into tiles: column and row → SVG path.

    A report draws only the tiles that a map shows. Neighbours overlap by a hair, so that no seam
    shows that could be taken for a border.
    """
    topology = json.loads((ATLAS / "land-50m.json").read_text())
    tiles: dict[tuple[int, int], list[str]] = defaultdict(list)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in rings(topology, geometry):
            if max(y for _, y in polygon[0]) < SOUTHERN_EDGE:
                continue
            for ring in polygon:
                if area(ring) >= SMALLEST_ISLAND:
                    coast = [miller(*point) for point in simplified(ring, TOLERANCE)]
                    for place, piece in _cut(coast):
                        tiles[place].append(_path(piece))
    return {place: "".join(paths) for place, paths in sorted(tiles.items())}


def _cut(ring: Ring) -> Iterator[tuple[tuple[int, int], Ring]]:
    """The pieces of a ring in each tile that it reaches."""
    columns = [math.floor(x / TILE) for x, _ in ring]
    rows = [math.floor(y / TILE) for _, y in ring]
    for column in range(min(columns), max(columns) + 1):
        strip = _between(ring, 0, column * TILE - OVERLAP, (column + 1) * TILE + OVERLAP)
        for row in range(min(rows), max(rows) + 1):
            piece = _between(strip, 1, row * TILE - OVERLAP, (row + 1) * TILE + OVERLAP)
            if len(piece) > 2:
                yield (column, row), piece


def _between(ring: Ring, axis: int, low: float, high: float) -> Ring:
    """The part of a ring between two parallels of an axis (Sutherland and Hodgman 1974)."""
    for edge, sign in ((low, 1), (high, -1)):
        kept: Ring = []
        for before, after in zip(ring[-1:] + ring[:-1], ring, strict=True):
            was_in, is_in = (sign * (point[axis] - edge) >= 0 for point in (before, after))
            if was_in != is_in:
                share = (edge - before[axis]) / (after[axis] - before[axis])
                x, y = (b + share * (a - b) for a, b in zip(after, before, strict=True))
                kept.append((x, y))
            if is_in:
                kept.append(after)
        ring = kept
    return ring


def _path(ring: Ring) -> str:
    points = [(round(x), round(y)) for x, y in ring]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b]
    moves = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{moves}z"


def middle(ring: Ring) -> Point:
    """The point of a ring that is farthest from its edge, on a grid of 40 by 40."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    narrow = math.cos(math.radians((min(ys) + max(ys)) / 2))
    edge = [(x * narrow, y) for x, y in simplified(ring, 0.05)]
    best, where = -1.0, ring[0]
    for i in range(40):
        for j in range(40):
            x = min(xs) + (max(xs) - min(xs)) * (i + 0.5) / 40
            y = min(ys) + (max(ys) - min(ys)) * (j + 0.5) / 40
            point = (x * narrow, y)
            if not _is_inside(point, edge):
                continue
            gap = min(
                _distance(point, a, b) for a, b in zip(edge, edge[1:] + edge[:1], strict=True)
            )
            if gap > best:
                best, where = gap, ((x + 180) % 360 - 180, y)
    return where


def _is_inside(point: Point, ring: Ring) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > point[1]) != (y2 > point[1]):
            inside ^= point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1
    return inside


def country_points() -> dict[str, Point]:
    """Alpha-2 → longitude and latitude in degrees, in the middle of the largest piece."""
    topology = json.loads((ATLAS / "countries-50m.json").read_text())
    aliases = get_global("territory_aliases")
    points: dict[str, Point] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = (aliases.get(geometry.get("id", "")) or [""])[0]
        if not code or code in OWN_POINTS:
            continue
        largest = max((polygon[0] for polygon in rings(topology, geometry)), key=area)
        points.setdefault(code, middle(largest))
    return dict(sorted((points | OWN_POINTS).items()))


def main() -> None:
    """Write the land and the points, and name what has no point."""
    MAP.mkdir(exist_ok=True)
    tiles = land_tiles()
    paths = "\n".join(
        f'<path id="land{column}_{row}" d="{path}"/>' for (column, row), path in tiles.items()
    )
    (MAP / "land.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-3600 -2400 7420 4100">\n{paths}\n</svg>\n'
    )
    points = country_points()
    lines = [f"{code},{x:.2f},{y:.2f}\n" for code, (x, y) in points.items()]
    (MAP / "points.csv").write_text("code,longitude,latitude\n" + "".join(lines))
    known = {c for c in Locale("en").territories if len(c) == 2 and c.isalpha()}
    print(f"land: {len(tiles)} tiles, {len(paths):,} characters; points: {len(points)}")
    print("no point:", " ".join(sorted(known - set(points))))


if __name__ == "__main__":
    main()
