"""What is found, by whom, in which worlds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks.flow import ours, peers
from benchmarks.flow.cases import (
    LABELLED,
    NAMED,
    USUAL,
    Case,
    Condition,
    load,
    resolved,
    third_countries,
    true_parties,
)
from benchmarks.flow.departures import past_rules
from benchmarks.flow.measures import alerts, edges_f1, found, found_by
from benchmarks.flow.tables import Table
from benchmarks.flow.tabular import boost, judged, tabular
from enduse.flow.movements import named_parties
from enduse.pipeline.party_keys import party_keys

Floats = npt.NDArray[np.floating]

RULE = "rule: third country to embargoed, by quantity"
JOIN = "DuckDB: two-hop join, by fit of quantities"
REACH = "raphtory: reachable between parties, by quantity"
REACH_GOODS = "raphtory: reachable between parties and HS6, by quantity"
TABULAR = "xgboost, tabular, labels"
WITH_LEDGER = "xgboost, tabular and ledger, labels"
PLAIN = "enduse, plain, no labels"
LEARNED = "enduse, learned as shipped, no labels"
WITH_LABELS = "enduse, with labels, as `enduse learn` does"

LAST_LEG, FORECAST = 0.002, 0.01
"""Budgets: shares of all shipments."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is measured."""

    lines: int
    seeds: Sequence[int]
    conditions: Sequence[str] | None = None
    """By name; None: all."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of detection on worlds whose parties are known by their names."""

    precision: Table
    recall: Table
    kinds: tuple[Table, Table]
    hops: tuple[Table, Table]
    day: tuple[Table, Table]
    departure: Table
    edges: Table
    marked: Table

    def all(self) -> list[Table]:
        """In order."""
        return [
            self.precision, self.recall, *self.kinds, *self.hops, *self.day,
            self.departure, self.edges, self.marked,
        ]  # fmt: skip


def detection(asked: Asked) -> list[Table]:
    """Measure every system in every condition."""
    tables = _tables(asked)
    for condition in _chosen(USUAL, asked):
        _measure(condition, asked, tables)
    if tables.departure.cells:
        _name_best(tables.departure)
    return [table for table in tables.all() if table.cells]


def _chosen(conditions: Sequence[Condition], asked: Asked) -> list[Condition]:
    wanted = asked.conditions
    return [one for one in conditions if wanted is None or one.name in wanted]


def _tables(asked: Asked) -> Tables:
    many = f"{asked.lines:,} lines, {len(asked.seeds)} seeds; mean and range"
    labels = f"labels: all lines of {len(LABELLED)} worlds of the same kind and size"
    usual = USUAL[0].name
    return Tables(
        Table("Average precision", "", f"{many}; {labels}"),
        Table("Recall at 1% of shipments", "", many),
        (
            Table(f"Average precision by typology, world '{usual}'", "typology", "Each against all lawful lines."),
            Table(f"Recall at 1% by typology, world '{usual}'", "typology"),
        ),
        (
            Table(f"Average precision by third-country firms passed, world '{usual}'", "firms", "Each against all lawful lines; firms by the farthest leg seen."),
            Table(f"Recall at 1% by third-country firms passed, world '{usual}'", "firms"),
        ),
        (
            Table("On the day of the last leg, precision of alerts on 0.2% of shipments", "", "By what was known on that day.", percent=True),
            Table("On the day of the last leg, share of chains that an alert touches", "", "Of chains of which any line is seen.", percent=True),
        ),
        Table("At departure from the controlled origin, first legs found within 1% of shipments", "", "By what was known on the day before; lines that leave a controlled origin for elsewhere.", percent=True),
        Table("Links of the reported chains", "", "Links between two lines that are seen; those of lawful chains count as false."),
        Table("What reachability marks: share of all lines, and of planted ones among them", "", percent=True),
    )  # fmt: skip


def _measure(condition: Condition, asked: Asked, tables: Tables) -> None:
    """All systems on the worlds of one condition."""
    name = condition.name
    _say(f"{name}: labels")
    cases = [load(condition, asked.lines, seed) for seed in LABELLED]
    lines = [tabular(case) for case in cases]
    says = [ours.say(case) for case in cases]
    told = [ours.told(said) for said in says]
    hits = [case.positive for case in cases]
    alone = boost(lines, hits)
    both = boost([np.hstack([x, y]) for x, y in zip(lines, told, strict=True)], hits)
    corrected = ours.corrected([ours.lesson(*pair) for pair in zip(says, hits, strict=True)])
    for seed in asked.seeds:
        _say(f"{name}: {seed}")
        case = load(condition, asked.lines, seed)
        said = ours.say(case)
        features = tabular(case)
        scores: dict[str, Floats] = {
            **_peers(case),
            TABULAR: judged(alone, features),
            WITH_LEDGER: judged(both, np.hstack([features, ours.told(said)])),
            PLAIN: said.plain,
            LEARNED: said.learned,
            WITH_LABELS: ours.scored(corrected, said),
        }
        _fill(tables, name, case, scores, said)


def _peers(case: Case) -> dict[str, Floats]:
    lines = peers.numbered(case)
    scores: dict[str, Floats] = {RULE: peers.rule(case), JOIN: peers.two_hops(lines)}
    quantity = 1 + np.log1p(case.shipments["quantity"].to_numpy())
    for name, by_goods in ((REACH, False), (REACH_GOODS, True)):
        answer = peers.reached(lines, by_goods=by_goods)
        if answer.between is None:
            name, between = f"{name} ({answer.lacking})", np.zeros(len(quantity), np.bool_)
        else:
            between = answer.between
        scores[name] = np.where(between, quantity, 0.0)
    return scores


def _fill(
    tables: Tables, world: str, case: Case, scores: dict[str, Floats], said: ours.Said
) -> None:
    """Everything that is measured on one world."""
    first = world == USUAL[0].name
    for system, score in scores.items():
        one = found(score, case.positive)
        tables.precision.add(system, world, one.precision)
        tables.recall.add(system, world, one.recall)
        if first:
            kinds = case.truth["typology"].to_pylist()
            for pair, groups in ((tables.kinds, kinds), (tables.hops, third_countries(case))):
                for group, (part, _) in found_by(score, case.positive, groups).items():
                    pair[0].add(group, system, part.precision)
                    pair[1].add(group, system, part.recall)
        if system in (REACH, REACH_GOODS):
            between, marked = system.removesuffix(", by quantity"), score > 0
            tables.marked.add(f"{between}: marked", world, float(marked.mean()))
            tables.marked.add(
                f"{between}: planted among them", world, float(case.positive[marked].mean())
            )
    last = case.end & ~case.start
    for system, score in (
        (RULE, scores[RULE]),
        (JOIN, scores[JOIN]),
        ("enduse, came from a controlled origin", said.came),
        ("enduse, learned score of the day", said.on_the_day),
    ):
        precision, touched = alerts(np.where(last, score, 0), case.positive, case.chain, LAST_LEG)
        tables.day[0].add(system, world, precision)
        tables.day[1].add(system, world, touched)
    leaves, legs = case.start & ~case.end, case.positive & case.start & ~case.end
    answers = past_rules(case) | {
        "enduse, forecast": np.where(leaves, said.onward, -1),
        "enduse, learned score of the day": np.where(leaves, said.on_the_day, -1),
    }
    for system, score in answers.items():
        tables.departure.add(system, world, found(score, legs, FORECAST).recall)
    for measure, value in zip(
        ("precision", "recall", "F1"), edges_f1(said.edges, case.edges), strict=True
    ):
        tables.edges.add(measure, world, value)


def _name_best(table: Table) -> None:
    """Say by how much ours are ahead of the rule that turned out best."""
    rows = [row for row in table.cells if not row.startswith("enduse")]
    for column in table.columns:
        best = max(table.mean(row, column) for row in rows)
        times = [
            f"{table.mean(row, column) / best:.1f}"
            for row in table.cells
            if row.startswith("enduse")
        ]
        table.note += f" {column}: {' and '.join(times)} times the best rule."


def named(asked: Asked) -> list[Table]:
    """Where firms are to be known by their names: unresolved, resolved, and by the truth."""
    precision = Table("Average precision by who is taken to be one party", "parties and system")
    recall = Table("Recall at 1% by who is taken to be one party", "parties and system")
    for condition in _chosen(NAMED, asked):
        for seed in asked.seeds:
            _say(f"{condition.name}: {seed}")
            case = load(condition, asked.lines, seed)
            cases = {
                "as written": replace(case, parties=named_parties(case.shipments)),
                "resolved": replace(case, parties=resolved(party_keys(case.shipments))),
                "resolved, families as one": case,
                "true firms": replace(case, parties=true_parties(case, "firm")),
                "true owners": replace(case, parties=true_parties(case, "group")),
            }
            for name, case in cases.items():
                said = ours.say(case)
                join = peers.two_hops(peers.numbered(case))
                for system, score in ((JOIN, join), (PLAIN, said.plain), (LEARNED, said.learned)):
                    one = found(score, case.positive)
                    precision.add(f"{name}: {system}", condition.name, one.precision)
                    recall.add(f"{name}: {system}", condition.name, one.recall)
    return [table for table in (precision, recall) if table.cells]


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
