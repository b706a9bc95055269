"""nomenklatura as its own command-line tools use it: an index proposes, logic-v2 scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from followthemoney import Dataset, StatementEntity  # type: ignore[import-not-found, unused-ignore]
from nomenklatura.blocker.index import Index  # type: ignore[import-not-found, unused-ignore]
from nomenklatura.matching import LogicV2, ScoringConfig  # type: ignore[import-not-found, unused-ignore]

_DATASET = Dataset.make({"name": "benchmark", "title": "Benchmark"})
# A list says of whom it speaks; who looks a name up without knowing asks for a LegalEntity,
# which vessels are not, so that they stand as one too.
_SCHEMA = {"person": "Person", "organization": "Organization"}
_PAIRS = {"person": "Person", "organization": "Company", "vessel": "Vessel"}


def _entity(key: str, schema: str, names: Sequence[str]) -> StatementEntity:
    data = {"id": key, "schema": schema, "properties": {"name": list(names)}}
    return StatementEntity.from_data(_DATASET, data)


class _View:
    """What the index reads its entities from."""

    scope = _DATASET

    def __init__(self, entities: Sequence[StatementEntity]) -> None:
        self._entities = entities

    def entities(self, include_schemata: object = None) -> Iterator[StatementEntity]:
        """All."""
        return iter(self._entities)


class LogicV2Matcher:
    """`nomenklatura.matching.LogicV2` behind `nomenklatura.blocker.index.Index`."""

    def __init__(self) -> None:
        self._config = ScoringConfig.defaults()
        self._folder = TemporaryDirectory()
        # Names are cached under the id of their entity, so that no id may come twice.
        self._asked = 0

    def build(self, listed: pa.Table) -> None:
        """Make entities and index them."""
        names: dict[tuple[int, str], list[str]] = {}
        for row in listed.to_pylist():
            names.setdefault((row["entity_key"], row["kind"]), []).append(row["name"])
        self._listed = {
            str(key): _entity(str(key), _SCHEMA.get(kind, "LegalEntity"), texts)
            for (key, kind), texts in names.items()
        }
        self._index = Index(_View(list(self._listed.values())), Path(self._folder.name))
        self._index.build()

    def match(self, asked: Sequence[str], limit: int) -> pa.Table:
        """Score the candidates of each name."""
        first = self._asked
        self._asked += len(asked)
        queries = {
            f"q{first + n}": _entity(f"q{first + n}", "LegalEntity", [name])
            for n, name in enumerate(asked)
        }
        rows: list[tuple[int, int, float]] = []
        for query, candidates in self._index.match_entities(queries.values()):
            found = [
                (int(query.id[1:]) - first, int(key.id), score)
                for key, _ in candidates
                if (score := self._score(queries[query.id], self._listed[key.id])) > 0
            ]
            rows += sorted(found, key=lambda row: -row[2])[:limit]
        rows.sort(key=lambda row: (row[0], -row[2]))
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        types = [pa.int64(), pa.int64(), pa.float64()]
        arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
        return pa.table(arrays, names=["query", "entity_key", "score"])

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """Score pairs."""
        return [
            self._score(
                _entity(f"l{n}", _PAIRS[kind], [one]), _entity(f"r{n}", _PAIRS[kind], [other])
            )
            for n, (one, other, kind) in enumerate(zip(left, right, kinds, strict=True))
        ]

    def _score(self, query: StatementEntity, listed: StatementEntity) -> float:
        return float(LogicV2.compare(query, listed, self._config).score)
