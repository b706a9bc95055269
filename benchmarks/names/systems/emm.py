"""ING's entity-matching model: the cosine of weighted pairs of letters.

It drops what is not Latin, so that names are romanised for it first.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
from anyascii import anyascii
from emm import PandasEntityMatching  # type: ignore[import-not-found, unused-ignore]

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")

_MORE_NAMES = 3
"""Names it is asked for over the entities wanted, as several may be of one entity."""


class Emm:
    """`emm.PandasEntityMatching` without its trained layer, which needs labelled names."""

    def build(self, listed: pa.Table) -> None:
        """Fit it to the list."""
        self._names = listed.select(["entity_key", "name"]).to_pandas()
        self._names.columns = ["id", "name"]
        self._names["name"] = self._names["name"].map(anyascii)
        letters = {
            "type": "cosine_similarity",
            "tokenizer": "characters",
            "ngram": 2,
            "num_candidates": 10 * _MORE_NAMES,
            "cos_sim_lower_bound": 0.2,
        }
        self._model = PandasEntityMatching(name_only=True, n_jobs=1, indexers=[letters])
        self._model.fit(self._names)

    def match(self, asked: Sequence[str], limit: int) -> pa.Table:
        """Transform the names."""
        frame = pd.DataFrame({"name": [anyascii(name) for name in asked], "id": range(len(asked))})
        found = self._model.transform(frame).dropna(subset=["gt_entity_id", "score_0"])
        found = found.rename(
            columns={"entity_id": "query", "gt_entity_id": "entity_key", "score_0": "score"}
        )[["query", "entity_key", "score"]].astype({"query": int, "entity_key": int})
        found = found.sort_values(["query", "score"], ascending=[True, False], kind="stable")
        found = found.drop_duplicates(["query", "entity_key"]).groupby("query").head(limit)
        return pa.Table.from_pandas(found.astype({"score": float}), preserve_index=False)

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """It scores only what stands on its list."""
        raise NotImplementedError
