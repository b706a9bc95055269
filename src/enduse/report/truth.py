"""What a run found of what was planted in a fictional world, and whom it accused falsely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

ORDINARY = "ordinary"
"""Kind of a line that is neither planted nor a decoy."""

Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Planted:
    """Planted chains of one typology; found: at least one of its lines is."""

    typology: str
    planted: int
    in_review: int
    """Found among the lines to hold or to review."""
    in_chains: int
    """Found in the chains of the goods ledger."""
    found: int
    """Found in the one or in the other."""

    @property
    def missed(self) -> int:
        """Found in neither."""
        return self.planted - self.found


@dataclass(frozen=True, slots=True)
class Accused:
    """Lawful trade of one kind, and how much of it was taken for something else."""

    decoy: str
    lines: int
    """In the world."""
    in_review: int
    """Lines to hold or to review."""
    in_chains: int
    """Lines in chains."""
    parties: int
    """Parties to these lines in chains that are on no planted line there."""


@dataclass(frozen=True, slots=True)
class AgainstTruth:
    """A run beside the truth."""

    planted: tuple[Planted, ...]
    """By typology, most frequent first."""
    accused: tuple[Accused, ...]
    """By kind of lawful trade, most frequent first."""
    chains: int | None
    """Chains of the goods ledger; None: none were sought."""
    false_chains: int
    """Those without any planted line."""

    @property
    def planted_in_all(self) -> Planted:
        """The sum over all typologies."""
        return Planted(
            "",
            sum(row.planted for row in self.planted),
            sum(row.in_review for row in self.planted),
            sum(row.in_chains for row in self.planted),
            sum(row.found for row in self.planted),
        )


def against_truth(truth: pa.Table, findings: pa.Table, steps: pa.Table | None) -> AgainstTruth:
    """Compare a run with the truth of its world.

    Parameters
    ----------
    truth
        ``shipment_id, line_no, diverted, chain_id, typology, decoy``, as in truth.csv.
    findings
        A table as in FINDINGS.
    steps
        A table as in CHAIN_STEPS; None if no chains were sought.
    """
    lines = {_line(row): row for row in truth.to_pylist()}
    desk = {_line(row) for row in findings.to_pylist() if row["action"] != "release"}
    legs = [] if steps is None else steps.to_pylist()
    chained = {_line(row) for row in legs}
    hopeful = {row["chain_id"] for row in legs if lines[_line(row)]["diverted"]}
    chains = {row["chain_id"] for row in legs}
    return AgainstTruth(
        planted=_planted(lines, desk, chained),
        accused=_accused(lines, desk, chained, legs),
        chains=None if steps is None else len(chains),
        false_chains=len(chains - hopeful),
    )


def _planted(
    lines: Mapping[Line, Mapping[str, Any]], desk: set[Line], chained: set[Line]
) -> tuple[Planted, ...]:
    diverted = {line: row for line, row in lines.items() if row["diverted"]}
    typology = {row["chain_id"]: row["typology"] for row in diverted.values()}
    reviewed = {diverted[line]["chain_id"] for line in desk & diverted.keys()}
    traced = {diverted[line]["chain_id"] for line in chained & diverted.keys()}
    counts = [
        Counter(typology[chain] for chain in found)
        for found in (reviewed, traced, reviewed | traced)
    ]
    return tuple(
        Planted(kind, number, *(count[kind] for count in counts))
        for kind, number in Counter(typology.values()).most_common()
    )


def _accused(
    lines: Mapping[Line, Mapping[str, Any]],
    desk: set[Line],
    chained: set[Line],
    legs: list[dict[str, Any]],
) -> tuple[Accused, ...]:
    kinds = {line: row["decoy"] or ORDINARY for line, row in lines.items() if not row["diverted"]}
    reviewed = Counter(kinds[line] for line in desk & kinds.keys())
    traced = Counter(kinds[line] for line in chained & kinds.keys())
    planted = {name for leg in legs if _line(leg) not in kinds for name in _parties(leg)}
    named = {
        (kinds[_line(leg)], name)
        for leg in legs
        if _line(leg) in kinds
        for name in _parties(leg) - planted
    }
    parties = Counter(kind for kind, _ in named)
    return tuple(
        Accused(kind, number, reviewed[kind], traced[kind], parties[kind])
        for kind, number in Counter(kinds.values()).most_common()
    )


def _line(row: Mapping[str, Any]) -> Line:
    return row["shipment_id"], row["line_no"]


def _parties(leg: Mapping[str, Any]) -> set[str]:
    return {leg["exporter"], leg["consignee"]}
