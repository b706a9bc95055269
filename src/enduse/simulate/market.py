"""The market: which firms would trade with each other."""

from __future__ import annotations

import numpy as np

from enduse.simulate.draws import Flags, Groups, Ints, pick_in_groups, pick_rows
from enduse.simulate.firms import Firms, cell
from enduse.simulate.frame import Frame


class Market:
    """Draws firms that would trade with each other."""

    def __init__(self, frame: Frame, firms: Firms) -> None:
        self.frame = frame
        self.catalogue = catalogue = frame.catalogue
        self.firms = firms
        shape = catalogue.countries.sells.shape
        of_firm = cell(catalogue, firms.country, firms.family)
        cells = catalogue.countries.sells.size
        self._sellers = Groups(of_firm, firms.exports * firms.size, cells)
        self._buyers = Groups(of_firm, firms.imports * firms.size, cells)
        self._sells = catalogue.countries.sells * (self._sellers.total.reshape(shape) > 0)
        self._has_buyers = self._buyers.total.reshape(shape) > 0

    def exporters(self, rng: np.random.Generator, family: Ints, allowed: Flags) -> Ints:
        """An exporter for each family, from the countries that are allowed."""
        country = pick_rows(rng, (self._sells * allowed[:, None]).T[family])
        return pick_in_groups(rng, self._sellers, cell(self.catalogue, country, family))

    def consignees(
        self, rng: np.random.Generator, exporter: Ints, family: Ints, allowed: Flags
    ) -> Ints:
        """A consignee abroad for each exporter; -1 where there is none."""
        countries = self.catalogue.countries
        weights = countries.buys * countries.near[self.firms.country[exporter]] * allowed
        weights = weights * self._has_buyers.T[family]
        some = np.flatnonzero(weights.sum(axis=1) > 0)
        country = pick_rows(rng, weights[some])
        chosen = np.full(len(exporter), -1)
        chosen[some] = pick_in_groups(
            rng, self._buyers, cell(self.catalogue, country, family[some])
        )
        return chosen

    def neighbours(self, rng: np.random.Generator, firm: Ints, family: Ints) -> Ints:
        """Another firm of the same country for each, in the family; -1 where there is none."""
        of = cell(self.catalogue, self.firms.country[firm], family)
        has = np.flatnonzero(self._has_buyers.reshape(-1)[of])
        chosen = np.full(len(firm), -1)
        chosen[has] = pick_in_groups(rng, self._buyers, of[has])
        return np.where(chosen == firm, -1, chosen)
