"""Shipments as the ledger reads them: in the order of days, with numbers for parties and goods."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
from enduse.flow.kernel import Flags, Floats, Ints, Reals
from enduse.flow.keys import number_pairs

REQUIRED = (
    "date", "exporter", "consignee", "export_country", "destination_country", "hs_code", "quantity",
)  # fmt: skip

LAWFUL = (*(f"{chapter:02d}" for chapter in range(1, 25)), "30")
"""HS chapters of food and other farm goods and of medicines, which embargoes generally leave free."""

LARGEST_QUANTITY = 1e15
_SURELY = 0.9
_USUAL, _NEARLY_ALWAYS = 0.8, 0.9
"""Share of a code's lines that makes a measure the usual one; and that must state their mass."""


class Level(IntEnum):
    """How narrowly goods are told apart; each finds what the others miss."""

    PART = 0
    HS6 = 1
    ENTRY = 2
    HEADING = 3
    PARTY = 4
    """All goods: no ledger is kept of them, but they are part of a party's history."""

    @property
    def label(self) -> str:
        """The word for it in tables."""
        return _LABELS[self]


_LABELS = ("part_number", "hs6", "control_entry", "heading", "party")


class Gap(IntEnum):
    """Why a line is not followed."""

    NONE = 0
    QUANTITY = 1
    PARTY = 2
    SAME_PARTY = 3
    GOODS = 4

    @property
    def reason(self) -> str:
        """In words."""
        return _REASONS[self]


_REASONS = (
    "",
    "the quantity is missing, zero or beyond all measure",
    "exporter or consignee is nobody in particular",
    "exporter and consignee are one firm",
    "the goods have no HS code",
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who exports and who receives, line by line, by numbers from 0; -1: nobody in particular.

    `exporter_mention`, `consignee_mention` and `sure` tell apart the spellings of one party: `sure`
    is the probability (0 to 1) that a mention is its party. Left empty, every mention is sure.
    """

    exporter: Ints
    consignee: Ints
    exporter_mention: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    consignee_mention: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    sure: Floats = field(default_factory=lambda: np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Movements:
    """Shipments by day, then quantity, then goods: what cannot be told apart is adjacent.

    All arrays but `kinds` have one value a shipment.
    """

    row: Ints
    """Place in the table."""
    day: Ints
    """Days since 1970-01-01."""
    quantity: Reals
    """In the base unit of its measure; 0 where it is not known."""
    parties: Parties
    goods: Ints
    """Kind of goods: HS6, part number, control entry and measure together."""
    kinds: npt.NDArray[np.int32]
    """For each level (`Level`) and kind of goods, its number at that level; -1: none."""
    start: Flags
    """Leaves a controlled origin."""
    end: Flags
    """Goes to an embargoed destination, and is of goods that may not go there freely."""
    gap: npt.NDArray[np.int8]
    """Why it is not followed (`Gap`)."""

    def __len__(self) -> int:
        return len(self.day)


def read_movements(
    shipments: pa.Table,
    *,
    embargoed: Collection[str] | Flags,
    controlled_origins: Collection[str] | Flags,
    parties: Parties | None = None,
    entries: pa.Array | None = None,
    lawful: Collection[str] = LAWFUL,
) -> Movements:
    """Shipments as arrays.

    Parameters
    ----------
    shipments
        Columns as ``enduse trace`` reads them: ``date``, ``exporter``, ``consignee``,
        ``export_country``, ``destination_country``, ``hs_code``, ``quantity``; and, where there
        are any, ``unit``, ``net_mass_kg``, ``part_number``, ``freight_forwarder``.
    embargoed, controlled_origins
        Countries, ISO 3166 alpha-2; or for each line whether it goes to one, or leaves one.
    parties
        Who is who; by default the names as they are written, with their countries.
    entries
        Control entry of each line's goods, null where there is none.
    lawful
        Beginnings of the HS codes of goods that may go to an embargoed destination: they end
        nowhere of concern.

    Raises
    ------
    InputError
        If a column that is needed is missing.
    """
    missing = [name for name in REQUIRED if name not in shipments.column_names]
    if missing:
        raise InputError(
            f"The shipments have no column {', '.join(missing)}.",
            hint=f"Needed are {', '.join(REQUIRED)}.",
        )
    n = shipments.num_rows
    who = parties or named_parties(shipments)
    factor, measure, measures = _measures(_codes(shipments, "unit"))
    quantity = _numbers(shipments, "quantity", n) * factor
    known = (quantity > 0) & (quantity < LARGEST_QUANTITY)
    quantity[~known] = 0
    gap = np.zeros(n, np.int8)
    gap[_same_party(who)] = Gap.SAME_PARTY
    gap[(who.exporter < 0) | (who.consignee < 0)] = Gap.PARTY
    gap[~known] = Gap.QUANTITY
    hs, hs_words = _by_name(*_coded(shipments, "hs_code"))
    hs_names = hs_words.to_pylist()
    gap[hs < 0] = Gap.GOODS
    _weigh(shipments, hs, quantity, measure, measures.index("mass"))
    part, _ = _by_name(*_coded(shipments, "part_number"))
    entry = _by_name(*_encode(entries))[0] if entries is not None else None
    goods, kinds = _goods(hs, hs_names, part, entry, measure)
    day = shipments["date"].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int32)
    del measure, known, part, entry
    order = _order(day, quantity, goods)
    export, export_names = _codes(shipments, "export_country")
    to, to_names = _codes(shipments, "destination_country")
    start, end = _among(export, export_names, controlled_origins), _among(to, to_names, embargoed)
    free = tuple(lawful)
    end &= ~np.append(np.array([name.startswith(free) for name in hs_names], bool), False)[hs]
    some = len(who.exporter_mention) > 0
    del hs, export, to
    pa.default_memory_pool().release_unused()
    return Movements(
        row=order,
        day=day[order],
        quantity=quantity[order],
        parties=Parties(
            who.exporter[order],
            who.consignee[order],
            who.exporter_mention[order] if some else who.exporter_mention,
            who.consignee_mention[order] if some else who.consignee_mention,
            who.sure,
        ),
        goods=goods[order],
        kinds=kinds,
        start=start[order],
        end=end[order],
        gap=gap[order],
    )


def groups_of(shipments: pa.Table, movements: Movements) -> npt.NDArray[np.int32]:
    """For each of heading, corridor, corridor and heading, forwarder: a movement's; -1: none.

    `shipments` is the table that the movements were read from.
    """
    rows = movements.row
    heading = movements.kinds[Level.HEADING][movements.goods]
    here, _ = _codes(shipments, "export_country")
    there, there_names = _codes(shipments, "destination_country")
    corridor = (here * np.int32(len(there_names) + 1) + there)[rows]
    both = _renumber(corridor.astype(np.int64) * (int(heading.max(initial=0)) + 1) + heading)
    forwarder, _ = _codes(shipments, "freight_forwarder")
    return np.stack([heading, _renumber(corridor), both, forwarder[rows]])


def named_parties(shipments: pa.Table) -> Parties:
    """Parties by their names and countries as they are written; without a name nobody."""
    names, lands = _jointly(shipments, ""), _jointly(shipments, "_country")
    numbers = np.empty(len(names), np.int32)
    number_pairs(names, lands + 1, numbers, 0)
    exporter, consignee = np.split(numbers, 2)
    return Parties(exporter, consignee)


def _jointly(shipments: pa.Table, part: str) -> Ints:
    """Exporters' values of a column, then consignees', by the same numbers; -1: null."""
    sides = [_coded(shipments, role + part) for role in ("exporter", "consignee")]
    same, _ = _encode(pa.concat_arrays([words for _, words in sides]))
    same = np.append(same, np.int32(-1))
    ours, theirs = sides[0][0], sides[1][0]
    theirs = np.where(theirs < 0, np.int32(-1), theirs + np.int32(len(sides[0][1])))
    return np.concatenate([same[ours], same[theirs]])


def _same_party(who: Parties) -> Flags:
    """Lines on which one firm stands on both sides, and surely so."""
    same: Flags = who.exporter == who.consignee
    if len(who.sure):
        ours, theirs = who.exporter_mention, who.consignee_mention
        same &= (ours == theirs) | (who.sure[ours] * who.sure[theirs] > _SURELY)
    return same


def _goods(
    hs: Ints, hs_names: list[str], part: Ints, entry: Ints | None, measure: Ints
) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Kinds of goods of each line, and their numbers at every level."""
    hs6 = _encode(pa.array([name[:6] for name in hs_names], pa.string()))[0]
    code = np.append(hs6, -1)[hs].astype(np.int64)
    parts, measures = int(part.max(initial=-1)) + 2, int(measure.max(initial=0)) + 1
    whole = (code * parts + part + 1) * measures + measure
    if entry is not None:
        entered = int(entry.max(initial=-1)) + 2
        whole = whole * entered + entry + 1
    goods, first = _renumber_first(whole)
    hs_of, part_of, measure_of = code[first], part[first], measure[first].astype(np.int64)
    headings = {name[:6]: name[:4] for name in hs_names}
    by_hs6 = pa.array(list(dict.fromkeys(name[:6] for name in hs_names)), pa.string())
    heading = _encode(pa.array([headings[name] for name in by_hs6.to_pylist()], pa.string()))[0]
    levels = np.full((len(Level), len(first)), -1, np.int32)
    levels[Level.PART] = np.where(part_of < 0, -1, _renumber(part_of * measures + measure_of))
    levels[Level.HS6] = _renumber(hs_of * measures + measure_of)
    levels[Level.HEADING] = _renumber(
        np.append(heading, -1)[hs_of].astype(np.int64) * measures + measure_of
    )
    levels[Level.PARTY] = _renumber(measure_of)
    if entry is not None:
        entry_of = entry[first].astype(np.int64)
        levels[Level.ENTRY] = np.where(
            entry_of < 0, -1, _renumber(entry_of * measures + measure_of)
        )
    return goods, levels


def _order(day: Ints, quantity: Reals, goods: Ints) -> Ints:
    """Rows by day, quantity and goods, then as they stand: parties' names mean nothing."""
    since = day - day.min(initial=day.max(initial=0))
    narrow = since.astype(np.uint16) if since.max(initial=0) < 1 << 16 else since
    order = np.argsort(narrow, kind="stable").astype(np.int32)
    begin = 0
    for end in np.cumsum(np.bincount(since)).tolist():
        rows = order[begin:end]
        rows[:] = rows[np.argsort(quantity[rows])]
        begin = end
    # Of the same day and quantity: by goods.
    alike = np.zeros(len(order), np.int64)
    for values in (quantity, day):
        there = values[order]
        alike[1:] |= there[1:] != there[:-1]
    del there
    np.cumsum(alike, out=alike)
    alike <<= 32
    alike |= goods[order]
    again = np.argsort(alike)
    order, alike = order[again], alike[again]
    del again
    same = np.zeros(len(order) + 1, bool)
    same[1:-1] = alike[1:] == alike[:-1]
    tied = np.flatnonzero(same[1:] | same[:-1])
    rows = order[tied]
    order[tied] = rows[np.lexsort((rows, alike[tied]))]
    return order


def _numbers(table: pa.Table, name: str, n: int) -> Reals:
    if name not in table.column_names:
        return np.zeros(n)
    values = pc.fill_null(table[name].cast(pa.float64()), 0.0).to_numpy()
    numbers: Reals = np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=0.0)
    return numbers


def _codes(table: pa.Table, name: str) -> tuple[Ints, list[str]]:
    """A column as numbers and what they stand for; -1: null, or no such column."""
    codes, words = _coded(table, name)
    return codes, words.to_pylist()


def _coded(table: pa.Table, name: str) -> tuple[Ints, pa.StringArray]:
    """The same, with the words in Arrow: where there are many."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1, np.int32), pa.array([], pa.string())
    return _encode(table[name])


def _encode(values: pa.Array | pa.ChunkedArray) -> tuple[Ints, pa.StringArray]:
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks)
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    numbers = pc.fill_null(values.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(numbers), values.dictionary.cast(pa.string())


def _by_name(codes: Ints, words: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """The same, numbered in the order of what the numbers stand for."""
    order = pc.sort_indices(words)
    rank = np.full(len(words) + 1, -1, np.int32)
    rank[order.to_numpy()] = np.arange(len(words), dtype=np.int32)
    return rank[codes], words.take(order)


def _renumber(codes: npt.NDArray[Any]) -> Ints:
    """Numbers from 0 in place of codes, in the codes' order; negative codes are -1."""
    if not len(codes):
        return codes.astype(np.int32)
    least, most = int(codes.min()), int(codes.max())
    if most - least < 4 * len(codes) + 1024:
        present = np.zeros(most - least + 1, np.int32)
        present[codes - least] = 1
        if least < 0:
            present[:-least] = 0
        numbers = np.cumsum(present, dtype=np.int32) - 1
        return np.where(codes < 0, np.int32(-1), numbers[codes - least]).astype(np.int32)
    found, inverse = np.unique(codes, return_inverse=True)
    kept: Ints = np.maximum(inverse - np.count_nonzero(found < 0), -1).astype(np.int32)
    return kept


def _renumber_first(codes: npt.NDArray[np.int64]) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Numbers from 0 in place of codes, and where each stands first."""
    numbers = pc.dictionary_encode(pa.array(codes)).indices.to_numpy().astype(np.int32)
    first = np.empty(int(numbers.max(initial=-1)) + 1, np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    by_code = np.argsort(codes[first])
    rank = np.empty(len(first), np.int32)
    rank[by_code] = np.arange(len(first), dtype=np.int32)
    return rank[numbers], first[by_code]


def _among(codes: Ints, names: list[str], wanted: Collection[str] | Flags) -> Flags:
    if isinstance(wanted, np.ndarray):
        return wanted.astype(bool, copy=True)
    return np.array([*(name in wanted for name in names), False])[codes]


@cache
def _known_measures() -> Mapping[str, tuple[str, float]]:
    with files("enduse.flow").joinpath("measures.csv").open(encoding="utf-8") as text:
        return {row["unit"]: (row["measure"], float(row["factor"])) for row in csv.DictReader(text)}


def _measures(units: tuple[Ints, list[str]]) -> tuple[Reals, Ints, list[str]]:
    """Factor to the base unit, what is measured, and its names; an unknown unit measures itself."""
    codes, names = units
    known = [_known_measures().get(name, (f"unit {name}", 1.0)) for name in names]
    known += [_known_measures()["KGM"], _known_measures()["NAR"]]
    measure, measures = _by_name(*_encode(pa.array([name for name, _ in known], pa.string())))
    return np.array([factor for _, factor in known])[codes], measure[codes], measures.to_pylist()


def _weigh(shipments: pa.Table, hs: Ints, quantity: Reals, measure: Ints, mass: int) -> None:
    """Take the net mass of goods that have no usual measure but are nearly always weighed."""
    kilograms = _numbers(shipments, "net_mass_kg", len(hs))
    weighed = (kilograms > 0) & (kilograms < LARGEST_QUANTITY)
    rows = _mixed(hs, measure, weighed) & (measure != mass) & weighed & (quantity > 0)
    quantity[rows], measure[rows] = kilograms[rows], mass


def _mixed(hs: Ints, measure: Ints, weighed: Flags) -> Flags:
    """Lines of codes that have no usual measure but are nearly always weighed."""
    codes, measures = int(hs.max(initial=-1)) + 1, int(measure.max(initial=0)) + 1
    coded = hs >= 0
    counts = np.bincount(hs[coded] * measures + measure[coded], minlength=codes * measures)
    counts = counts.reshape(codes, measures)
    lines = np.maximum(counts.sum(axis=1), 1)
    unusual = counts.max(axis=1, initial=0) < _USUAL * lines
    known = np.bincount(hs[coded & weighed], minlength=codes) > _NEARLY_ALWAYS * lines
    return np.append(unusual & known, False)[hs]
