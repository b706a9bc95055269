"""What country, birth date, numbers and address say of two listed parties with similar names.

Run as ``python -m benchmarks.names.qualifiers``. Parties that two lists hold give the share of one
party: they bear the same reference of the United Nations or the same number. Entries of one list
with similar names give the share of two parties: a list names a party once. It prints the shares of
the parties that may be tuned on, beside what `screen.qualifiers` holds; and for the other parties,
how often a score of the screener is right.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.measured import DATA, machine
from benchmarks.names import invented
from benchmarks.names.listed import PLACES, lists, plain
from benchmarks.names.tables import markdown, share
from enduse.lists.detect import detect_format
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedParty, ReadOptions
from enduse.lists.tables import parties_table
from enduse.model import LISTING_NAMES, LISTINGS, PARTIES
from enduse.screen import Screener
from enduse.screen.identifiers import ListedIdentifiers
from enduse.screen.qualifiers import (
    ADDRESS,
    BIRTH_DATE,
    COUNTRY,
    IDENTIFIER,
    Qualifiers,
    Says,
    Shares,
)
from enduse.settings import Settings

_LISTS = ("un", "uk", "eu", "ofac")
_UNTOLD: Mapping[str, Mapping[str, Any]] = {"uk": {"birth_dates": ()}}
"""What a list does not say reliably: the packaged table of the UK gives birth dates to the wrong
people, up to two hundred to one."""
_REFERENCE = re.compile(r"\b(?:QD|TA|IQ|CD|CF|KP|LY|SO|SS|SD|YE|ML|HT|GB)[ie]\.\d{3}\b")
_LEAST_SCORE, _LEAST_ASKED = 0.3, 0.02
_BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0001)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Parties that met listings by name, and whether they are one."""

    party: np.ndarray
    listing: np.ndarray
    score: np.ndarray
    is_one: np.ndarray

    def of(self, rows: np.ndarray) -> Pairs:
        """Some of them."""
        return Pairs(self.party[rows], self.listing[rows], self.score[rows], self.is_one[rows])


class Everyone:
    """The parties of the lists that many hold, each also asked about."""

    def __init__(self, data: Path) -> None:
        read = [
            replace(party, list=source, **_UNTOLD.get(source, {}))
            for source in _LISTS
            for party in FORMATS[detect_format(data / PLACES[source])]
            .read(data / PLACES[source], ReadOptions())
            .parties
            if party.kind in ("person", "organization")
        ]
        self.parsed: list[ParsedParty] = read
        table = parties_table(read)
        keys = pa.array(range(len(read)), pa.int64())
        nothing = {
            "entity_key": keys,
            "version": pa.repeat("", len(read)),
            "first_seen": pa.repeat(pa.scalar(date(2026, 1, 1)), len(read)),
            "absent_on": pa.nulls(len(read), pa.date32()),
            "gone_by": pa.nulls(len(read), pa.date32()),
        }
        columns = [nothing.get(f.name) for f in LISTINGS]
        self.listings = pa.table(
            [table[f.name] if c is None else c for c, f in zip(columns, LISTINGS, strict=True)],
            schema=LISTINGS,
        )
        flat = table["names"].combine_chunks()
        named = pc.list_flatten(flat)
        self.names = pa.table(
            [
                keys.take(pc.list_parent_indices(flat)),
                named.field("name"),
                named.field("name_type"),
            ],
            schema=LISTING_NAMES,
        )
        self.parties = pa.Table.from_pylist(
            [
                {
                    "party_key": key,
                    "name": party.name,
                    "kind": party.kind,
                    "country": next(iter(party.countries), None),
                    "birth_date": next(iter(party.birth_dates), None),
                    "id": next((v for t, v in party.identifiers if t in _NUMBERED), None),
                    "address": next(iter(party.addresses), None),
                }
                for key, party in enumerate(read)
            ],
            schema=PARTIES,
        )
        self.screener = Screener(self.listings, self.names, Settings(threads=1))
        self.reference = [_reference(party) for party in read]
        self.is_held = np.array([_dealt(party) for party in read])

    @cached_property
    def _numbers(self) -> list[frozenset[str]]:
        """Whatever numbers each party bears that can tell who it is."""
        listed = ListedIdentifiers(self.listings)._listed
        found: dict[int, set[str]] = defaultdict(set)
        for row, value in zip(
            listed["listing"].to_pylist(), listed["value"].to_pylist(), strict=True
        ):
            found[row].add(value)
        return [frozenset(found.get(row, ())) for row in range(len(self.parsed))]

    def pairs(self, least: float, parties: pa.Table) -> Pairs:
        """Whom each party meets by name, where it is known whether both are one."""
        named = parties.set_column(5, "id", pa.nulls(len(parties), pa.string()))
        found = self.screener.parties(named, threshold=least, limit=20, explain=False)
        party, listing = found["party_key"].to_numpy(), found["entity_key"].to_numpy()
        known = [self._is_one(a, b) for a, b in zip(party.tolist(), listing.tolist(), strict=True)]
        rows = np.array([one is not None for one in known])
        is_one = np.array([bool(one) for one in known])
        return Pairs(party, listing, found["score"].to_numpy(), is_one).of(rows)

    def _is_one(self, one: int, other: int) -> bool | None:
        ours, theirs = self.parsed[one], self.parsed[other]
        if one == other:
            return None
        references = self.reference[one], self.reference[other]
        if all(references):
            return references[0] == references[1]
        if self._numbers[one] & self._numbers[other]:
            return True
        if ours.list == theirs.list:
            return None if self._plain[one] == self._plain[other] else False
        return None

    def says(self, party: np.ndarray, listing: np.ndarray) -> Qualifiers:
        """What the qualifiers of two parties say."""
        names = self.listings["name"].take(pa.array(listing))
        met = pa.table({"party": party, "listing": listing, "matched_name": names})
        return self.screener._qualifiers(self.parties, met)

    def agreeing(self, kind: str) -> int:
        """How many pairs `same_by_name` share a number."""
        pairs = zip(*self.same_by_name(kind), strict=True)
        return sum(bool(self._numbers[one] & self._numbers[other]) for one, other in pairs)

    @cached_property
    def _plain(self) -> list[str]:
        return [plain(party.name) for party in self.parsed]

    def same_by_name(self, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Entries of two lists with one primary name and a country in common, not held back."""
        bearers: dict[str, list[int]] = defaultdict(list)
        for row, (party, name) in enumerate(zip(self.parsed, self._plain, strict=True)):
            if party.kind == kind and len(name) > _LONG and not self.is_held[row]:
                bearers[name].append(row)
        pairs = [
            (one, other)
            for rows in bearers.values()
            for one in rows
            for other in rows
            if self.parsed[one].list < self.parsed[other].list
            and set(self.parsed[one].countries) & set(self.parsed[other].countries)
        ]
        one, other = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)


_LONG = 15
_NUMBERED = ("registration", "tax", "lei", "national_id")


def _reference(party: ParsedParty) -> str | None:
    found = _REFERENCE.findall(f"{party.record_id} {party.remarks or ''}")
    return found[0] if len(set(found)) == 1 else None


def _dealt(party: ParsedParty) -> bool:
    """Whether a party is held back: by its reference or name, so that lists agree on it."""
    said = _reference(party) or plain(party.name)
    return hashlib.sha256(said.encode()).digest()[0] % 2 == 1


def _blind(parties: pa.Table) -> pa.Table:
    """Parties of whom only name and kind are known."""
    nothing = pa.nulls(len(parties), pa.string())
    for at, name in enumerate(PARTIES.names):
        if name not in ("party_key", "name", "kind"):
            parties = parties.set_column(at, name, nothing)
    return parties


_QUALIFIERS: Mapping[str, Mapping[Says, Shares]] = {
    "country": COUNTRY,
    "birth_date": BIRTH_DATE,
    "identifier": IDENTIFIER,
    "address": ADDRESS,
}


def counted(everyone: Everyone, kind: str) -> Iterator[list[str]]:
    """A row for each thing a qualifier may say: how often it says it of one party and of two."""
    pairs = everyone.pairs(_LEAST_SCORE, _blind(everyone.parties))
    is_kind = np.array([p.kind == kind for p in everyone.parsed])[pairs.party]
    pairs = pairs.of(is_kind & ~everyone.is_held[pairs.party])
    says = everyone.says(pairs.party, pairs.listing)
    by_name = everyone.says(*everyone.same_by_name(kind))
    for column, table in _QUALIFIERS.items():
        said = getattr(says, column)
        # Those of one reference seldom give a number, and those of one number give the same.
        of_one = by_name.identifier if column == "identifier" else said[pairs.is_one]
        ones, twos = Counter(of_one.tolist()), Counter(said[~pairs.is_one].tolist())
        of = [sum(n for what, n in c.items() if what != Says.SILENT) for c in (ones, twos)]
        if not of[1]:
            continue
        if column == "identifier":
            of[0] += everyone.agreeing(kind)
        for what, held in table.items():
            one, two = ((c[what] + 0.5) / (n + 1) for c, n in zip((ones, twos), of, strict=True))
            yield [
                f"{column} {what.name.lower()}",
                f"{ones[what]:,} of {of[0]:,}",
                f"{twos[what]:,} of {of[1]:,}",
                share(one),
                share(two),
                f"{np.log(one / two):+.2f}",
                f"{held.log_odds:+.2f}",
            ]


def strangers(everyone: Everyone, count: int) -> pa.Table:
    """Invented people and companies, each with what another party says of itself."""
    chance = random.Random("strangers")
    every = lists(DATA)
    named = []
    for kind, maker in (("person", invented.people), ("organization", invented.companies)):
        names = every.unrelated(itertools.islice(maker("held", chance), count))[: count // 2]
        of_kind = [p for p in everyone.parties.to_pylist() if p["kind"] == kind]
        named += [{**chance.choice(of_kind), "name": name, "id": None} for name in names]
    return pa.Table.from_pylist(
        [{**party, "party_key": -1 - n} for n, party in enumerate(named)], schema=PARTIES
    )


def reliability(everyone: Everyone, others: pa.Table, blind: bool) -> Iterator[list[str]]:
    """A row for each range of scores: how many best answers, the mean score, and how many right.

    Parties that are held back are asked of each other list that holds them, and as many times
    `others`, who are on none.
    """
    parties = everyone.parties.filter(pa.array(everyone.is_held))
    clear = _blind if blind else (lambda table: table)
    pairs = everyone.pairs(_LEAST_ASKED, clear(parties))
    of_list = np.array([_LISTS.index(party.list) for party in everyone.parsed])
    pairs = pairs.of(of_list[pairs.party] != of_list[pairs.listing])
    order = np.lexsort((-pairs.score, of_list[pairs.listing], pairs.party))
    group = (pairs.party * len(_LISTS) + of_list[pairs.listing])[order]
    listed = pairs.of(order[np.diff(group, prepend=-1) != 0])
    met = everyone.screener.parties(clear(others), threshold=_LEAST_ASKED, limit=1, explain=False)[
        "score"
    ].to_numpy()
    weight = len(listed.score) / max(len(others), 1)
    for low, high in itertools.pairwise(_BINS):
        ours = listed.of((listed.score >= low) & (listed.score < high))
        false = met[(met >= low) & (met < high)]
        count = len(ours.score) + len(false) * weight
        if count:
            total = ours.score.sum() + false.sum() * weight
            yield [
                f"{low:.2f} to {min(high, 1):.2f}",
                f"{len(ours.score):,} + {len(false):,}",
                share(float(total / count)),
                share(float(ours.is_one.sum() / count)),
            ]


def main() -> None:
    """Count and print."""
    if not DATA.is_dir():
        sys.exit(f"real lists are not at {DATA}; set ENDUSE_DATA to the folder that holds them")
    print(f"# Qualifiers, counted on {', '.join(_LISTS)} ({machine()})\n")
    everyone = Everyone(DATA)
    header = ["says", "one party", "two parties", "share", "share", "log-odds", "held"]
    for kind in ("person", "organization"):
        print(f"## {kind}\n\n{markdown(header, counted(everyone, kind))}\n")
    header = ["score", "listed + others", "mean score", "are right"]
    others = strangers(everyone, 8_000)
    for blind in (True, False):
        title = "names alone" if blind else "names and qualifiers"
        rows = reliability(everyone, others, blind)
        print(f"## held back: best answers, {title}\n\n{markdown(header, rows)}\n")


if __name__ == "__main__":
    main()
