"""Numbers of the few among many."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from enduse.flow.ranks import rank, rank_of, ranked


@given(st.lists(st.booleans(), max_size=300))
def test_every_place_that_is_wanted_has_the_number_of_those_before_it(wanted: list[bool]) -> None:
    flags = np.array(wanted, bool)
    ranks = rank(flags)
    assert ranked(ranks) == sum(wanted)
    for place, is_wanted in enumerate(wanted):
        assert rank_of(ranks, place) == (sum(wanted[:place]) if is_wanted else -1)
