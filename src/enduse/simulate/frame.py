"""The frame of a world: what was asked for, and the calendar and catalogue that it keeps to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.catalogue import Catalogue, catalogue
from enduse.simulate.draws import Flags
from enduse.simulate.seasons import Seasons, Week

NEVER = 10**6
"""A day that does not come; days count from the first day of a world."""
GOODS_A_PAIR = 1.6
"""Kinds of goods that two partners trade, on average."""
_STAGES = ("diversions", "legal chains", "firms", "trade", "terms", "companies", "ledger", "files")


@dataclass(frozen=True)
class Frame:
    """What world is wanted."""

    settings: WorldSettings
    lines: int
    seed: int
    diversion_share: float
    start: date
    end: date

    def generator(self, stage: str) -> np.random.Generator:
        """The stream of a stage: its own, so that a change in one leaves the others as they are."""
        key = [self.seed, 0, _STAGES.index(stage)]
        return np.random.default_rng(np.random.SeedSequence(key))

    @property
    def catalogue(self) -> Catalogue:
        """Goods, families and countries."""
        return catalogue()

    @property
    def days(self) -> int:
        """How many days the world has."""
        return (self.end - self.start).days + 1

    @property
    def embargo(self) -> int:
        """Day on which the embargo begins."""
        return (self.settings.embargo_date - self.start).days

    @cached_property
    def seasons(self) -> Seasons:
        """When in the year goods are traded."""
        return Seasons(self.catalogue.families, self.start, self.days)

    @cached_property
    def week(self) -> Week:
        """The days of the week."""
        return Week(self.start)

    @cached_property
    def embargoed(self) -> Flags:
        """Whether a country is under embargo, by country."""
        return np.isin(self.catalogue.countries.code, self.settings.embargoed)

    @cached_property
    def hubs(self) -> Flags:
        """Whether a country is a hub, by country."""
        codes = [code for code, _ in self.settings.hubs]
        return np.isin(self.catalogue.countries.code, codes)

    @property
    def firms(self) -> int:
        """How many firms share the background trade, about."""
        return int(np.ceil(self.lines**0.72))

    @property
    def relationships(self) -> int:
        """How many relationships share the background trade, about."""
        return max(200, int(self.lines**0.88))

    @property
    def chains_a_scheme(self) -> float:
        """How often a cast passes goods on: about as often as partners trade in as long a time."""
        lines_a_pair = GOODS_A_PAIR * self.lines / self.relationships
        return float(np.clip(lines_a_pair, 4.0, 9.0))
