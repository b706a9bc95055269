"""Signs of relationships, drawn by who trades."""

from __future__ import annotations

import numpy as np

from enduse.simulate.assumptions import Rate
from enduse.simulate.draws import Flags, Floats


class Signs:
    """Draws for relationships or pairs, of which some belong to schemes that divert.

    Parameters
    ----------
    diverting, ordinary
        Whether each belongs to such a scheme, and whether that scheme may show no sign.
    """

    def __init__(self, rng: np.random.Generator, diverting: Flags, ordinary: Flags) -> None:
        self.rng = rng
        self.count = len(diverting)
        self._diverting, self._ordinary = diverting, ordinary

    def shows(self, rate: Rate) -> Flags:
        """Which of them show a sign."""
        chance = np.where(
            self._diverting, np.where(self._ordinary, 0.0, rate.diverting), rate.legal
        )
        return np.asarray(self.rng.random(self.count) < chance)

    def happens(self, chance: Floats | float) -> Flags:
        """Which of them have something, whoever trades."""
        return np.asarray(self.rng.random(self.count) < chance)
