"""What the ledger's links weigh: log-odds learned on fictional worlds, kept as a file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from enduse.flow.chance import PairWeights
from enduse.flow.kernel import AGES, FITS, Floats
from enduse.flow.movements import Level
from enduse.flow.sums import LUCK, SHAPES

Tables: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class SameWeights:
    """Log-odds that a lot went into an order of the very same quantity."""

    offset: float
    arrivals: float
    """Of the logarithm of the rate of arrivals of that quantity a day."""
    departures: float
    age: tuple[float, ...]
    """By step of age in days (`AGES`)."""
    level: tuple[float, ...]
    """By the narrowest `Level` at which the goods agree too; QUANTITY: they agree at none."""

    def tables(self, levels: tuple[Level, ...], most_age: int) -> tuple[Floats, Floats, Floats]:
        """The weights as the ledger looks them up: by day, by place of level, rates."""
        level = np.array(self.level, np.float32)[list(levels)]
        rates = np.array([self.offset, self.arrivals, self.departures], np.float32)
        return _by_day(self.age, most_age), level, rates


@dataclass(frozen=True, slots=True)
class SumWeights:
    """Log-odds that a lot went into an order whose quantities add up with others'."""

    offset: float
    arrivals: float
    departures: float
    age: tuple[float, ...]
    luck: tuple[float, ...]
    """By step of how many sums would come so near by chance (`LUCK`)."""
    shape: tuple[float, ...]
    """By how many lots make up an order, or orders share out a lot."""
    level: tuple[float, ...]
    """By `Level`."""

    def __post_init__(self) -> None:
        if (len(self.luck), len(self.shape)) != (len(LUCK) + 1, SHAPES):
            raise ValueError(f"{len(LUCK) + 1} steps of luck and {SHAPES} shapes are weighed")

    def tables(
        self, levels: tuple[Level, ...], most_age: int
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """The weights as the ledger looks them up: by day, by step of `sums`, by level, rates."""
        steps = np.add.outer(self.luck, self.shape).ravel()
        level = np.array(self.level, np.float32)[list(levels)]
        rates = np.array([self.offset, self.arrivals, self.departures], np.float32)
        by_step = np.concatenate([[0.0], steps]).astype(np.float32)
        return _by_day(self.age, most_age), by_step, level, rates


@dataclass(frozen=True, slots=True)
class LinkWeights:
    """Log-odds that a lot went into an order; natural logarithms."""

    offset: float
    arrivals: float
    """Of the logarithm of the key's rate of arrivals a day."""
    departures: float
    age: tuple[float, ...]
    """By step of age in days (`AGES`)."""
    fit: tuple[float, ...]
    """By step of difference between the quantities (`FITS`)."""
    use: tuple[float, ...]
    """36: by step of how much of the lot is used, then of how much of the order is covered."""
    level: tuple[float, ...]
    """By `Level`."""
    same: SameWeights
    """Of links at the level of the very same quantity, in place of all these."""
    sums: SumWeights
    """Of links that rest on quantities that add up, in place of all these."""
    pairs: PairWeights
    """Of what the table at hand says of nearness and lags, beside all these."""

    @classmethod
    def shipped(cls) -> LinkWeights:
        """The weights that ship with Enduse."""
        return cls.load(Path(str(files("enduse.flow").joinpath("links.json"))))

    @classmethod
    def load(cls, path: Path) -> LinkWeights:
        """Weights from a file that `save` wrote."""
        kept = _tuples(json.loads(path.read_text("utf-8")))
        parts = {"same": SameWeights, "sums": SumWeights, "pairs": PairWeights}
        return cls(**kept | {name: of(**_tuples(kept[name])) for name, of in parts.items()})

    def save(self, path: Path) -> None:
        """Write the weights to a JSON file."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def tables(self, levels: tuple[Level, ...], most_age: int) -> Tables:
        """The weights as the ledger looks them up: by day, by hundredth, by use, by place of level."""
        age = _by_day(self.age, most_age)
        fit = np.array(self.fit)[np.searchsorted(FITS, np.arange(FITS[-1] + 2))]
        tables = age, fit, self.use, np.array(self.level)[list(levels)], (
            self.offset, self.arrivals, self.departures,
        )  # fmt: skip
        first, second, third, fourth, fifth = (np.asarray(table, np.float32) for table in tables)
        return first, second, third, fourth, fifth


def _by_day(steps: tuple[float, ...], most_age: int) -> Floats:
    """Weights by day of age, from those by step."""
    days = np.arange(max(most_age, AGES[-1]) + 1)
    return np.array(steps, np.float32)[np.digitize(days, AGES)]


def _tuples(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
