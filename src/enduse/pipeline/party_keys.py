"""Numbers for the parties of shipment lines, so that goods can be followed by who held them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from enduse.names.clusters import clusters
from enduse.names.identifiers import identifiers
from enduse.names.resolve import resolve as resolve_names
from enduse.names.words import GENERIC, LEGAL_FORMS
from enduse.pipeline.families import families
from enduse.pipeline.mentions import (
    COMMON,
    NOBODY,
    SEEN_OFTEN,
    Mentions,
    distinct,
    distinct_words,
    stands_for_nobody,
)

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_LINES = np.array([1, 3, 9])
"""How often the rarer of two names stands on lines: so often or less."""
# Of pairs of similar names, those of one party and those of two: the shares that have no partner in
# common, one that many deal with, one that few do; each by `_LINES`. Counted on worlds of the
# benchmark, and drawn nearer together.
_SHARES = np.array(
    [
        [[0.24, 0.07, 0.010, 0.001], [0.015, 0.008, 0.002, 0.0005], [0.34, 0.23, 0.07, 0.01]],
        [[0.55, 0.26, 0.10, 0.05], [0.002, 0.002, 0.001, 0.0005], [0.005, 0.005, 0.003, 0.002]],
    ]
)
_ASSUMED, _ASSUMED_ALIKE = 300.0, 50.0
"""As how many pairs these shares, and the stated scores, count against the pairs at hand."""
_MOST_LEARNED = 1.5
_SCORES = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
_FEW = 100
"""A partner of more names is everybody's."""
# What clusters are sure of is too little where they are not quite sure; by lines of simulated and
# of benchmark worlds with seeds below 1,000.
_SURE = ((0, 0.2, 0.45, 0.6, 0.8, 0.92, 0.97, 1), (0, 0.1, 0.42, 0.87, 0.94, 0.967, 0.984, 1))
_LEARNING_ROUNDS = 20
_AT_ONCE = 262_144


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """Who stands on each line, by numbers from 0.

    Attributes
    ----------
    exporter, consignee
        Party of each line; ``NOBODY`` for 'TO ORDER', 'UNKNOWN' and the like, and for no name.
    exporter_mention, consignee_mention
        What each line says of the party: distinct name, country and number.
    sure
        By mention: the probability that it belongs to its party; 1 for a party's most usual
        mention, 0 for a mention of nobody.
    family
        By party: the number of a group of firms that may act as one, sisters by name, premises or
        owners; its own where there is none.
    family_sure
        By party: the probability that it belongs to the rest of its family; 1 if it has none.
    names
        By party: the name that is written most often.
    notes
        Counts: ``mentions``, ``parties``, ``merged_by_form`` (mentions that are another's in all
        but form), ``merged_by_resemblance``, ``nobody_mentions``, ``nobody_sides`` (of lines), ``families`` (of two and more), ``in_families`` (parties).
    """

    exporter: Int32s
    consignee: Int32s
    exporter_mention: Int32s
    consignee_mention: Int32s
    sure: Float32s
    family: Int32s
    family_sure: Float32s
    names: pa.Array
    notes: dict[str, int]


def party_keys(
    shipments: pa.Table,
    *,
    registry: pa.Table | None = None,
    resolve: bool = True,
    threads: int = 1,
) -> PartyKeys:
    """Number the parties of shipment lines.

    Parameters
    ----------
    shipments
        Columns ``exporter`` and ``consignee``, and of each, where known, ``_country``, ``_id`` and
        ``_address``: strings, plain or dictionary-encoded.
    registry
        Companies with their owners and officers, as `enduse.records.read_registry` reads them.
    resolve
        Whether mentions that resemble each other may be one party, and parties be of one family.
        If not, the same name but for form, in the same country, is one, unless its numbers differ.
    threads
        Threads that the search for similar names may use.

    Raises
    ------
    UsageError
        If a column is missing.

    Examples
    --------
    >>> lines = pa.table({
    ...     "exporter": ["Ostec Handel GmbH", "OSTEC HANDEL G.M.B.H.", "Ostec Handel GmbH"],
    ...     "exporter_country": ["DE", "DE", "AT"],
    ...     "consignee": ["TO ORDER", "Brim Trading LLC", None],
    ...     "consignee_country": ["TR", "AE", "AE"],
    ... })
    >>> keys = party_keys(lines, resolve=False)
    >>> keys.exporter.tolist(), keys.consignee.tolist()
    ([0, 0, 1], [-1, 2, -1])
    """
    said = Mentions.read(shipments)
    form = _same_in_form(said)
    nobody = form == NOBODY
    told, sure = form, np.ones(len(nobody))
    if resolve:
        told, sure = _resolved(said, form, threads)
    party, main = _numbered(told, said.lines)
    sure[main] = 1.0
    sure[nobody] = 0.0
    family = np.arange(len(main), dtype=np.int32)
    family_sure = np.ones(len(main), dtype=np.float32)
    if resolve and len(main):
        family, family_sure = families(said, party, main, registry)
    members = np.bincount(family)
    exporter, consignee = said.at[: len(shipments)], said.at[len(shipments) :]
    notes = {
        "mentions": len(nobody),
        "parties": len(main),
        "merged_by_form": int((~nobody).sum()) - int(form.max(initial=-1)) - 1,
        "merged_by_resemblance": int(form.max(initial=-1)) + 1 - len(main),
        "nobody_mentions": int(nobody.sum()),
        "nobody_sides": int(said.lines[nobody].sum()),
        "families": int((members > 1).sum()),
        "in_families": int(members[members > 1].sum()),
    }
    return PartyKeys(
        party[exporter],
        party[consignee],
        exporter,
        consignee,
        sure.astype(np.float32),
        family,
        family_sure,
        pa.array(np.where(said.name[main] == "", said.id[main], said.name[main]), pa.string()),
        notes,
    )


def _same_in_form(said: Mentions) -> Int64s:
    """A number for each name in a country, but for its form; ``NOBODY`` where none is named.

    Mentions with other numbers are told apart; one without is theirs where only one number bears
    the name.
    """
    form, forms = distinct_words(said.form)
    unnamed = np.array([LEGAL_FORMS.issuperset(text.split()) for text in forms], dtype=bool)[form]
    nobody = (unnamed | stands_for_nobody(said.name)) & (said.id == "")
    country, countries = distinct_words(said.country)
    number, _ = distinct_words(np.concatenate([[""], said.id]))
    number = number[1:]
    bearer, bearers = distinct(form * np.int64(len(countries)) + country)
    told = number > 0
    least = np.full(len(bearers), np.iinfo(np.int64).max)
    most = np.zeros(len(bearers), dtype=np.int64)
    np.minimum.at(least, bearer[told], number[told])
    np.maximum.at(most, bearer[told], number[told])
    only = np.where(least == most, most, 0)
    number = np.where(told, number, only[bearer])
    party = np.full(len(nobody), NOBODY, dtype=np.int64)
    party[~nobody] = distinct((bearer * (number.max(initial=0) + 1) + number)[~nobody])[0]
    return party


def _resolved(said: Mentions, form: Int64s, threads: int) -> tuple[Int64s, npt.NDArray[np.float64]]:
    """Parties of the mentions under any spelling, and how surely each mention is its party's."""
    main = _usual_mention(form, said.lines)
    parties = pa.table(
        {
            "party_key": pa.array(np.arange(len(main))),
            "name": pa.array(said.name[main], pa.string()),
            **{
                column: _null_if_blank(values[main])
                for column, values in (
                    ("country", said.country), ("id", said.id), ("address", said.address)
                )
            },
        }
    )  # fmt: skip
    found = resolve_names(parties, threads=threads)
    pairs = found.pairs.select(["party_key", "other_key", "score"])
    pairs = pairs.rename_columns(["left", "right", "score"])
    left, right, score = (pairs[column].to_numpy() for column in ("left", "right", "score"))
    alike = _alike(found.pairs, said.form[main])
    claims = identifiers(list(said.id[main]), list(said.country[main]), [""] * len(main)).claims()
    at = np.where(form == NOBODY, len(main), form)[said.at]
    exporter, consignee = at[: len(at) // 2], at[len(at) // 2 :]
    # Partners are told by what names alone say; a second turn changed next to nothing.
    dealings = _Dealings.read(exporter, consignee, found.clusters["cluster_key"].to_numpy())
    surer = _with_dealings(score, alike, dealings.compare(left, right))
    pairs = pairs.set_column(2, "score", pa.array(surer))
    told = clusters(pairs, found.clusters["party_key"], claims=claims)
    party, sure = told["cluster_key"].to_numpy(), told["confidence"].to_numpy()
    somebody = form != NOBODY
    sure = np.interp(sure, *_SURE)
    return np.where(somebody, party[form], NOBODY), np.where(somebody, sure[form], 0.0)


@dataclass(frozen=True, slots=True)
class _Dealings:
    """With which parties each name deals, and how often."""

    partners: sparse.csr_array
    """Names by partners, buyers and sellers apart: 2 where few deal with the partner, else 1."""
    lines: Int64s

    @classmethod
    def read(cls, exporter: Int64s, consignee: Int64s, party: Int64s) -> _Dealings:
        """``party`` is that of each name; lines give the number of a name, or one more: nobody."""
        size = len(party)
        known = (exporter < size) & (consignee < size)
        rows = np.concatenate([exporter[known], consignee[known]])
        columns = np.concatenate([party[consignee[known]], size + party[exporter[known]]])
        ones = np.ones(len(rows), dtype=np.int64)
        shape = (size, max(2 * size, 1))
        holds = sparse.csr_array(sparse.coo_array((ones, (rows, columns)), shape=shape))
        holders = np.bincount(holds.indices, minlength=shape[1])
        holds.data = np.where(holders[holds.indices] <= _FEW, 2, 1)
        return cls(holds, np.bincount(rows, minlength=size))

    def compare(self, left: Int64s, right: Int64s) -> Int64s:
        """What dealings say of pairs of names: a place in ``_SHARES``, and then in ``_LINES``."""
        shares = np.zeros(len(left), dtype=np.int64)
        for first in range(0, len(left), _AT_ONCE):
            rows = slice(first, first + _AT_ONCE)
            both = self.partners[left[rows]].minimum(self.partners[right[rows]])
            shares[rows] = both.max(axis=1).toarray().ravel()
        rarer = np.minimum(self.lines[left], self.lines[right])
        return shares * (len(_LINES) + 1) + np.searchsorted(_LINES, rarer)


def _with_dealings(score: Floats, alike: Int64s, says: Int64s) -> Floats:
    """How surely pairs are one, by their score and by what their dealings say.

    Learned from the pairs at hand by expectation and maximisation: what dealings are worth (near
    `_SHARES`), and which share of the pairs that are alike in so far are one: where names are few
    words in many orders, similar names share no partners, and prove little.

    Parameters
    ----------
    alike
        In which way the pairs resemble each other.
    says
        What their dealings say: places in `_SHARES`, then in `_LINES`.
    """
    sure = np.clip(score, 1e-4, 1 - 1e-4)
    kind = alike * (len(_SCORES) + 1) + np.searchsorted(_SCORES, score)
    pairs = np.bincount(kind) + _ASSUMED_ALIKE
    stated = np.bincount(kind, sure) + _ASSUMED_ALIKE * np.bincount(kind, sure) / np.maximum(
        np.bincount(kind), 1
    )
    mean = stated / pairs
    within = _log_odds(sure) - _log_odds(mean)[kind]
    usual = np.log(_SHARES[0] / _SHARES[1]).ravel()
    is_one = score
    for _ in range(_LEARNING_ROUNDS):
        counted = [
            np.bincount(says, weight, minlength=usual.size) + _ASSUMED * assumed.ravel()
            for weight, assumed in zip((is_one, 1 - is_one), _SHARES, strict=True)
        ]
        worth = np.log(counted[0] / counted[0].sum()) - np.log(counted[1] / counted[1].sum())
        worth = np.clip(worth, usual - _MOST_LEARNED, usual + _MOST_LEARNED)
        share = (np.bincount(kind, is_one) + _ASSUMED_ALIKE * mean) / pairs
        is_one = 1 / (1 + np.exp(-(_log_odds(share)[kind] + within + worth[says])))
    return np.where(score > 0, is_one, 0.0)


def _log_odds(share: Floats) -> Floats:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(share) - np.log1p(-share)
    return odds


def _alike(found: pa.Table, forms: npt.NDArray[np.object_]) -> Int64s:
    """In which way pairs resemble each other: by number, by name, but for a word of the trade."""
    words = pc.split_pattern(pa.array(forms, pa.string()), " ")
    code = pc.dictionary_encode(pc.list_flatten(words))
    name = np.asarray(pc.list_parent_indices(words), dtype=np.int64)
    word = code.indices.to_numpy().astype(np.int64)
    of_names = np.bincount(word, minlength=len(code.dictionary))
    is_trade = np.asarray(pc.is_in(code.dictionary, pa.array(sorted(GENERIC))))
    is_trade |= of_names > np.maximum(COMMON * len(forms), SEEN_OFTEN)
    is_trade &= ~np.asarray(pc.is_in(code.dictionary, pa.array(sorted(LEGAL_FORMS))))
    kept = is_trade[word]
    ones = np.ones(int(kept.sum()), dtype=np.int64)
    shape = (len(forms), max(len(is_trade), 1))
    trades = sparse.csr_array(sparse.coo_array((ones, (name[kept], word[kept])), shape=shape))
    count = np.bincount(name[kept], minlength=len(forms))
    left, right = found["party_key"].to_numpy(), found["other_key"].to_numpy()
    conflict = np.zeros(len(left), dtype=bool)
    for first in range(0, len(left), _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        both = trades[left[rows]].multiply(trades[right[rows]]).sum(axis=1)
        conflict[rows] = (count[left[rows]] > both) & (count[right[rows]] > both)
    by_name = found["names_score"].to_numpy()
    alike = np.where(by_name == 1, 1, np.where(conflict, 3, 2))
    return np.where(np.asarray(pc.fill_null(pc.equal(found["id"], "same"), False)), 0, alike)


def _null_if_blank(words: npt.NDArray[np.object_]) -> pa.Array:
    return pa.array([word or None for word in words], pa.string())


def _usual_mention(party: Int64s, lines: Int64s) -> Int64s:
    """The mention of each party, by its number, that stands on most lines; of equals, the first."""
    order = np.lexsort((-np.arange(len(party)), lines, party))
    order = order[party[order] != NOBODY]
    last: Int64s = order[np.append(np.diff(party[order]) != 0, True)] if len(order) else order
    return last


def _numbered(party: Int64s, lines: Int64s) -> tuple[Int32s, Int64s]:
    """Parties numbered from 0 in the order of their first mentions, and their main mentions."""
    somebody = party != NOBODY
    numbers = np.full(len(party), NOBODY, dtype=np.int32)
    numbers[somebody] = distinct(party[somebody])[0]
    return numbers, _usual_mention(numbers.astype(np.int64), lines)
