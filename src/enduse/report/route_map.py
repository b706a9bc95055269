"""The route of a line on a map of coasts: numbered countries, and arcs between them in order.

The map is a Miller cylindrical projection of coastlines without a single border, so nothing
political is drawn. A point stands for a whole country and not for a port; an arc shows the order
of the countries and not the way that was taken.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup

from enduse.model.result import RouteStop
from enduse.report.lettering import Box, width
from enduse.report.wording import Wording

MAP = Path(__file__).parent / "map"
UNITS_PER_DEGREE = 20
"""Map units to a degree of longitude; the land is drawn in whole units."""

TILE = 30 * UNITS_PER_DEGREE
"""Side of the squares that the land is cut into, in map units."""

_WIDTH, _HEIGHT = 640.0, 340.0
_NARROWEST = 34 * UNITS_PER_DEGREE
_TOP, _BOTTOM = -118 * UNITS_PER_DEGREE, 76 * UNITS_PER_DEGREE
_TURN = 360 * UNITS_PER_DEGREE
_MARGIN = 0.22
_RADIUS = 10.0

Point = tuple[float, float]


def miller(longitude: float, latitude: float) -> Point:
    """Map units east and south of 0° N 0° E (O. M. Miller 1942, first cylindrical projection).

    Examples
    --------
    >>> [round(v) for v in miller(90, 45)]
    [1800, -966]
    """
    north = 1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(latitude)))
    return longitude * UNITS_PER_DEGREE, -math.degrees(north) * UNITS_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Place:
    """A country on the route, with the parts it plays there."""

    number: int
    country: str
    parts: tuple[str, ...]
    is_embargoed: bool


@dataclass(frozen=True, slots=True)
class RouteMap:
    """A drawn route; ``svg`` is empty if no country of it has a point."""

    places: tuple[Place, ...]
    svg: Markup
    unplaced: tuple[str, ...]
    """Codes that have no point."""


@lru_cache(maxsize=1)
def land() -> Markup:
    """The coastlines as SVG paths, one a tile, to be drawn by their ids."""
    drawing = (MAP / "land.svg").read_text("utf-8")
    return Markup("".join(re.findall(r"<path [^>]+>", drawing)))


@lru_cache(maxsize=1)
def _tiles() -> list[tuple[int, int]]:
    found = re.findall(r'id="land(-?\d+)_(-?\d+)"', land())
    return [(int(column), int(row)) for column, row in found]


@lru_cache(maxsize=1)
def country_points() -> dict[str, Point]:
    """Longitude and latitude of the point that stands for each country, by its code."""
    with (MAP / "points.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=4096)
def route_map(
    route: tuple[RouteStop, ...], embargoed: frozenset[str], wording: Wording
) -> RouteMap:
    """Draw a route; neighbouring stops in one country become one place.

    Parameters
    ----------
    route
        Countries in the order of the goods.
    embargoed
        Codes of those that evidence names as embargoed; they stand out.
    wording
        The reader's language, for the names.
    """
    places = _places(route, embargoed)
    points = country_points()
    unplaced = tuple(dict.fromkeys(p.country for p in places if p.country not in points))
    shown = [place for place in places if place.country in points]
    return RouteMap(places, _drawing(shown, wording) if shown else Markup(), unplaced)


def _places(route: tuple[RouteStop, ...], embargoed: frozenset[str]) -> tuple[Place, ...]:
    merged: list[tuple[str, list[str]]] = []
    for stop in route:
        if not merged or merged[-1][0] != stop.country:
            merged.append((stop.country, []))
        if stop.part not in merged[-1][1]:
            merged[-1][1].append(stop.part)
    return tuple(
        Place(number, code, tuple(parts), code in embargoed)
        for number, (code, parts) in enumerate(merged, 1)
    )


def _drawing(places: Sequence[Place], wording: Wording) -> Markup:
    spots = _unrolled(places)
    legs = list(dict.fromkeys(pairwise(spots)))
    view = _view(spots, legs)
    scale = _WIDTH / (view[2] - view[0])

    def onto(point: Point) -> Point:
        return (point[0] - view[0]) * scale, (point[1] - view[1]) * scale

    numbers: dict[Point, list[Place]] = {}
    for place, spot in zip(places, spots, strict=True):
        numbers.setdefault(spot, []).append(place)
    markers = _pushed_apart([onto(spot) for spot in numbers])
    at = dict(zip(numbers, markers, strict=True))
    arcs = [_bent(at[a], at[b], is_return=(b, a) in legs[:i]) for i, (a, b) in enumerate(legs)]
    parts = [_land(view, scale), *map(_arc, arcs)]
    boxes = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in markers]
    for (x, y), named in zip(markers, numbers.values(), strict=True):
        name = wording.country(named[0].country)
        box = _label_box((x, y), name, boxes, arcs)
        boxes.append(box)
        parts.append(_marker((x, y), named, name, box))
    said = " → ".join(wording.country(place.country) for place in places)
    return Markup(
        '<svg class="map" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _HEIGHT, said, Markup("").join(parts))


def _unrolled(places: Sequence[Place]) -> list[Point]:
    """Map units of each place, each on the side of the antimeridian that is nearer to the last."""
    spots: list[Point] = []
    for place in places:
        x, y = miller(*country_points()[place.country])
        if spots:
            x += _TURN * round((spots[-1][0] - x) / _TURN)
        spots.append((x, y))
    return spots


def _view(spots: Sequence[Point], legs: Sequence[tuple[Point, Point]]) -> Box:
    """The part of the map to show: all places and arcs with a margin, in the drawing's shape."""
    shown = [*spots, *(_bent(a, b)[1] for a, b in legs)]
    west, east = min(x for x, _ in shown), max(x for x, _ in shown)
    north, south = min(y for _, y in shown), max(y for _, y in shown)
    wide = max((east - west) * (1 + 2 * _MARGIN), _NARROWEST)
    high = (south - north) * (1 + 2 * _MARGIN)
    wide = max(wide, high * _WIDTH / _HEIGHT)
    high = wide * _HEIGHT / _WIDTH
    left = (west + east - wide) / 2
    top = (north + south - high) / 2
    # Polar seas are shown only to a route that goes there.
    top = min(top, max(_BOTTOM, south + high / 8) - high)
    top = max(top, min(_TOP, north - high / 8))
    return left, top, left + wide, top + high


def _land(view: Box, scale: float) -> Markup:
    """The tiles in view, and those of the world's next copy where the view crosses 180 degrees."""
    west, north, east, south = view
    copies = []
    for shift in (-_TURN, 0, _TURN):
        shown = [
            f"{column}_{row}"
            for column, row in _tiles()
            if west < (column + 1) * TILE + shift and column * TILE + shift < east
            if north < (row + 1) * TILE and row * TILE < south
        ]
        if shown:
            uses = Markup("").join(Markup('<use href="#land{}"/>').format(tile) for tile in shown)
            copies.append(
                Markup('<g transform="translate({:.1f} {:.1f}) scale({:.4f})">{}</g>').format(
                    (shift - west) * scale, -north * scale, scale, uses
                )
            )
    return Markup("").join(copies)


def _bent(start: Point, end: Point, *, is_return: bool = False) -> tuple[Point, Point, Point]:
    """Start, control point and end of an arc that bends to the north, or south on the way back."""
    across, down = end[0] - start[0], end[1] - start[1]
    bend = 0.3 if (across >= 0) != is_return else -0.3
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return start, (middle[0] + bend * down, middle[1] - bend * across), end


def _on(arc: tuple[Point, Point, Point], t: float) -> Point:
    (x0, y0), (x1, y1), (x2, y2) = arc
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2


def _arc(arc: tuple[Point, Point, Point]) -> Markup:
    (x0, y0), (x1, y1), (x2, y2) = arc
    before, tip = _on(arc, 0.52), _on(arc, 0.56)
    turn = math.degrees(math.atan2(tip[1] - before[1], tip[0] - before[0]))
    return Markup(
        '<path class="leg" d="M{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}"/>'
        '<path class="tip" d="M-6-5 7 0-6 5z" transform="translate({:.1f} {:.1f}) rotate({:.0f})"/>'
    ).format(x0, y0, x1, y1, x2, y2, *tip, turn)


def _pushed_apart(points: list[Point]) -> list[Point]:
    """Markers moved just enough that none covers another (Hong Kong and Macao on a world map)."""
    moved = list(points)
    nearest = 2 * _RADIUS + 2
    for _ in range(12):
        for i in range(len(moved)):
            for j in range(i):
                (x1, y1), (x2, y2) = moved[j], moved[i]
                gap = math.dist(moved[i], moved[j])
                if gap < nearest:
                    push = (nearest - gap) / 2
                    dx, dy = ((x2 - x1) / gap, (y2 - y1) / gap) if gap else (1.0, 0.0)
                    moved[j] = (x1 - dx * push, y1 - dy * push)
                    moved[i] = (x2 + dx * push, y2 + dy * push)
    return moved


def _label_box(
    marker: Point, name: str, taken: Sequence[Box], arcs: Sequence[tuple[Point, Point, Point]]
) -> Box:
    """Where a name covers least: to the right, left, below or above its marker."""
    wide = width(name)
    x, y = marker
    away = _RADIUS + 4
    corners = [
        (x + away, y - 8),
        (x - away - wide, y - 8),
        (x - wide / 2, y + away - 2),
        (x - wide / 2, y - away - 14),
    ]
    on_arcs = [_on(arc, step / 24) for arc in arcs for step in range(2, 23)]

    def cost(corner: Point) -> float:
        left, top = corner
        box = (left, top, left + wide, top + 16)
        outside = max(0.0, 2 - left) + max(0.0, box[2] - _WIDTH + 2)
        outside += max(0.0, 2 - top) + max(0.0, box[3] - _HEIGHT + 2)
        covered = sum(_overlap(box, other) for other in taken)
        crossed = sum(box[0] < px < box[2] and box[1] < py < box[3] for px, py in on_arcs)
        return outside * 20 + covered + crossed * 12

    left, top = min(corners, key=cost)
    return left, top, left + wide, top + 16


def _overlap(a: Box, b: Box) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _marker(at: Point, named: Sequence[Place], name: str, label: Box) -> Markup:
    number = "·".join(str(place.number) for place in named)
    wide = max(2 * _RADIUS, 8 + 7 * len(number))
    if label[0] > at[0]:
        label_at, anchor = label[0], "start"
    elif label[2] < at[0]:
        label_at, anchor = label[2], "end"
    else:
        label_at, anchor = (label[0] + label[2]) / 2, "middle"
    return Markup(
        '<g class="stop{}"><rect x="{:.1f}" y="{:.1f}" width="{:.0f}" height="20" rx="10"/>'
        '<text class="no" x="{:.1f}" y="{:.1f}">{}</text></g>'
        '<text class="name" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>'
    ).format(
        " embargoed" if any(place.is_embargoed for place in named) else "",
        at[0] - wide / 2,
        at[1] - _RADIUS,
        wide,
        at[0],
        at[1] + 4.2,
        number,
        label_at,
        label[1] + 12.5,
        anchor,
        name,
    )
