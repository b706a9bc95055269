"""Tables that fill up value by value, printed as Markdown and kept as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.names.tables import markdown


@dataclass(slots=True)
class Table:
    """Values by row and column, several in a cell where worlds of several seeds were measured."""

    title: str
    corner: str
    note: str = ""
    percent: bool = False
    cells: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)

    def add(self, row: str, column: str, value: float) -> None:
        """One more value of a cell."""
        if column not in self.columns:
            self.columns.append(column)
        self.cells.setdefault(row, {}).setdefault(column, []).append(float(value))

    def mean(self, row: str, column: str) -> float:
        """Of a cell."""
        return float(np.mean(self.cells[row][column]))

    def text(self) -> str:
        """As Markdown: the mean, and the range where there are several values."""
        rows = [
            [row, *(self._told(cells.get(column, [])) for column in self.columns)]
            for row, cells in self.cells.items()
        ]
        parts = [f"## {self.title}", self.note, markdown([self.corner, *self.columns], rows)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _told(self, values: Sequence[float]) -> str:
        known = [value for value in values if not np.isnan(value)]
        if not known:
            return "–"
        factor, shape, unit = (100, ".0f", "%") if self.percent else (1, ".3f", "")
        mean = f"{factor * np.mean(known):{shape}}{unit}"
        if len(known) == 1:
            return mean
        shape = ".0f" if self.percent else ".2f"
        return f"{mean} ({factor * min(known):{shape}}–{factor * max(known):{shape}})"

    def kept(self) -> dict[str, object]:
        """For a JSON file."""
        return {"title": self.title, "note": self.note, "cells": self.cells}


@dataclass(frozen=True, slots=True)
class Text:
    """A table whose cells are told already."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """As Markdown."""
        parts = [f"## {self.title}", self.note, markdown(self.header, self.rows)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def kept(self) -> dict[str, object]:
        """For a JSON file."""
        return {"title": self.title, "note": self.note, "header": self.header, "rows": self.rows}
