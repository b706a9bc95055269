"""How well descriptions are read: invented texts in the manner of investigators' tables.

The texts and their answers stand in ``described.csv`` (English, Ukrainian, Russian and Chinese,
brands that were sold on, codes without a maker, makers without a code, texts in which nothing can
be known) and in ``recovered.csv`` (a noun and what is printed, as tables of recovered parts have
it). Each file was written before anything was read with it; the misses of the held-out halves are
never shown.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.flow.tables import Text
from enduse.components import Reading, read

HALVES = ("tuned", "held-out")
FILES = ("described.csv", "recovered.csv")
_SEPARATORS = re.compile(r"[\s\-/._+,#*()]+")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and what can be known from it; empty: nothing."""

    half: str
    marking: str
    brand: str
    owner: str
    part_number: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of a case."""

    case: Case
    reading: Reading | None
    """The best; none: the reader found nothing."""

    @property
    def maker_named(self) -> bool:
        """A maker was named."""
        return self.reading is not None and bool(self.reading.manufacturer)

    @property
    def maker_right(self) -> bool:
        """The brand or its present owner was named."""
        return (
            self.reading is not None
            and bool(self.reading.manufacturer)
            and bool(self.case.brand)
            and bool(
                {self.reading.manufacturer, self.reading.owner} & {self.case.brand, self.case.owner}
            )
        )

    @property
    def part_right(self) -> bool:
        """The part number is the expected one, separators and case aside; or rightly absent."""
        found = self.reading.part_number if self.reading else None
        return _plain(found or "") == _plain(self.case.part_number)


def cases(file: str, half: str | None = None) -> tuple[Case, ...]:
    """The texts of a half of a file, or of both."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as held:
        texts = tuple(Case(**row) for row in csv.DictReader(held))
    return tuple(case for case in texts if half in (None, case.half))


def outcomes(file: str, half: str) -> tuple[Outcome, ...]:
    """Every text of a half of a file, read."""
    return tuple(
        Outcome(case, found[0] if (found := read(case.marking)) else None)
        for case in cases(file, half)
    )


def run() -> Text:
    """Makers and part numbers by half, printed by ``python -m benchmarks.components``."""
    rows = []
    for file, half in product(FILES, HALVES):
        read_all = outcomes(file, half)
        named = [outcome for outcome in read_all if outcome.maker_named]
        known = [outcome for outcome in read_all if outcome.case.brand]
        coded = [outcome for outcome in read_all if outcome.case.part_number]
        empty = [o for o in read_all if not o.case.part_number and not o.case.brand]
        rows.append(
            [
                file.removesuffix(".csv"),
                half,
                f"{len(read_all)}",
                _share([o.maker_right for o in named]),
                _share([o.maker_right for o in known]),
                _share([o.part_right for o in coded]),
                _share([o.reading is not None and bool(o.reading.part_number) for o in empty]),
            ]
        )
    return Text(
        "Descriptions read",
        "Invented texts as in investigators' tables; the best reading counts. A maker is right "
        "when the brand or its present owner is named; a part number when it is the whole one.",
        (
            "file",
            "half",
            "texts",
            "maker precision",
            "maker recall",
            "part number exact",
            "invented",
        ),
        rows,
    )


def misses(half: str = "tuned") -> str:
    """The texts of a half of both files that were read wrong, a line each.

    Raises
    ------
    ValueError
        For the held-out half: who looks at it tunes on it.
    """
    if half not in HALVES or half == "held-out":
        raise ValueError("Misses are shown of the tuned half alone.")
    lines = []
    for outcome in (outcome for file in FILES for outcome in outcomes(file, half)):
        case, reading = outcome.case, outcome.reading
        maker_fits = outcome.maker_right or (not case.brand and not outcome.maker_named)
        if maker_fits and outcome.part_right:
            continue
        answered = (reading.manufacturer, reading.part_number) if reading else None
        lines.append(f"{case.marking!r}: {case.brand!r} {case.part_number!r}, read as {answered}")
    return "\n".join(lines)


def _plain(code: str) -> str:
    return _SEPARATORS.sub("", code).upper()


def _share(answers: list[bool]) -> str:
    return f"{100 * sum(answers) / len(answers):.1f}% of {len(answers)}" if answers else "—"


if __name__ == "__main__":
    print(misses() if "--misses" in sys.argv else run().text())
