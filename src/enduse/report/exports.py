"""Chains for other programs: GraphML for graphs, GeoJSON for maps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa

from enduse.engine.files import whole_file
from enduse.report.route_map import country_points
from enduse.report.steps import Chain, Party, Step, read_chains

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {str: "string", int: "int", float: "double"}

Value = str | int | float
Position = tuple[float, float]


def write_graphml(steps: pa.Table, path: Path) -> None:
    """Write chains as a directed graph that Gephi, yEd and networkx read.

    A node is a party: a name as written, with its country. An edge of the kind ``shipment`` is a
    line, once, with what its best chain says of it and the numbers of all its chains. An edge of
    the kind ``same_firm`` leads from a consignee to the exporter that is taken for the same firm
    where name or country differ, with the confidence. What is not known is left out. Characters
    that XML cannot hold become U+FFFD.

    Parameters
    ----------
    steps
        A table as in CHAIN_STEPS.
    path
        Where the file is to be; it appears whole or not at all.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    chains = read_chains(steps)
    parties = {
        party: f"p{number}"
        for number, party in enumerate(
            dict.fromkeys(p for step in _lines(chains) for p in (step.sender, step.receiver))
        )
    }
    nodes = [
        (_element("node", id=node), {"label": name, "country": country})
        for (name, country), node in parties.items()
    ]
    edges = [
        (
            _element("edge", id=f"e{number}", source=parties[source], target=parties[target]),
            properties,
        )
        for number, (source, target, properties) in enumerate(
            (*_shipments(chains), *_same_firms(chains))
        )
    ]
    root = _element("graphml", xmlns=_GRAPHML)
    graph = _element("graph", id="chains", edgedefault="directed")
    for kind, elements in (("node", nodes), ("edge", edges)):
        keys: dict[str, str] = {}
        for element, properties in elements:
            for name, value in properties.items():
                if name not in keys:
                    keys[name] = f"{kind}_{name}"
                    root.append(_key(keys[name], kind, name, value))
                data = ET.SubElement(element, "data", key=keys[name])
                data.text = _NOT_IN_XML.sub("\ufffd", str(value))
            graph.append(element)
    root.append(graph)
    ET.indent(root)
    with whole_file(path) as part:
        ET.ElementTree(root).write(part, encoding="utf-8", xml_declaration=True)


def write_geojson(steps: pa.Table, path: Path) -> None:
    """Write chains as GeoJSON (RFC 7946): legs between countries, and where the parties are.

    A position stands for a whole country, not for a port, and a line shows the order of the
    countries, not the way taken. A leg over the antimeridian is cut there, as the standard wants;
    a leg inside one country is a point; one to a code without a point has no geometry.

    Parameters
    ----------
    steps
        A table as in CHAIN_STEPS.
    path
        Where the file is to be; it appears whole or not at all.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    chains = read_chains(steps)
    features = [*_leg_features(chains), *_country_features(chains)]
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False
    )
    with whole_file(path) as part:
        part.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _lines(chains: Iterable[Chain]) -> list[Step]:
    """Each line of the chains once, as in the best of them."""
    found: dict[tuple[str, int], Step] = {}
    for chain in chains:
        for step in chain.steps:
            found.setdefault((step.shipment_id, step.line_no), step)
    return list(found.values())


def _shipments(chains: list[Chain]) -> Iterator[tuple[Party, Party, dict[str, Value]]]:
    within: dict[tuple[str, int], list[int]] = {}
    for chain in chains:
        for step in chain.steps:
            within.setdefault((step.shipment_id, step.line_no), []).append(chain.chain_id)
    for step in _lines(chains):
        numbers = within[step.shipment_id, step.line_no]
        yield (
            step.sender,
            step.receiver,
            {"kind": "shipment", **_properties(step), "chains": " ".join(map(str, numbers))},
        )


def _same_firms(chains: list[Chain]) -> Iterator[tuple[Party, Party, dict[str, Value]]]:
    """Pairs of parties taken for one firm, each with the best confidence that a chain gives it."""
    pairs: dict[tuple[Party, Party], float | None] = {}
    for chain in chains:
        for step in chain.steps:
            for before in chain.before(step):
                if before.receiver != step.sender:
                    pair = (before.receiver, step.sender)
                    pairs[pair] = max(pairs.get(pair) or 0.0, step.merged or 0.0) or None
    for (source, target), confidence in pairs.items():
        yield source, target, {"kind": "same_firm", **_known({"merged": confidence})}


def _properties(step: Step) -> dict[str, Value]:
    return _known(
        {
            "shipment_id": step.shipment_id,
            "line_no": step.line_no,
            "date": step.date.isoformat(),
            "export_country": step.export_country,
            "destination_country": step.destination_country,
            "hs_code": step.hs_code,
            "part_number": step.part_number,
            "quantity": step.quantity,
            "unit": step.unit,
            "carried": step.carried,
            "chain_id": step.chain_id,
            "hop": step.hop,
            "score": step.score,
            "link": step.link,
            "goods_key": step.goods_key,
            "lag_days": step.lag_days,
            "arrivals": step.arrivals,
            "departures": step.departures,
            "merged": step.merged,
        }
    )


def _known(properties: dict[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in properties.items() if value is not None}


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, attributes)


def _key(key: str, kind: str, name: str, value: Value) -> ET.Element:
    return ET.Element(
        "key", {"id": key, "for": kind, "attr.name": name, "attr.type": _TYPES[type(value)]}
    )


def _leg_features(chains: Iterable[Chain]) -> Iterator[dict[str, object]]:
    for chain in chains:
        for step in chain.steps:
            yield {
                "type": "Feature",
                "geometry": _leg(step.export_country, step.destination_country),
                "properties": {
                    "kind": "leg",
                    "exporter": step.exporter,
                    "exporter_country": step.exporter_country,
                    "consignee": step.consignee,
                    "consignee_country": step.consignee_country,
                    **_properties(step),
                },
            }


def _leg(begin: str, end: str) -> dict[str, object] | None:
    points = country_points()
    if begin not in points or end not in points:
        return None
    if begin == end:
        return {"type": "Point", "coordinates": points[begin]}
    parts = _cut(points[begin], points[end])
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _cut(begin: Position, end: Position) -> list[list[Position]]:
    """A line the short way round, in two parts if that way leads over the antimeridian.

    Examples
    --------
    >>> _cut((170.0, 0.0), (-170.0, 10.0))
    [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]]
    """
    (x, y), (x_end, y_end) = begin, end
    if abs(x_end - x) <= 180:
        return [[begin, end]]
    edge = 180.0 if x > x_end else -180.0
    share = (edge - x) / (x_end + 2 * edge - x)
    latitude = round(y + share * (y_end - y), 6)
    return [[begin, (edge, latitude)], [(-edge, latitude), end]]


def _country_features(chains: Iterable[Chain]) -> Iterator[dict[str, object]]:
    parties: dict[str, dict[str, None]] = {}
    for step in _lines(chains):
        for name, country in (step.sender, step.receiver):
            parties.setdefault(country, {})[name] = None
    for country, names in parties.items():
        point = country_points().get(country)
        yield {
            "type": "Feature",
            "geometry": point and {"type": "Point", "coordinates": point},
            "properties": {"kind": "country", "country": country, "parties": list(names)},
        }
