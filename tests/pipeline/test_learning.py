"""A score learned from closed cases is better with many, and no worse with few."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.assumptions import Assumptions
from benchmarks.flow.generators import Knobs, origins_of, world_of
from benchmarks.flow.measures import average_precision
from benchmarks.flow.thin import Thin

from enduse.errors import InputError
from enduse.flow import Learned, Parties, Traced, trace
from enduse.pipeline import learn_from_cases

LINES, HALF_SEEN = 40_000, Thin(coverage=0.5)


def named(table: pa.Table) -> pa.Table:
    """The same with names of its lines: s0, s1, …"""
    n = table.num_rows
    table = table.drop_columns([x for x in ("shipment_id", "line_no") if x in table.column_names])
    return table.append_column("shipment_id", [[f"s{row}" for row in range(n)]]).append_column(
        "line_no", [[1] * n]
    )


def world(seed: int, knobs: Knobs) -> tuple[Traced, list[int], list[bool]]:
    """A trace of a world, its chains (-1: none) and what is diverted, row by row."""
    made = world_of(LINES, seed, knobs)
    firms = (made.truth[f"{side}_firm"].to_numpy() for side in ("exporter", "consignee"))
    traced = trace(
        named(made.shipments),
        embargoed={"RU", "BY"},
        controlled_origins=origins_of(knobs),
        parties=Parties(*firms),
    )
    return traced, made.truth["chain_id"].to_pylist(), made.truth["positive"].to_pylist()


def write(path: Path, answers: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([("shipment_id", "diverted"), *answers.items()])
    return path


def found(model: Learned, of: tuple[Traced, list[int], list[bool]]) -> float:
    """Average precision of a score."""
    traced, _, positive = of
    score = model.scores(traced.ledger, traced.origins, traced.ends)
    return average_precision(score, np.array(positive)[traced.ledger.movements.row])


def test_few_cases_take_nothing_away(tmp_path: Path) -> None:
    traced, chain, positive = world(311, Assumptions())
    later = world(312, Assumptions())
    # All else that was diverted is in no case, and must not be taken for lawful.
    few = sorted(set(chain) - {-1})[:8]
    answers = {f"s{row}": "yes" for row, of in enumerate(chain) if positive[row] and of in few}
    out = tmp_path / "own.json"
    counts = learn_from_cases(traced, write(tmp_path / "cases.csv", answers), out)
    assert counts == {"cases": len(answers), "diverted": len(answers), "lawful": 0}
    assert found(Learned.load(out), later) > found(Learned.shipped(), later) - 0.02


def test_many_cases_tell_more(tmp_path: Path) -> None:
    traced, _, positive = world(311, HALF_SEEN)
    later = world(312, HALF_SEEN)
    answers = {f"s{row}": "yes" if is_in else "no" for row, is_in in enumerate(positive)}
    out = tmp_path / "own.json"
    learn_from_cases(traced, write(tmp_path / "cases.csv", answers), out)
    assert found(Learned.load(out), later) > found(Learned.shipped(), later) + 0.03


def test_goods_of_a_single_heading_can_be_learned_from(tmp_path: Path) -> None:
    made = world_of(3_000, 313, HALF_SEEN)
    at = made.shipments.column_names.index("hs_code")
    codes = pa.array(["854231"] * made.shipments.num_rows)
    table = named(made.shipments.set_column(at, "hs_code", codes))
    traced = trace(table, embargoed={"RU", "BY"}, controlled_origins=origins_of(HALF_SEEN))
    answers = {
        f"s{row}": "yes" if is_in else "no"
        for row, is_in in enumerate(made.truth["positive"].to_pylist())
    }
    out = tmp_path / "own.json"
    assert learn_from_cases(traced, write(tmp_path / "cases.csv", answers), out)["diverted"]
    assert len(Learned.load(out).second.roots)


def test_cases_of_other_shipments_are_refused(tmp_path: Path) -> None:
    made = world_of(3_000, 313, HALF_SEEN)
    traced = trace(
        named(made.shipments), embargoed={"RU", "BY"}, controlled_origins=origins_of(HALF_SEEN)
    )
    cases = write(tmp_path / "cases.csv", {"elsewhere": "yes"})
    with pytest.raises(InputError, match="None of the 1 cases"):
        learn_from_cases(traced, cases, tmp_path / "own.json")
    assert not (tmp_path / "own.json").exists()
