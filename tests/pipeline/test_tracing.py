"""Trace: what is promised of its files, whatever table it is asked with."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import enduse
from enduse.calls import TRACE_OUTPUTS, TraceResult
from enduse.errors import EnduseError, InputError, UsageError
from enduse.flow import CHAINS, SCORES, Learned
from enduse.model.chains import CHAIN_STEPS
from enduse.settings import Settings
from tests.pipeline.conftest import APPLES, CHIPS, COLUMNS, Ledger, write_csv

PROMISED = ["shipment_id", "line_no", "score", "reach", "from_controlled", "guaranteed", "possible"]
HUB = {"exporter": "Bosporus Devre Ticaret", "exporter_country": "TR"}
NEVA = {"consignee": "Neva Radio Dom", "consignee_country": "RU"}


def a_chain(spelt: str = "Bosporus Devre Ticaret") -> Ledger:
    """Chips from Taiwan that a Turkish firm sends on to Russia, apples, and a direct shipment."""
    book = Ledger()
    book.add("S1", "2024-02-01", CHIPS, consignee=spelt)
    book.add("S2", "2024-02-08", CHIPS, **HUB, **NEVA)
    book.add("S3", "2024-02-09", APPLES, **HUB, consignee="Astana Alma", consignee_country="KZ")
    book.add("S4", "2024-02-10", CHIPS, **NEVA)
    book.add("S5", "2024-02-11", CHIPS, consignee="Rheintal Chip GmbH", consignee_country="DE")
    return book


@dataclass(frozen=True)
class Asked:
    result: TraceResult
    file: Path
    out: Path


def traced(file: Any, out: Path, settings: Settings, **options: Any) -> TraceResult:
    rules = {"embargoed": ["RU"], "controlled_origins": ["TW"]}
    return enduse.trace(file, out=out, settings=settings, **{**rules, **options})


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("trace")
    settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
    book = a_chain()
    book.add("S6", "2024-02-12", {**CHIPS, "quantity": "0"}, **HUB, **NEVA)
    book.add("S7", "2024-02-12", {**CHIPS, "hs_code": "85423"}, **HUB, **NEVA)
    book.add("S8", "2024-02-12", CHIPS, consignee="TO ORDER")
    file = book.write(folder / "shipments.csv")
    result = traced(file, folder / "out", settings, least=0.01)
    result.write_outputs()
    return Asked(result, file, folder / "out")


def test_scores_are_as_promised(asked: Asked) -> None:
    scores = pq.read_table(asked.out / "scores.parquet")
    assert scores.column_names[: len(PROMISED)] == PROMISED
    assert scores.schema.equals(SCORES)
    assert scores["shipment_id"].to_pylist() == ["S1", "S2", "S3", "S4", "S5", "S8"]
    assert scores["line_no"].to_pylist() == [1] * 6
    rows = {row["shipment_id"]: row for row in scores.to_pylist()}
    assert rows["S1"]["reach"] == rows["S2"]["from_controlled"] == 1
    assert rows["S1"]["guaranteed"] == rows["S1"]["possible"] == 1
    assert rows["S1"]["score"] > rows["S5"]["score"]
    assert (rows["S4"]["reach"], rows["S4"]["score"]) == (1, 0)
    assert rows["S8"]["score"] is None
    assert rows["S8"]["not_assessed"]
    assert scores.equals(asked.result.scores)


def test_chains_are_as_promised(asked: Asked) -> None:
    chains = pq.read_table(asked.out / "chains.parquet")
    assert tuple(chains.column_names) == CHAINS
    assert chains.column_names == ["chain_id", "hop", "shipment_id", "line_no", "quantity", "score"]
    rows = chains.to_pylist()
    assert [(row["chain_id"], row["hop"], row["shipment_id"]) for row in rows] == [
        (1, 0, "S1"),
        (1, 1, "S2"),
    ]
    assert [row["quantity"] for row in rows] == [100, 100]
    assert 0 < rows[0]["score"] == rows[1]["score"] <= 1
    assert chains.equals(asked.result.chains)
    assert pq.read_table(asked.out / "steps.parquet").schema.equals(CHAIN_STEPS)


def test_rejects_name_row_column_and_reason(asked: Asked) -> None:
    with (asked.out / "rejects.csv").open(encoding="utf-8") as file:
        rejects = list(csv.DictReader(file))
    assert list(rejects[0]) == ["row", "column", "value", "reason"]
    assert [(row["row"], row["column"]) for row in rejects] == [("7", "quantity"), ("8", "hs_code")]
    assert all(row["reason"] for row in rejects)


def test_the_run_says_what_it_rests_on(asked: Asked) -> None:
    run = json.loads((asked.out / "run.json").read_text("utf-8"))
    read = run["input"]
    assert (read["read"], read["accepted"], read["rejected"]) == (8, 6, 2)
    assert len(read["digest"]) >= 32
    assert (read["first_date"], read["last_date"]) == ("2024-02-01", "2024-02-12")
    assert run["embargoed"] == ["RU"]
    assert run["controlled_origins"] == ["TW"]
    assert run["score"] == Learned.shipped().name
    assert run["parties"] == "resolved"
    assert run["window"]["stock_age"] == 90
    assert run["goods_keys"]
    assert run["counts"]["chains"] == 1
    assert any("nobody" in note for note in run["not_assessed"])


def test_every_file_is_there_and_nothing_else(asked: Asked) -> None:
    there = {path.name for path in asked.out.iterdir()}
    assert there == set(TRACE_OUTPUTS)
    page = (asked.out / "report.html").read_text("utf-8")
    assert "Neva Radio Dom" in page
    geo = json.loads((asked.out / "chains.geojson").read_text("utf-8"))
    assert geo["type"] == "FeatureCollection"


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "text path"])
def test_any_table_is_answered_alike(
    asked: Asked, settings: Settings, tmp_path: Path, kind: str
) -> None:
    given: dict[str, Any] = {
        "pandas": lambda: pandas.read_csv(asked.file, dtype=str),
        "polars": lambda: polars.read_csv(asked.file, infer_schema=False),
        "arrow": lambda: pa.Table.from_pandas(pandas.read_csv(asked.file, dtype=str)),
        "text path": lambda: str(asked.file),
    }
    result = traced(given[kind](), tmp_path / "out", settings, least=0.01)
    assert result.scores.equals(asked.result.scores)
    assert result.chains.equals(asked.result.chains)
    assert result.run["counts"] == asked.result.run["counts"]
    page = result.report(tmp_path / "page.html", language="uk")
    assert '<html lang="uk"' in page.read_text("utf-8")


def test_the_plain_score_is_used_if_asked_for(settings: Settings, tmp_path: Path) -> None:
    file = a_chain().write(tmp_path / "shipments.csv")
    result = traced(file, tmp_path / "out", settings, model="plain")
    assert result.run["score"] == "plain"
    assert result.scores["score"].equals(result.scores["plain_score"])


def test_a_learned_score_of_ones_own_is_used_and_named(settings: Settings, tmp_path: Path) -> None:
    file = a_chain().write(tmp_path / "shipments.csv")
    shipped = Learned.shipped()
    shipped.save(tmp_path / "own.json")
    own = json.loads((tmp_path / "own.json").read_text("utf-8"))
    (tmp_path / "own.json").write_text(json.dumps({**own, "name": "closed cases"}), "utf-8")
    result = traced(file, tmp_path / "out", settings, model=tmp_path / "own.json")
    assert result.run["score"] == "closed cases"
    for broken in ("{}", "no JSON", json.dumps({**own, "features": ["other"]})):
        (tmp_path / "own.json").write_text(broken, "utf-8")
        with pytest.raises(InputError, match=r"own\.json"):
            traced(file, tmp_path / "out", settings, model=tmp_path / "own.json")
    with pytest.raises(InputError, match=r"absent\.json"):
        traced(file, tmp_path / "out", settings, model=tmp_path / "absent.json")


def test_spellings_of_a_firm_meet_only_if_they_are_resolved(
    settings: Settings, tmp_path: Path
) -> None:
    file = a_chain("BOSPORUS DEVRE TİCARET A.Ş.").write(tmp_path / "shipments.csv")
    resolved = traced(file, tmp_path / "resolved", settings)
    written = traced(file, tmp_path / "written", settings, resolve=False)
    assert written.run["parties"] == "as written"
    assert resolved.scores["reach"].to_pylist()[0] == 1
    assert written.scores["reach"].to_pylist()[0] == 0


def test_without_an_embargoed_destination_the_run_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    file = a_chain().write(tmp_path / "shipments.csv")
    result = traced(file, tmp_path / "out", settings, embargoed=["KP"])
    assert result.chains.num_rows == 0
    assert set(result.scores["score"].to_pylist()) == {0}
    assert any("No line goes to an embargoed destination" in x for x in result.run["not_assessed"])
    result.write_outputs()
    none = traced(file, tmp_path / "out", settings, controlled_origins=["JP"])
    assert any("No line leaves a controlled origin" in x for x in none.run["not_assessed"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"embargoed": ["Atlantis"]}, "Atlantis is no country"),
        ({"embargoed": []}, "nothing is no country"),
        ({"embargoed": ["RU", "TW"]}, "TW cannot be controlled origin and embargoed"),
        ({"controlled_origins": ["TW", "Narnia"]}, "Narnia is no country"),
    ],
)
def test_countries_that_make_no_sense_are_refused(
    settings: Settings, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    file = a_chain().write(tmp_path / "shipments.csv")
    with pytest.raises(UsageError, match=said) as refused:
        traced(file, tmp_path / "out", settings, **options)
    assert refused.value.hint


def test_countries_may_be_named_in_words(settings: Settings, tmp_path: Path) -> None:
    file = a_chain().write(tmp_path / "shipments.csv")
    result = traced(
        file, tmp_path / "out", settings, embargoed=["Россия"], controlled_origins=["Taiwan"]
    )
    assert (result.run["embargoed"], result.run["controlled_origins"]) == (["RU"], ["TW"])


def test_an_input_that_cannot_be_used_is_refused(settings: Settings, tmp_path: Path) -> None:
    empty = write_csv(tmp_path / "empty.csv", COLUMNS, [])
    with pytest.raises(EnduseError):
        traced(empty, tmp_path / "out", settings)
    bad = Ledger()
    bad.add("S1", "no day", CHIPS)
    with pytest.raises(InputError, match="could be accepted"):
        traced(bad.write(tmp_path / "bad.csv"), tmp_path / "out", settings)
    assert "date" in (tmp_path / "out" / "rejects.csv").read_text("utf-8")
