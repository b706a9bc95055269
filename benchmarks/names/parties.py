"""Names in any number: a list as large as wanted, and parties under several spellings."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.names import invented
from benchmarks.names.alterations import ALTERATIONS
from benchmarks.names.listed import LISTED, lists, table

_COINED = 150_000
"""Coined stems of companies among which a large list draws; family names come besides."""

_ZIPF = 0.85
"""How fast the frequency of a word falls with its rank; about as in company registers."""


class _Pool:
    """Words, a few of them frequent and most of them rare."""

    def __init__(self, words: Sequence[str], rng: np.random.Generator) -> None:
        self._words = pa.array(list(dict.fromkeys(words))).take(
            pa.array(rng.permutation(len(dict.fromkeys(words))))
        )
        self._reach = np.cumsum(1.0 / np.arange(1, len(self._words) + 1) ** _ZIPF)

    def draw(self, count: int, rng: np.random.Generator) -> pa.Array:
        """So many words."""
        at = np.searchsorted(self._reach, rng.random(count) * self._reach[-1])
        return self._words.take(pa.array(at))


class _Maybe:
    """A word of a pool, or none."""

    def __init__(self, pool: _Pool, share: float) -> None:
        self._pool, self._share = pool, share

    def draw(self, count: int, rng: np.random.Generator) -> pa.Array:
        """So many words, some of them blank."""
        return pc.if_else(
            pa.array(rng.random(count) < self._share), self._pool.draw(count, rng), ""
        )


def _people(count: int, rng: np.random.Generator) -> pa.Array:
    words = invented.vocabulary(None)
    shares = invented.shares()
    weights = np.array(list(shares.values()), dtype=float)
    parts = []
    for culture, many in zip(
        shares, rng.multinomial(count, weights / weights.sum()).tolist(), strict=True
    ):
        uses = words[culture]
        given = _Pool(uses["given"], rng)
        middle = _Pool([*uses["given"], *uses.get("middle", ())], rng)
        family = _Pool([*uses["family"], *_sampled(uses, 4_000, rng)], rng)
        columns = (given, _Maybe(middle, 0.4), family)
        parts.append(_joined([column.draw(many, rng) for column in columns]))
    return pa.concat_arrays(parts)


def _companies(count: int, rng: np.random.Generator) -> pa.Array:
    words = invented.vocabulary(None)
    own = words["companies"]
    families = [
        family
        for culture in invented.shares()
        for family in (*words[culture]["family"], *_sampled(words[culture], 1_000, rng))
    ]
    coined, family = _Pool(_sampled(own, _COINED, rng), rng), _Pool(families, rng)
    chinese = _Pool(_sampled(words["people.chinese"], 10_000, rng), rng)
    first, second, city = (_Pool(own[use], rng) for use in ("first", "second", "city"))
    trade, form = _Pool(own["trade"], rng), _Pool(own["form"], rng)
    sorts = (
        (0.30, (coined,)),
        (0.15, (coined, second)),
        (0.25, (family, _Maybe(family, 0.3))),
        (0.15, (first, second, _Maybe(city, 0.5))),
        (0.15, (city, chinese)),
    )
    parts = []
    for share, stem in sorts:
        columns = (*stem, _Maybe(trade, 0.9), _Maybe(trade, 0.2), form)
        many = round(count * share)
        parts.append(_joined([column.draw(many, rng) for column in columns]))
    return pa.concat_arrays(parts)


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    joined = pc.binary_join_element_wise(*columns, " ")
    return pc.replace_substring_regex(joined, " +", " ")


def _sampled(uses: Mapping[str, Sequence[str]], count: int, rng: np.random.Generator) -> list[str]:
    """So many coined words, or as many as there are."""
    middles = ["", *(m for m in uses.get("middle", ()) if len(m) == 2)]
    middles += [a + b for a in middles for b in middles if a and b] if len(middles) > 20 else []
    parts = [uses["start"], middles, uses["end"]]
    whole = int(np.prod([len(part) for part in parts]))
    at = rng.choice(whole, size=min(count, whole), replace=False)
    places = np.unravel_index(at, [len(part) for part in parts])
    return [
        parts[0][a] + parts[1][b] + parts[2][c]
        for a, b, c in zip(*(place.tolist() for place in places), strict=True)
    ]


def party_names(count: int, seed: int = 0) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """So many distinct names of parties that do not exist, and which of them are people.

    Tokens are as unequal in frequency as in registers, and many: at two million names some
    two hundred thousand.
    """
    rng = np.random.default_rng(seed)
    names, is_person = pa.array([], pa.string()), np.empty(0, dtype=bool)
    while len(names) < count:
        lacking = round((count - len(names)) * 1.15) + 100
        people = _people(round(lacking * 0.35), rng)
        companies = _companies(lacking - len(people), rng)
        both = pa.concat_arrays([names, people, companies])
        flags = np.concatenate(
            [is_person, np.ones(len(people), bool), np.zeros(len(companies), bool)]
        )
        _, first = np.unique(np.asarray(both.dictionary_encode().indices), return_index=True)
        order = rng.permutation(first)
        names, is_person = both.take(pa.array(order)), flags[order]
    return names.slice(0, count), is_person[:count]


def list_of(size: int, data: Path, seed: int = 0) -> pa.Table:
    """A list of so many names: real ones first, then invented parties of one name each."""
    real = table(lists(data).entities, ("latin",))
    if size < len(real):
        rng = np.random.default_rng(seed)
        return real.take(pa.array(np.sort(rng.choice(len(real), size, replace=False))))
    names, is_person = party_names(size - len(real), seed)
    first = len(lists(data).entities)
    keys = pa.array(np.arange(first, first + len(names)))
    kinds = pc.if_else(pa.array(is_person), "person", "organization")
    return pa.concat_tables([real, pa.table([keys, names, kinds], schema=LISTED)])


def queries_for(listed: pa.Table, count: int, seed: int = 1) -> list[str]:
    """Names to look up in a list: a quarter as listed, a quarter altered, half unrelated."""
    chance = random.Random(seed)
    names = listed["name"]
    chosen = [names[chance.randrange(len(names))].as_py() for _ in range(count // 2)]
    ways = list(ALTERATIONS.values())
    altered = [chance.choice(ways)(name, chance) or name for name in chosen[: count // 4]]
    unrelated = count - len(altered) - len(chosen[count // 4 :])
    companies = islice(invented.companies(None, chance), unrelated // 2)
    people = islice(invented.people(None, chance), unrelated - unrelated // 2)
    found = [*altered, *chosen[count // 4 :], *companies, *people]
    chance.shuffle(found)
    return found


_COUNTRIES = [
    "CN",
    "HK",
    "TR",
    "AE",
    "DE",
    "IT",
    "US",
    "KZ",
    "KG",
    "UZ",
    "AM",
    "GE",
    "IN",
    "KR",
    "JP",
    "TW",
    "VN",
    "MY",
    "SG",
    "TH",
    "PL",
    "RS",
    "GB",
    "FR",
    "NL",
]

_SPELLINGS = (
    "typing, one error", "typing, one error", "misread, one letter", "romanised otherwise",
    "word dropped", "words reordered", "legal form", "legal form", "legal form", "abbreviated",
    "words joined", "word parted", "accents",
)  # fmt: skip


def spelled_parties(count: int, seed: int = 0) -> pa.Table:
    """So many distinct party names, each a spelling of a firm or person that bears several.

    Returns
    -------
    pyarrow.Table
        `party_key` (row), `name`, `kind`, `country` (missing in one of ten), `city` (missing in
        three of ten), `cluster` (who it is: for judging alone). Six of ten parties are written
        in one way alone, the others in two to six; firms of like names are different ones.
    """
    rng, chance = np.random.default_rng(seed), random.Random(seed)
    firms, is_person = party_names(round(count / 1.6) + 50, seed + 1)
    ways = rng.choice(6, size=len(firms), p=(0.6, 0.2, 0.1, 0.05, 0.03, 0.02)) + 1
    country = rng.zipf(1.6, len(firms)) % len(_COUNTRIES)
    cities = invented.vocabulary(None)["companies"]["city"]
    city = rng.integers(0, 4, len(firms)) + 2 * country
    rows: dict[str, int] = {}
    for number, (name, many) in enumerate(zip(firms.to_pylist(), ways.tolist(), strict=True)):
        rows.setdefault(name, number)
        for _ in range(many - 1):
            other = _spelling(name, chance)
            rows.setdefault(other, number)
        if len(rows) >= count:
            break
    names = np.array(list(rows), dtype=object)[:count]
    cluster = np.array(list(rows.values()), dtype=np.int64)[:count]
    order = rng.permutation(len(names))
    names, cluster = names[order], cluster[order]
    no_country, no_city = rng.random(len(names)) < 0.1, rng.random(len(names)) < 0.3
    place = pa.array(_COUNTRIES).take(pa.array(country[cluster]))
    town = pa.array(cities).take(pa.array(city[cluster] % len(cities)))
    return pa.table(
        {
            "party_key": np.arange(len(names)),
            "name": pa.array(names.tolist()),
            "kind": pc.if_else(pa.array(is_person[cluster]), "person", "organization"),
            "country": pc.if_else(pa.array(no_country), pa.scalar(None, pa.string()), place),
            "city": pc.if_else(pa.array(no_city), pa.scalar(None, pa.string()), town),
            "cluster": cluster,
        }
    )


def _spelling(name: str, chance: random.Random) -> str:
    """Another spelling: one alteration or two, and often in capitals."""
    text = name
    for _ in range(chance.choice((1, 1, 2))):
        text = ALTERATIONS[chance.choice(_SPELLINGS)](text, chance) or text
    return text.upper() if chance.random() < 0.4 else text
