"""Every name compared with every listed one: the plain way, with nothing left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from anyascii import anyascii
from rapidfuzz import fuzz, process

_AT_ONCE = 64


def _sorted_words(name: str) -> str:
    """What `token_sort_ratio` compares, worked out once for each name."""
    return " ".join(sorted(re.findall(r"[a-z0-9]+", anyascii(name).lower())))


class RapidFuzz:
    """`rapidfuzz.fuzz.token_sort_ratio`."""

    def build(self, listed: pa.Table) -> None:
        """Prepare the names."""
        self._names = [_sorted_words(name) for name in listed["name"].to_pylist()]
        self._keys = listed["entity_key"].to_numpy()

    def match(self, asked: Sequence[str], limit: int) -> pa.Table:
        """Compare each name with all."""
        rows: list[tuple[int, int, float]] = []
        for first in range(0, len(asked), _AT_ONCE):
            block = [_sorted_words(name) for name in asked[first : first + _AT_ONCE]]
            scores = process.cdist(block, self._names, scorer=fuzz.ratio, dtype=np.float32)
            most = min(8 * limit, scores.shape[1] - 1)
            near = np.argpartition(-scores, most, axis=1)[:, :most]
            for number, places in enumerate(near):
                best: dict[int, float] = {}
                for place in places[np.argsort(-scores[number, places], kind="stable")]:
                    best.setdefault(int(self._keys[place]), float(scores[number, place]) / 100)
                    if len(best) == limit:
                        break
                rows += [(first + number, key, score) for key, score in best.items()]
        columns = [list(column) for column in zip(*rows, strict=True)]
        return pa.table(columns, names=["query", "entity_key", "score"])

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """Score pairs."""
        return [
            fuzz.ratio(_sorted_words(one), _sorted_words(other)) / 100
            for one, other in zip(left, right, strict=True)
        ]
