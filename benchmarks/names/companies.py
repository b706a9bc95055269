"""Companies and people by their names in English, Chinese, Japanese and Korean.

The table is of this project's own making, from what is publicly known. `way` says how the name in
the other script came about: 'sound' (Huawei), 'meaning' (Heavy Industries) or 'both'.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.names.listed import plain, split_of

_TABLE = Path(__file__).resolve().parent / "companies.csv"


@dataclass(frozen=True, slots=True)
class Company:
    """A company, institution or person; several names of one language stand in order of use."""

    kind: str
    way: str
    english: tuple[str, ...]
    simplified: tuple[str, ...]
    traditional: tuple[str, ...]
    japanese: tuple[str, ...]
    korean: tuple[str, ...]

    @property
    def id(self) -> str:
        """What tells it from others: its English name without case and order."""
        return plain(self.english[0])

    @property
    def split(self) -> str:
        """The split it belongs to."""
        return split_of(self.id)

    def names(self, language: str) -> tuple[str, ...]:
        """Names in 'chinese' (simplified and traditional), 'japanese' or 'korean'."""
        if language == "chinese":
            return tuple(dict.fromkeys(self.simplified + self.traditional))
        return self.japanese if language == "japanese" else self.korean


@lru_cache(maxsize=1)
def companies() -> tuple[Company, ...]:
    """The whole table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Company(
                row["kind"],
                row["way"],
                *(
                    tuple(name for name in row[column].split("; ") if name)
                    for column in ("en", "zh_hans", "zh_hant", "ja", "ko")
                ),
            )
            for row in csv.DictReader(file)
        )
