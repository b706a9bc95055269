"""How much a person's name alone can say: many bear the name of Mohammed Ali."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.screen.met import Floats
from enduse.screen.qualifiers import SUREST_NAME, log_odds

VERY_COMMON = 0.9
"""What the very name of a listed person scores at least: whoever bears it must be looked at."""

_NAMESAKES = 7.0
"""As if so many persons (logarithm) were about, any of whom may bear the name by chance."""
# Fewer persons than this say little of how rare a word is.
_FEWEST = 10_000
_NO_WORD = r"[^\p{L}\p{N}]+"
_LATIN = r"^[\P{L}\p{Latin}]*$"


class NameRarity:
    """The words of the names of listed persons, and how many bear each.

    The words of a name are taken as independent. That is rough for 'Kim Jong Un', and right to
    within what it is used for: whether one in a hundred or one in a million bears a name.
    """

    def __init__(self, listings: pa.Table, names: pa.Table) -> None:
        kind = listings["kind"].take(
            pc.index_in(names["entity_key"], listings["entity_key"].combine_chunks())
        )
        names = names.filter(pc.equal(kind, "person"))
        words = _words(names["name"])
        bearer = names["entity_key"].take(pc.list_parent_indices(words))
        borne = pa.table({"word": pc.list_flatten(words), "by": bearer})
        held = (
            borne.group_by(["word", "by"])
            .aggregate([])
            .group_by("word")
            .aggregate([("by", "count")])
        )
        self._word = held["word"].combine_chunks()
        persons = max(pc.count_distinct(bearer).as_py(), _FEWEST)
        share = (held["by_count"].to_numpy() + 1) / persons
        self._says = -np.log(np.minimum(share, 1.0))

    def most(self, matched: pa.ChunkedArray, primary: pa.ChunkedArray) -> Floats:
        """The log-odds that a person is the listed one, if both bear the very same name.

        Parameters
        ----------
        matched
            Names on the list.
        primary
            The primary names of the same entities: they tell how common a name is where the one
            that matched is in letters that few names on the lists are in.
        """
        names = pc.if_else(pc.match_substring_regex(matched, _LATIN), matched, primary)
        words = _words(names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names)
        at = pc.index_in(pc.list_flatten(words), self._word)
        unheard = float(self._says.max(initial=0.0))
        says = (
            np.where(at.is_valid(), self._says[at.fill_null(0)], unheard)
            if len(self._word)
            else np.full(len(at), unheard)
        )
        name = np.asarray(pc.list_parent_indices(words), dtype=np.int64)
        rarity = np.bincount(name, says, minlength=len(names)) - _NAMESAKES
        return np.clip(rarity, float(log_odds(np.array(VERY_COMMON))), SUREST_NAME)


def _words(names: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The distinct words of each name; empty ones fall away."""
    held = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(held), _NO_WORD, " "))
    return pc.split_pattern(text, " ")
