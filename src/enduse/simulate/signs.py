"""Signs of relationships, drawn by who trades."""

from __future__ import annotations

import numpy as np

from enduse.simulate.assumptions import Rate
from enduse.simulate.draws import Flags, Floats


class Signs:
    """Draws for relationships or pairs, of which some belong to schemes that divert.

    Parameters
    ----------
    diverting
        Whether each belongs to such a scheme.
    silent
        Whether each shows no sign, whatever the rates.
    """

    def __init__(self, rng: np.random.Generator, diverting: Flags, silent: Flags) -> None:
        self.rng = rng
        self.count = len(diverting)
        self._diverting, self._silent = diverting, silent

    def shows(self, rate: Rate) -> Flags:
        """Which of them show a sign."""
        chance = np.where(self._diverting, rate.diverting, rate.legal)
        return np.asarray((self.rng.random(self.count) < chance) & ~self._silent)

    def happens(self, chance: Floats | float) -> Flags:
        """Which of them have something, whoever trades."""
        return np.asarray(self.rng.random(self.count) < chance)
