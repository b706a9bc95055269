"""A score learned from an authority's own closed cases."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from enduse.engine.files import whole_file
from enduse.errors import InputError
from enduse.flow import Learned, Traced
from enduse.flow.learned import Lesson, learn

OTHERS = 0.25
"""How much a line counts that is in no case."""
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})


def learn_from_cases(
    traced: Traced, cases: Path, out: Path, *, others: float = OTHERS
) -> dict[str, int]:
    """Learn a score from one's own closed cases, going on from the score that ships.

    Parameters
    ----------
    traced
        A trace of the shipments that the cases speak of.
    cases
        CSV with the columns ``shipment_id``, ``diverted`` (yes or no) and, if there is one,
        ``line_no``.
    out
        File for the score.
    others
        How much a line counts that is in no case: nobody knows of it, and what the score that ships
        says of it is believed.

    Raises
    ------
    InputError
        If the cases cannot be read, or none of them is among the shipments.
    """
    answers = _read_cases(cases)
    table = traced.shipments.select(["shipment_id", "line_no"]).to_pylist()
    known = [
        answers.get(
            (line["shipment_id"], line["line_no"]), answers.get((line["shipment_id"], None))
        )
        for line in table
    ]
    if traced.mirrors:
        for kept, dropped in zip(traced.mirrors.kept, traced.mirrors.dropped, strict=True):
            known[kept] = known[dropped] if known[kept] is None else known[kept]
    counts = {"cases": len(answers), "diverted": known.count(True), "lawful": known.count(False)}
    if not counts["diverted"] or not counts["lawful"] + others:
        raise InputError(
            f"None of the {len(answers)} cases in {cases} is a diverted line of these shipments.",
            hint="shipment_id must be written as in the shipments; diverted is yes or no.",
        )
    told = [np.nan if answer is None else float(answer) for answer in known]
    diverted = np.array(told, np.float32)[traced.ledger.movements.row]
    weight = np.where(np.isnan(diverted), others, 1).astype(np.float32)
    lesson = Lesson(traced.ledger, traced.origins, traced.ends, diverted, weight)
    name = f"learned from {counts['diverted'] + counts['lawful']} lines of {cases.name}"
    grown = learn([lesson], name=name, base=Learned.shipped())
    with whole_file(out) as part:
        grown.save(part)
    return counts


def _read_cases(path: Path) -> dict[tuple[str, int | None], bool]:
    answers: dict[tuple[str, int | None], bool] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            for row in csv.DictReader(text):
                word = row["diverted"].strip().casefold()
                if word not in _YES | _NO:
                    raise InputError(
                        f"{path}: '{row['diverted']}' in the column diverted is neither yes nor no.",
                        hint="Write yes or no.",
                    )
                line = (row.get("line_no") or "").strip()
                answers[row["shipment_id"].strip(), int(line) if line else None] = word in _YES
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path} cannot be read as closed cases: {error}.",
            hint="A CSV with the columns shipment_id, diverted and, if there is one, line_no.",
        ) from error
    return answers
