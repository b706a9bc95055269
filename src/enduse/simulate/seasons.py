"""When in the year goods are traded."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from enduse.simulate.catalogue import Families
from enduse.simulate.draws import Floats, Ints

STRONG = (-1, -2, -3, -4)
"""Calendars of goods that are traded in one season only: centred on March, June, September,
December."""
_GROWTH_A_YEAR = 1.02
_WEEKDAYS = (1.0, 1.0, 1.0, 1.0, 0.95, 0.35, 0.15)


class Week:
    """The days of the week, from the first day of a world."""

    def __init__(self, first: date) -> None:
        self._first = first.weekday()

    def working_day(self, rng: np.random.Generator, day: Ints, group: Ints) -> Ints:
        """The day, or one of the week after where it falls on a weekend, when little is traded.

        Days of one group are moved together; groups are numbered below the count of days.
        """
        weekday = (self._first + day) % 7
        idle = rng.random(len(day))[group] >= np.array(_WEEKDAYS)[weekday]
        later = 7 - weekday + rng.integers(0, 5, len(day))[group]
        return day + np.where(idle & (weekday >= 5), later, 0)


class Seasons:
    """Calendars by family of goods (0 and up) and of strong seasons (STRONG).

    A calendar says which share of the trade of the whole time falls on which day: by month, by
    day of the week, and slowly growing.
    """

    def __init__(self, families: Families, first: date, days: int) -> None:
        dates = [first + timedelta(days=n) for n in range(days)]
        month = np.array([(d.month - 1) + (d.day - 1) / 31 for d in dates])
        week = np.array([_WEEKDAYS[d.weekday()] for d in dates])
        trend = week * _GROWTH_A_YEAR ** (np.arange(days) / 365.25)

        def wave(peak: Floats) -> Floats:
            turn: Floats = 2 * np.pi * (month[None, :] - peak[:, None]) / 12
            return np.cos(turn)

        mild = 1 + families.amplitude[:, None] * wave(families.peak_month.astype(np.float64) - 0.5)
        strong = np.maximum(wave(np.array([11.5, 8.5, 5.5, 2.5])) - 0.5, 0.0)
        weights = np.concatenate([mild, strong]) * trend
        # A season that the period does not touch has no trade at all.
        self._until: Floats = np.concatenate(
            [np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1
        ) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)

    def mass(self, season: Ints, day_from: Ints, day_to: Ints) -> Floats:
        """Share of a calendar's trade that falls into a span of days; 0 if it is empty."""
        last = self._until.shape[1] - 1
        start, stop = np.clip(day_from, 0, last), np.clip(day_to, 0, last)
        return np.maximum(self._until[season, stop] - self._until[season, start], 0.0)

    def draw(self, rng: np.random.Generator, season: Ints, day_from: Ints, day_to: Ints) -> Ints:
        """A day for each, by its calendar and within its span."""
        low, high = self._until[season, day_from], self._until[season, day_to]
        level = low + rng.random(len(season)) * (high - low)
        days = np.zeros(len(season), np.int64)
        for calendar in range(len(self._until)):
            # A strong season is counted from the end, as in STRONG.
            of = np.flatnonzero(season % len(self._until) == calendar)
            days[of] = np.searchsorted(self._until[calendar], level[of], side="right") - 1
        return np.clip(days, day_from, np.maximum(day_to - 1, day_from))
