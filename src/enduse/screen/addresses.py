"""Addresses that a party shares with a listed one."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from rigour.addresses import address_fingerprint

ADDRESS_HITS = pa.schema(
    [
        pa.field("address_key", pa.int64(), nullable=False),
        pa.field("entity_key", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("matched_address", pa.string(), nullable=False),
    ]
)
"""Where an address is that of a listed entity."""

LEAST_ADDRESS_SCORE = 0.9

_COUNTRY_DIFFERS = 0.05
_POSTCODE = re.compile(r"\d{5,}")
_SHORTEST_STREET = 4
# What addresses are made of everywhere, and no street's name.
_FURNITURE = """
    area avenue bldg block blvd boulevard building business center central centre city complex
    corner district east estate floor free hall hotel house industrial lane main near north office
    opposite park place plaza pobox prospekt province region road room shop south square street
    suite tower town trade ulitsa unit village west zone
"""
_NO_STREET = frozenset(_FURNITURE.split())


class AddressIndex:
    """The addresses of listed entities, to be found again as others write them.

    Two addresses are the same if they hold the same numbers, at least one (a postcode may
    be left out); if
    they share a word that may name a street; and if nine tenths of the weight of all words of
    both are shared, a word weighing by how rare it is among listed addresses. Abbreviations
    ('ul.', 'St.', 'Bldg') and the names of places in any language are brought to one form by the
    tables of the package `rigour`. A city alone is never matched.

    Examples
    --------
    >>> listings = pa.table({
    ...     "entity_key": [4],
    ...     "addresses": [["Office 7, ul. Zavodskaya 14, Moscow, Russia"]],
    ...     "countries": [["RU"]],
    ... })
    >>> addresses = pa.table({
    ...     "address_key": [1, 2, 3],
    ...     "address": ["ulitsa Zavodskaya, 14, office 7, Moskva", "Moscow, Russia",
    ...                 "ul. Zavodskaya 15, office 7, Moscow"],
    ... })
    >>> AddressIndex(listings).match(addresses).select(["address_key", "entity_key"]).to_pylist()
    [{'address_key': 1, 'entity_key': 4}]
    """

    def __init__(self, listings: pa.Table) -> None:
        rows = listings["addresses"].combine_chunks()
        listed = listings["entity_key"].take(pc.list_parent_indices(rows))
        self._entity: list[int] = listed.to_pylist()
        self._written: list[str] = pc.list_flatten(rows).fill_null("").to_pylist()
        self._words = [_words(text) for text in self._written]
        holders = Counter(word for words in self._words for word in words)
        scale = math.log1p(len(self._words)) or 1.0
        self._weight = {
            word: math.log1p(len(self._words) / held) / scale for word, held in holders.items()
        }
        self._found_by: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, words in enumerate(self._words):
            for key in _keys(words):
                self._found_by[key].append(number)
        self._countries: dict[int, list[str]] = {
            entity: countries
            for entity, countries in zip(
                listings["entity_key"].to_pylist(), listings["countries"].to_pylist(), strict=True
            )
            if countries
        }

    def match(self, addresses: pa.Table) -> pa.Table:
        """The listed entities at each address.

        Parameters
        ----------
        addresses
            Columns `address_key` (int64), `address` (string, null allowed) and, if known,
            `country` (alpha-2): one that the list does not tie the entity to makes the match
            worth less.

        Returns
        -------
        pyarrow.Table
            Schema `ADDRESS_HITS`: at most one row for an address and an entity, score 0.9 to 1;
            by address as given, falling score, then entity.
        """
        found: list[tuple[int, int, float, str]] = []
        countries = (
            addresses["country"].to_pylist()
            if "country" in addresses.column_names
            else [None] * len(addresses)
        )
        keys, texts = addresses["address_key"].to_pylist(), addresses["address"].to_pylist()
        for key, text, country in zip(keys, texts, countries, strict=True):
            best: dict[int, tuple[float, str]] = {}
            for score, number in self._near(_words(text or "")):
                entity = self._entity[number]
                ties = self._countries.get(entity)
                if country and ties and country not in ties:
                    score -= _COUNTRY_DIFFERS
                if score >= LEAST_ADDRESS_SCORE:
                    best[entity] = max(best.get(entity, (0.0, "")), (score, self._written[number]))
            found += [
                (key, entity, round(score, 6), written)
                for entity, (score, written) in sorted(
                    best.items(), key=lambda item: (-item[1][0], item[0])
                )
            ]
        columns = zip(*found, strict=True) if found else ([], [], [], [])
        return pa.table(
            [pa.array(c, f.type) for c, f in zip(columns, ADDRESS_HITS, strict=True)],
            schema=ADDRESS_HITS,
        )

    def _near(self, words: frozenset[str]) -> Iterator[tuple[float, int]]:
        candidates = {number for key in _keys(words) for number in self._found_by.get(key, ())}
        ours = self._total(words)
        for number in candidates:
            theirs = self._words[number]
            if _postcodes_differ(words, theirs):
                continue
            yield 2 * self._total(words & theirs) / (ours + self._total(theirs)), number

    def _total(self, words: frozenset[str]) -> float:
        return math.fsum(self._weight.get(word, 1.0) for word in words)


def _words(address: str) -> frozenset[str]:
    return frozenset((address_fingerprint(address) or "").split())


def _postcodes_differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether both sides have a postcode (or another long number) that the other has not."""
    return any(map(_POSTCODE.fullmatch, ours - theirs)) and any(
        map(_POSTCODE.fullmatch, theirs - ours)
    )


def _keys(words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What two addresses must share to be compared: all numbers, and a word for a street."""
    numbers = sorted(w for w in words if any(map(str.isdigit, w)) and not _POSTCODE.fullmatch(w))
    if numbers:
        for word in words:
            if word.isalpha() and len(word) >= _SHORTEST_STREET and word not in _NO_STREET:
                yield " ".join(numbers), word
