"""What parties say of themselves beside their names, and what it is worth where two agree.

Each qualifier of a pair agrees, differs, or says nothing as one side is silent. What that is worth
is the logarithm of how much more often pairs of one firm agree than pairs of two firms with
similar names (Fellegi and Sunter, 'A theory for record linkage', 1969). Both shares are learned
from the pairs at hand, starting from those of simulated parties.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rigour.addresses import address_fingerprint
from scipy import sparse

from enduse.names.clusters import Flags, Floats, Numbers
from enduse.names.identifiers import identifiers

QUALIFIERS = ("kind", "country", "id", "address", "birth_date", "phone", "email")
"""The columns that a table of parties may have beside `party_key` and `name`."""

_CONTACTS = ("address", "phone", "email")
AGREES, NEAR, SILENT, DIFFERS = 1, 2, 0, -1

# Of pairs of one firm, and of pairs of two firms whose names are similar: the share that agrees and
# the share that is near, among those where both sides speak. Counted on simulated parties.
_SHARES = {
    "kind": ((0.99, 0.0), (0.90, 0.0)),
    "country": ((0.95, 0.0), (0.45, 0.0)),
    "id": ((0.97, 0.0), (0.001, 0.0)),
    "address": ((0.55, 0.15), (0.04, 0.04)),
    "birth_date": ((0.90, 0.097), (0.02, 0.02)),
    "phone": ((0.60, 0.0), (0.03, 0.0)),
    "email": ((0.65, 0.0), (0.03, 0.0)),
}
_ASSUMED_PAIRS = 300.0
"""As how many pairs these shares count against those at hand. What a number is worth is not learned:
too few pairs share one, and the register vouches for it."""
_ROUNDS = 12
_MOST_LEARNED = 1.5
"""How far the pairs at hand can move a weight, in log-odds."""

_AT_ONCE = 262_144
_PHONE_DIGITS = 7
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FULL_DATE = len("1978-11-12")
_POSTCODE = re.compile(r"\d{5,}")
_SAME_ADDRESS, _NEAR_ADDRESS = 0.8, 0.6
_KEY_WORDS = 2

_Text = TypeVar("_Text")


@dataclass(frozen=True, slots=True)
class Stated:
    """What parties state in one column, as a matrix: parties by values."""

    holds: sparse.csr_array

    @classmethod
    def read(cls, parties: int, party: Sequence[int], value: Sequence[str]) -> Stated:
        codes = pc.dictionary_encode(pa.array(value, pa.string()))
        rows = np.array(party, dtype=np.int64)
        columns = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        ones = np.ones(len(rows), dtype=np.int64)
        shape = (parties, len(codes.dictionary))
        holds = sparse.csr_array(sparse.coo_array((ones, (rows, columns)), shape=shape))
        holds.data[:] = 1
        return cls(holds)

    @property
    def holders(self) -> Numbers:
        """By how many parties each value is stated."""
        return np.bincount(self.holds.indices, minlength=self.holds.shape[1])

    def compare(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """What the pairs say, and how many parties state the rarest value that both share."""
        says = np.zeros(len(left), dtype=np.int64)
        holders = np.full(len(left), 2, dtype=np.int64)
        counts, stated = self.holders, np.diff(self.holds.indptr) > 0
        for rows in _blocks(len(left)):
            shared = sparse.csr_array(self.holds[left[rows]].multiply(self.holds[right[rows]]))
            agrees = np.diff(shared.indptr) > 0
            both = stated[left[rows]] & stated[right[rows]]
            says[rows] = np.where(agrees, AGREES, np.where(both, DIFFERS, SILENT))
            if agrees.any():
                holders[rows][agrees] = np.minimum.reduceat(
                    counts[shared.indices], shared.indptr[:-1][agrees]
                )
        return says, holders


class Evidence:
    """The qualifiers of parties, in the order of the rows of their table.

    Parameters
    ----------
    parties
        Column `name` and any of `QUALIFIERS` (strings, null where unknown).
    """

    def __init__(self, parties: pa.Table) -> None:
        self.size = len(parties)
        held = {
            column: parties[column].fill_null("").to_pylist()
            for column in QUALIFIERS
            if column in parties.column_names
        }
        blank = [""] * self.size
        self._plain = {
            column: Stated.read(self.size, *_exploded(held[column], _plain))
            for column in ("kind", "country")
            if column in held
        }
        self.shared = {
            column: Stated.read(self.size, *_exploded(held[column], read))
            for column, read in (("phone", _phones), ("email", _emails))
            if column in held
        }
        self._births = _birth_dates(held["birth_date"]) if "birth_date" in held else None
        self.addresses = _Addresses.read(held["address"]) if "address" in held else None
        read = identifiers(*(held.get(column, blank) for column in ("id", "country", "kind")))
        self.claims = read.claims()
        if "id" in held:
            self.shared["id"] = Stated.read(self.size, read.party, read.value)
        self._scopes = _claimed(self.claims, self.size)
        self.meet_by = dict(self.shared)
        """What makes parties worth comparing that share it, whatever their names."""
        if self.addresses is not None:
            self.meet_by["address"] = self.addresses.keys
        if "birth_date" in held:
            born = zip(held["birth_date"], parties["name"].fill_null("").to_pylist(), strict=True)
            self.meet_by["birth_date"] = Stated.read(self.size, *_exploded(born, _birth_keys))

    def compare(self, left: Numbers, right: Numbers) -> tuple[dict[str, Numbers], Floats]:
        """What each qualifier says of each pair of rows, and how common are the values shared.

        Returns
        -------
        dict of str to array
            `AGREES`, `NEAR`, `DIFFERS` or `SILENT`, for each column that the parties have.
        array
            Log-odds to take off, as other parties state the same value too.
        """
        says: dict[str, Numbers] = {}
        off = np.zeros(len(left))
        for column, stated in (*self._plain.items(), *self.shared.items()):
            says[column], holders = stated.compare(left, right)
            if column in self.shared and column != "id":
                off += np.where(says[column] > 0, np.log(np.maximum(holders, 2) / 2), 0.0)
        if "id" in says:
            contradicts = self._contradict(left, right)
            says["id"] = np.where(says["id"] > 0, AGREES, np.where(contradicts, DIFFERS, SILENT))
        if self._births is not None:
            says["birth_date"] = _compare_births(self._births[left], self._births[right])
        if self.addresses is not None:
            says["address"], holders = self.addresses.compare(left, right)
            off += np.where(says["address"] > 0, np.log(np.maximum(holders, 2) / 2), 0.0)
        return {column: says[column] for column in QUALIFIERS if column in says}, off

    def _contradict(self, left: Numbers, right: Numbers) -> Flags:
        """Whether both claim different values in one scope."""
        differ = np.zeros(len(left), dtype=bool)
        for rows in _blocks(len(left)):
            ours, theirs = self._scopes[left[rows]], self._scopes[right[rows]]
            apart = sparse.csr_array(ours.sign().multiply(theirs) - theirs.sign().multiply(ours))
            differ[rows] = abs(apart).sum(axis=1) > 0
        return differ


def weigh(says: dict[str, Numbers], names: Floats) -> Floats:
    """The log-odds that each pair is one firm: those of the names, and what the qualifiers add.

    Parameters
    ----------
    says
        What each qualifier says of each pair.
    names
        Log-odds by the names alone.
    """
    total = names
    for _ in range(_ROUNDS if len(names) else 0):
        is_one = 1 / (1 + np.exp(-total))
        adds = {q: _worth(q, column, is_one)[column + 1] for q, column in says.items()}
        total = names + sum(adds.values(), np.zeros(len(names)))
        # Who shares an office shares its telephone: the second way to reach them says half.
        reached = [np.maximum(adds[q], 0.0) for q in _CONTACTS if q in adds]
        if reached:
            total -= (np.sum(reached, axis=0) - np.max(reached, axis=0)) / 2
    return total


def _worth(qualifier: str, says: Numbers, is_one: Floats) -> Floats:
    """What differing, silence, agreement and nearness of a qualifier are worth, in that order."""
    shares = []
    for (agree, near), weight in zip(_SHARES[qualifier], (is_one, 1 - is_one), strict=True):
        assumed = _ASSUMED_PAIRS * np.array([1 - agree - near, 0.0, agree, near])
        counted = np.bincount(says + 1, weight, minlength=4)
        counted[SILENT + 1] = 0.0
        total = assumed + counted
        shares.append((assumed, total / total.sum()))
    (one, learned_one), (two, learned_two) = shares
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = np.nan_to_num(np.log(one / two), posinf=0.0, neginf=0.0)
        learned = np.nan_to_num(np.log(learned_one / learned_two), posinf=0.0, neginf=0.0)
    most = 0.0 if qualifier == "id" else _MOST_LEARNED
    worth: Floats = np.clip(learned, usual - most, usual + most)
    worth[SILENT + 1] = 0.0
    return worth


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Addresses by their words, abbreviations and spellings brought to one form."""

    words: sparse.csr_array
    """Parties by words, each with the root of its weight."""
    numbers: sparse.csr_array
    """Parties by the numbers of house, office and so on, without postcodes."""
    totals: Floats
    fingerprint: Numbers
    """Which addresses have the same words; -1 for none."""
    keys: Stated
    """The numbers with each of the two rarest words: what another form mostly shares."""

    @classmethod
    def read(cls, addresses: Sequence[str]) -> _Addresses:
        distinct = {address: n for n, address in enumerate(dict.fromkeys(addresses))}
        row = np.array([distinct[address] for address in addresses], dtype=np.int64)
        read = [sorted(set((address_fingerprint(a) or "").split())) for a in distinct]
        number: dict[str, int] = {}
        columns = [number.setdefault(word, len(number)) for words in read for word in words]
        ends = np.cumsum([0, *map(len, read)])
        holders = np.bincount(columns, minlength=len(number))
        weights = np.log1p(len(read) / np.maximum(holders, 1))
        holds = sparse.csr_array(
            (np.sqrt(weights[columns]), columns, ends), shape=(len(read), len(number))
        )
        is_number = np.array([_is_house_number(word) for word in number], dtype=bool)
        keys = [_address_keys(words, number, weights, is_number) for words in read]
        forms = {tuple(words): n for n, words in enumerate(read)}
        form = np.array([forms[tuple(w)] if w else -1 for w in read], dtype=np.int64)
        return cls(
            holds[row],
            sparse.csr_array(holds[:, is_number])[row],
            np.asarray(holds.power(2).sum(axis=1))[row],
            form[row],
            Stated.read(len(row), *_exploded(addresses, lambda address: keys[distinct[address]])),
        )

    def compare(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """What the pairs say, and how many parties have an address like theirs."""
        says = np.zeros(len(left), dtype=np.int64)
        numbered = np.diff(self.numbers.indptr) > 0
        for rows in _blocks(len(left)):
            ours, theirs = left[rows], right[rows]
            met = self.words[ours].multiply(self.words[theirs]).sum(axis=1)
            less = np.minimum(self.totals[ours], self.totals[theirs])
            both = less > 0
            shared = np.diff(
                sparse.csr_array(self.numbers[ours].multiply(self.numbers[theirs])).indptr
            )
            apart = numbered[ours] & numbered[theirs] & (shared == 0)
            unnumbered = ~(numbered[ours] & numbered[theirs])
            dice = 2 * met / np.maximum(self.totals[ours] + self.totals[theirs], 1e-9)
            within = met / np.maximum(less, 1e-9)
            same = (dice >= _SAME_ADDRESS) & ~apart & ~unnumbered
            near = (within >= _NEAR_ADDRESS) & ~apart
            says[rows] = np.where(
                same, AGREES, np.where(near, NEAR, np.where(both, DIFFERS, SILENT))
            )
        counts = np.bincount(self.fingerprint + 1)
        holders = np.minimum(
            counts[self.fingerprint[left] + 1], counts[self.fingerprint[right] + 1]
        )
        return says, holders


def _address_keys(
    words: Sequence[str], number: dict[str, int], weights: Floats, is_number: Flags
) -> list[str]:
    plain = sorted((-weights[number[word]], word) for word in words if word.isalpha())
    numbers = " ".join(word for word in words if is_number[number[word]])
    return [f"{numbers} {word}" for _, word in plain[:_KEY_WORDS]] if numbers else []


def _is_house_number(word: str) -> bool:
    return any(map(str.isdigit, word)) and not _POSTCODE.fullmatch(word)


def _exploded(
    texts: Iterable[_Text], read: Callable[[_Text], Iterable[str]]
) -> tuple[list[int], list[str]]:
    rows, values = [], []
    for row, text in enumerate(texts):
        if text:
            for value in read(text):
                rows.append(row)
                values.append(value)
    return rows, values


def _plain(text: str) -> Iterable[str]:
    return (text.strip().casefold(),)


def _phones(text: str) -> Iterable[str]:
    digits = (re.sub(r"\D", "", phone) for phone in re.split(r"[;,/]", text))
    return [phone[-_PHONE_DIGITS:] for phone in digits if len(phone) >= _PHONE_DIGITS]


def _emails(text: str) -> Iterable[str]:
    return _EMAIL.findall(unicodedata.normalize("NFKC", text).casefold())


def _birth_dates(texts: Sequence[str]) -> Numbers:
    """Year, month and day, 0 where unknown."""
    dates = np.zeros((len(texts), 3), dtype=np.int64)
    for row, text in enumerate(texts):
        parts = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
        if parts:
            dates[row] = [int(part or 0) for part in parts.groups()]
    return dates


def _birth_keys(born: tuple[str, str]) -> Iterable[str]:
    """The birth date, day and month in either order, with each word of the name."""
    date, name = born
    day = " ".join(sorted(date.split("-"))) if len(date) == _FULL_DATE else ""
    return [f"{day} {word}" for word in set(name.casefold().split())] if day else []


def _compare_births(ours: Numbers, theirs: Numbers) -> Numbers:
    """Near: a year alone, day and month swapped, or one part of the date another."""
    both = (ours[:, 0] > 0) & (theirs[:, 0] > 0)
    same = ours == theirs
    exact = same.all(axis=1) & (ours[:, 2] > 0)
    open_part = ((ours == 0) | (theirs == 0)).any(axis=1)
    fits = (same | (ours == 0) | (theirs == 0)).all(axis=1) & open_part
    swapped = same[:, 0] & (ours[:, 1] == theirs[:, 2]) & (ours[:, 2] == theirs[:, 1])
    near = fits | swapped | (~open_part & (same.sum(axis=1) == 2))
    return np.where(~both, SILENT, np.where(exact, AGREES, np.where(near, NEAR, DIFFERS)))


def _claimed(claims: pa.Table, parties: int) -> sparse.csr_array:
    """Parties by scopes, with the number of the value claimed, from 1."""
    scope = pc.dictionary_encode(claims["scope"].combine_chunks().cast(pa.string()))
    value = pc.dictionary_encode(claims["value"].combine_chunks().cast(pa.string()))
    party = claims["party_key"].to_numpy().astype(np.int64)
    numbers = value.indices.to_numpy(zero_copy_only=False).astype(np.int64) + 1
    columns = scope.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    shape = (parties, max(len(scope.dictionary), 1))
    return sparse.csr_array(sparse.coo_array((numbers, (party, columns)), shape=shape))


def _blocks(rows: int) -> Iterable[slice]:
    return (slice(at, at + _AT_ONCE) for at in range(0, rows, _AT_ONCE))
