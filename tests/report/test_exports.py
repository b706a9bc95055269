"""Chains for other programs: what networkx and a map reader find in the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from tests.report.chain_samples import HOSTILE, sample_rows, sample_steps

from enduse.model.chains import CHAIN_STEPS
from enduse.report import write_geojson, write_graphml


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("graph") / "chains.graphml"
    write_graphml(sample_steps(), path)
    return nx.read_graphml(path)


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("map") / "chains.geojson"
    write_geojson(sample_steps(), path)
    collection = json.loads(path.read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


def _edges(graph: Any, kind: str) -> list[dict[str, Any]]:
    return [edge for *_, edge in graph.edges(data=True) if edge["kind"] == kind]


def test_every_field_of_the_contract_says_what_it_is() -> None:
    assert all(field.metadata[b"about"] for field in CHAIN_STEPS)


def test_parties_are_nodes_and_lines_are_directed_edges(graph: Any) -> None:
    assert graph.is_directed()
    labels = nx.get_node_attributes(graph, "label")
    parties = {(row["exporter"], row["exporter_country"]) for row in sample_rows()}
    parties |= {(row["consignee"], row["consignee_country"]) for row in sample_rows()}
    assert graph.number_of_nodes() == len(parties)
    assert HOSTILE in labels.values()
    assert len(_edges(graph, "shipment")) == len(sample_rows())
    (first,) = [e for e in _edges(graph, "shipment") if e["shipment_id"] == "S-1004"]
    assert (first["quantity"], first["carried"], first["line_no"]) == (1200.0, 1000.0, 1)
    assert (first["date"], first["chains"]) == ("2024-03-04", "1")
    assert "link" not in first


def test_firms_taken_for_one_are_joined_with_the_confidence(graph: Any) -> None:
    (edge,) = _edges(graph, "same_firm")
    assert edge["merged"] == 0.92
    by_label = {data["label"]: node for node, data in graph.nodes(data=True)}
    assert nx.has_path(
        graph,
        by_label["Formosa Lantern Components Co., Ltd."],
        by_label["ООО «Северный Вектор»"],
    )


def test_characters_that_xml_cannot_hold_are_replaced(graph: Any) -> None:
    assert "Steppe Supply\ufffd\u202e" in nx.get_node_attributes(graph, "label").values()


def test_a_line_of_several_chains_is_one_edge(tmp_path: Path) -> None:
    import pyarrow as pa

    rows = sample_rows()[:2]
    rows += [{**rows[0], "chain_id": 2, "score": 0.1}]
    write_graphml(pa.Table.from_pylist(rows, schema=CHAIN_STEPS), tmp_path / "g.graphml")
    graph = nx.read_graphml(tmp_path / "g.graphml")
    assert sorted(edge["chains"] for edge in _edges(graph, "shipment")) == ["1", "1 2"]


def _positions(geometry: dict[str, Any]) -> list[list[float]]:
    match geometry["type"]:
        case "Point":
            return [geometry["coordinates"]]
        case "LineString":
            return geometry["coordinates"]
        case "MultiLineString":
            return [position for line in geometry["coordinates"] for position in line]
    raise AssertionError(geometry)


def test_positions_are_longitude_then_latitude_in_range(features: list[dict[str, Any]]) -> None:
    for feature in features:
        assert feature["type"] == "Feature"
        for longitude, latitude in _positions(feature["geometry"]) if feature["geometry"] else []:
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90
    taiwan = next(f for f in features if f["properties"].get("country") == "TW")
    assert taiwan["geometry"]["type"] == "Point"
    assert taiwan["geometry"]["coordinates"] == pytest.approx([121, 23.7], abs=1)
    assert len(taiwan["properties"]["parties"]) == 2


def test_every_leg_is_a_line_with_its_properties(features: list[dict[str, Any]]) -> None:
    legs = [f for f in features if f["properties"]["kind"] == "leg"]
    assert len(legs) == len(sample_rows())
    first = legs[0]
    assert first["geometry"]["type"] == "LineString"
    assert len(first["geometry"]["coordinates"]) == 2
    assert first["properties"]["consignee"].startswith("شركة")
    assert first["properties"]["carried"] == 1000.0


def test_a_leg_over_the_pacific_is_cut_at_the_antimeridian(features: list[dict[str, Any]]) -> None:
    (leg,) = [f for f in features if f["properties"].get("export_country") == "JP"]
    assert leg["geometry"]["type"] == "MultiLineString"
    (_, out), (back, _) = leg["geometry"]["coordinates"]
    assert (out[0], back[0]) == (180.0, -180.0)
    assert out[1] == back[1]


def test_a_code_without_a_point_has_no_geometry(features: list[dict[str, Any]]) -> None:
    (leg,) = [f for f in features if f["properties"].get("destination_country") == "XX"]
    assert leg["geometry"] is None
