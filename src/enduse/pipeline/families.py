"""Families: firms that may act as one, such as sisters, though they are not one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rigour.addresses import address_fingerprint
from scipy import sparse

from enduse.names import normalise
from enduse.names.clusters import clusters
from enduse.names.words import GENERIC, LEGAL_FORMS
from enduse.pipeline.mentions import COMMON, SEEN_OFTEN, Mentions

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]

# Families, in log-odds. By name: the usual, for each unit of rarity of the words in common (one in
# how many tables of this size holds them by chance, as a logarithm), for each telling word that
# both have beyond those, and for each that one has. Fitted on worlds of the benchmark with seeds
# below 1,000.
_FAMILY = np.array([2.5, 1.2, -12.0, -4.1])
_MOST_RARITY = 6.0
_UNRELATED, _PREMISES, _PEOPLE, _CROWDED = -4.0, 5.0, 5.8, 3.0
"""Names that say nothing; the same address, the same owner or officer as one other party, and how
much less that says, times the logarithm of all the others. Counted on simulated worlds, where an
address or an officer of three and more is an agent's; firms of one owner may be more, so that
three were given the benefit of the doubt."""
_FAMILY_SURE = ((0, 0.5, 0.65, 0.78, 0.95, 1), (0, 0.6, 0.85, 0.93, 0.99, 1))
_SUREST, _LEAST_FAMILY = 4.0, 0.1
_MOST_BEARERS, _MOST_HOUSED, _MOST_DIRECTED = 60, 6, 10
"""What more parties share makes no family."""
_UNSEEN, _UNSEEN_BEARERS = 500, 10
"""A word that is rare in a small table need not be: as if so many names more had been seen, and so
many of them bore it."""
_KEY_WORDS, _RARE, _PLACE = 4, 12, 5


def families(
    said: Mentions, party: Int32s, main: Int64s, registry: pa.Table | None
) -> tuple[Int32s, Float32s]:
    """The family of each party, and how surely it belongs to it.

    Firms of one country whose names have all telling words in common, that sit at one address
    with few others, or that few owners and officers have in common. Families grow by average
    linkage, so that what many share glues none.
    """
    premises = [address_fingerprint(text) or "" if text else "" for text in said.address[main]]
    telling, weights = _telling_words(said.form[main], premises)
    country = said.country[main]
    keys = [_Shared.of(_name_keys(telling, country), _MOST_BEARERS)]
    links = [
        (_Shared.of([[f"{at} {text}"] if text else [] for at, text in zip(country, premises, strict=True)], _MOST_HOUSED), _PREMISES),
        (_Shared.of(_people(said, party, main, registry), _MOST_DIRECTED), _PEOPLE),
    ]  # fmt: skip
    size = len(main)
    pair = np.unique(np.concatenate([shared.pairs() for shared in (*keys, *(k for k, _ in links))]))
    left, right = np.divmod(pair, size)
    z = np.maximum(_by_telling_words(telling, weights, country, left, right), _UNRELATED)
    for shared, worth in links:
        holders = shared.fewest(left, right)
        z += np.where(holders > 1, worth - _CROWDED * np.log(np.maximum(holders - 1, 1)), 0.0)
    score = 1 / (1 + np.exp(-np.minimum(z, _SUREST)))
    kept = score >= _LEAST_FAMILY
    found = clusters(
        pa.table({"left": left[kept], "right": right[kept], "score": score[kept]}),
        pa.array(np.arange(size)),
    )
    sure = np.interp(found["confidence"].to_numpy(), *_FAMILY_SURE)
    sure[found["cluster_size"].to_numpy() == 1] = 1.0
    return found["cluster_key"].to_numpy().astype(np.int32), sure.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What parties hold in common, as a matrix: parties by values of two to so many holders."""

    holds: sparse.csr_array

    @classmethod
    def of(cls, values: Sequence[Iterable[str]], most: int) -> _Shared:
        number: dict[str, int] = {}
        each = [[number.setdefault(v, len(number)) for v in set(held)] for held in values]
        rows = np.repeat(np.arange(len(each)), [len(held) for held in each])
        columns = np.fromiter(chain.from_iterable(each), np.int64, len(rows))
        holders = np.bincount(columns, minlength=max(len(number), 1))
        kept = (holders[columns] > 1) & (holders[columns] <= most)
        entries = (holders[columns[kept]], (rows[kept], columns[kept]))
        shape = (len(each), len(holders))
        return cls(sparse.csr_array(sparse.coo_array(entries, shape=shape)))

    def pairs(self) -> Int64s:
        """Pairs of parties with a value in common: the lower times the number of parties, plus the higher."""
        by_value = self.holds.tocsc()
        party = by_value.indices.astype(np.int64)
        value = np.repeat(np.arange(by_value.shape[1]), np.diff(by_value.indptr))
        found = [np.empty(0, dtype=np.int64)]
        for step in range(1, int(self.holds.data.max(initial=1))):
            at = np.flatnonzero(value[step:] == value[:-step])
            one, other = party[at], party[at + step]
            found.append(np.minimum(one, other) * self.holds.shape[0] + np.maximum(one, other))
        return np.concatenate(found)

    def fewest(self, left: Int64s, right: Int64s) -> Int64s:
        """How many hold the rarest value that each pair has in common; 0 if there is none."""
        # The smallest holder count among those shared is the largest of its inverses.
        inverse = self.holds.astype(np.float64)
        inverse.data = 1 / inverse.data
        most = inverse[left].minimum(inverse[right]).max(axis=1).toarray().ravel()
        fewest: Int64s = np.rint(np.divide(1, most, out=np.zeros_like(most), where=most > 0))
        return fewest.astype(np.int64)


def _telling_words(
    forms: npt.NDArray[np.object_], premises: list[str]
) -> tuple[list[list[str]], dict[str, float]]:
    """The words of each name that tell firms apart, the rarest first, and the weight of each."""
    words = [set(form.split()) for form in forms]
    bearers = Counter(chain.from_iterable(words))
    places = Counter(chain.from_iterable(set(text.split()) for text in premises))
    common = max(COMMON * len(forms), SEEN_OFTEN)
    weights = {
        word: float(
            np.log(
                (len(forms) + _UNSEEN)
                / (count + _UNSEEN_BEARERS * _UNSEEN / (len(forms) + _UNSEEN))
            )
        )
        for word, count in bearers.items()
        if count <= common
        and len(word) > 1
        and not word.isdigit()
        and places[word] < _PLACE
        and word not in GENERIC
        and word not in LEGAL_FORMS
    }
    telling = [
        sorted((w for w in held if w in weights), key=lambda w: (-weights[w], w)) for held in words
    ]
    return telling, weights


def _name_keys(telling: list[list[str]], country: npt.NDArray[np.object_]) -> list[list[str]]:
    """Under what parties meet by name: all their telling words, any two, and a rare one."""
    keys = []
    bearers = Counter(chain.from_iterable(telling))
    for words, at in zip(telling, country, strict=True):
        held = [" ".join([at, *sorted(words)])] if words else []
        held += [f"{at}  {' '.join(sorted(two))}" for two in combinations(words[:_KEY_WORDS], 2)]
        held += [f"{at}   {word}" for word in words if bearers[word] <= _RARE]
        keys.append(held)
    return keys


def _by_telling_words(
    telling: list[list[str]],
    weights: dict[str, float],
    country: npt.NDArray[np.object_],
    left: Int64s,
    right: Int64s,
) -> Floats:
    """Log-odds that pairs of parties are of one family, by their names."""
    number = {word: n for n, word in enumerate(weights)}
    count = np.array([len(words) for words in telling])
    columns = np.array([number[word] for words in telling for word in words], dtype=np.int64)
    weight = np.array([weights[word] for words in telling for word in words])
    shape = (len(telling), max(len(number), 1))
    ends = np.concatenate([[0], np.cumsum(count)])
    says = sparse.csr_array((weight, columns, ends), shape=shape)
    holds = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=shape)
    rarity = says[left].multiply(holds[right]).sum(axis=1) - np.log(len(telling) + _UNSEEN)
    shared = holds[left].multiply(holds[right]).sum(axis=1)
    over = np.stack([count[left] - shared, count[right] - shared])
    less, more = over.min(axis=0), over.max(axis=0)
    rarity = np.minimum(rarity, _MOST_RARITY)
    odds = _FAMILY @ np.stack([np.ones(len(left)), rarity, less, more - less])
    return np.where((shared > 0) & (country[left] == country[right]), odds, -np.inf)


def _people(
    said: Mentions, party: Int32s, main: Int64s, registry: pa.Table | None
) -> list[list[str]]:
    """The owners and officers of each party, and the party itself as an owner."""
    people: list[list[str]] = [[] for _ in main]
    if registry is None:
        return people
    by_number = {number: p for number, p in zip(said.id, party, strict=True) if number and p >= 0}
    by_name: dict[tuple[str, str], int] = {}
    for n, key in enumerate(zip(said.form[main], said.country[main], strict=True)):
        by_name[key] = -1 if key in by_name else n
    for row in registry.select(["entity_id", "name", "country", "officers", "owners"]).to_pylist():
        company = normalise(row["name"])
        at = by_number.get(row["entity_id"].upper(), by_name.get((company, row["country"]), -1))
        if at >= 0:
            held = [*(row["officers"] or ()), *(owner["name"] for owner in row["owners"] or ())]
            people[at] += [person for person in map(normalise, held) if person]
            people[at].append(company)
    return people
