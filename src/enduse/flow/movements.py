"""Shipments as the ledger reads them: in the order of days, with numbers for parties and goods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import InputError
from enduse.flow.columns import (
    by_name,
    coded_in,
    codes_in,
    encode,
    numbers_in,
    renumber,
    renumber_first,
)
from enduse.flow.descriptors import described_in
from enduse.flow.kernel import Flags, Floats, Ints, Reals
from enduse.flow.likeness import Traits
from enduse.flow.measures import LARGEST_QUANTITY, measures_of, settle
from enduse.flow.pairs import no_pairs, number_pairs
from enduse.flow.unit_values import each_of

REQUIRED = (
    "date", "exporter", "consignee", "export_country", "destination_country", "hs_code", "quantity",
)  # fmt: skip

LAWFUL = (*(f"{chapter:02d}" for chapter in range(1, 25)), "30")
"""HS chapters of food and other farm goods and of medicines, which embargoes generally leave free."""

_SURELY = 0.9


class Level(IntEnum):
    """How narrowly goods are told apart; each finds what the others miss."""

    PART = 0
    HS6 = 1
    ENTRY = 2
    HEADING = 3
    QUANTITY = 4
    """Any goods in the very same quantity."""
    PARTY = 5
    """All goods: no ledger is kept of them, but they are part of a party's history."""

    @property
    def label(self) -> str:
        """The word for it in tables."""
        return _LABELS[self]


_LABELS = ("part_number", "hs6", "control_entry", "heading", "quantity", "party")


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
    by_weight: Flags
    """Its quantity was told from its weight."""
    traits: Traits | None
    """None: the ledger is kept already."""

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
        are any, ``unit``, ``net_mass_kg``, ``value``, ``currency``, ``part_number``,
        ``freight_forwarder``, and `DESCRIPTORS`.
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
    factor, measure, measures = measures_of(codes_in(shipments, "unit"))
    quantity = numbers_in(shipments, "quantity", n)
    quantity *= factor
    del factor
    known = (quantity > 0) & (quantity < LARGEST_QUANTITY)
    quantity[~known] = 0
    gap = np.zeros(n, np.int8)
    gap[_same_party(who)] = Gap.SAME_PARTY
    gap[(who.exporter < 0) | (who.consignee < 0)] = Gap.PARTY
    gap[~known] = Gap.QUANTITY
    hs, hs_words = by_name(*coded_in(shipments, "hs_code"))
    hs_names = hs_words.to_pylist()
    gap[hs < 0] = Gap.GOODS
    hs6 = encode(pa.array([name[:6] for name in hs_names], pa.string()))[0]
    hs6 = np.append(hs6, np.int32(-1))
    mass, count = measures.index("mass"), measures.index("count")
    kilograms = numbers_in(shipments, "net_mass_kg", n)
    kilograms[~((kilograms > 0) & (kilograms < LARGEST_QUANTITY))] = 0
    by_weight = settle(kilograms, hs6[hs], quantity, measure, mass, count)
    each = each_of(shipments, quantity, kilograms, measure, by_weight, mass)
    del kilograms
    part, _ = by_name(*coded_in(shipments, "part_number"))
    entry = by_name(*encode(entries))[0] if entries is not None else None
    goods, kinds = _goods(hs, hs6, hs_names, part, entry, measure)
    day = shipments["date"].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int32)
    del measure, known, part, entry
    order = _order(day, quantity, goods)
    export, export_names = codes_in(shipments, "export_country")
    to, to_names = codes_in(shipments, "destination_country")
    start, end = _among(export, export_names, controlled_origins), _among(to, to_names, embargoed)
    free = tuple(lawful)
    end &= ~np.append(np.array([name.startswith(free) for name in hs_names], bool), False)[hs]
    some = len(who.exporter_mention) > 0
    del hs, export, to
    said = described_in(shipments)
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
        by_weight=by_weight[order],
        traits=Traits(each[order], said._replace(words=said.words[order])),
    )


def groups_of(shipments: pa.Table, movements: Movements) -> npt.NDArray[np.int32]:
    """For each of heading, corridor, corridor and heading, forwarder: a movement's; -1: none.

    `shipments` is the table that the movements were read from.
    """
    rows = movements.row
    heading = movements.kinds[Level.HEADING][movements.goods]
    here, _ = codes_in(shipments, "export_country")
    there, there_names = codes_in(shipments, "destination_country")
    corridor = (here * np.int32(len(there_names) + 1) + there)[rows]
    both = corridor.astype(np.int64) * (int(heading.max(initial=0)) + 1) + heading
    both = renumber(np.where((corridor < 0) | (heading < 0), -1, both))
    forwarder, _ = codes_in(shipments, "freight_forwarder")
    return np.stack([heading, renumber(corridor), both, forwarder[rows]])


def named_parties(shipments: pa.Table) -> Parties:
    """Parties by their names and countries as they are written; without a name nobody."""
    known, numbers = no_pairs(), []
    names, lands = _jointly(shipments, ""), _jointly(shipments, "_country")
    for (name, name_number), (land, land_number) in zip(names, lands, strict=True):
        found, known = number_pairs(name, name_number, land, land_number, known)
        numbers.append(found)
    return Parties(numbers[0], numbers[1])


def _jointly(shipments: pa.Table, part: str) -> list[tuple[Ints, Ints]]:
    """Exporters' values of a column, then consignees': codes, and numbers that both sides share.

    The last number is that of code -1, which is null.
    """
    codes, words = zip(
        *(coded_in(shipments, role + part) for role in ("exporter", "consignee")), strict=True
    )
    same, _ = encode(pa.concat_arrays(words))
    return [
        (side, np.append(numbers, np.int32(-1)))
        for side, numbers in zip(codes, np.split(same, [len(words[0])]), strict=True)
    ]


def _same_party(who: Parties) -> Flags:
    """Lines on which one firm stands on both sides, and surely so."""
    same: Flags = who.exporter == who.consignee
    if len(who.sure):
        ours, theirs = who.exporter_mention, who.consignee_mention
        same &= (ours == theirs) | (who.sure[ours] * who.sure[theirs] > _SURELY)
    return same


def _goods(
    hs: Ints, hs6: Ints, hs_names: list[str], part: Ints, entry: Ints | None, measure: Ints
) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Kinds of goods of each line, and their numbers at every level."""
    parts, measures = int(part.max(initial=-1)) + 2, int(measure.max(initial=0)) + 1
    whole = (hs6.astype(np.int64) + 1)[hs]
    whole *= parts
    whole += part
    whole += 1
    whole *= measures
    whole += measure
    if entry is not None:
        whole *= int(entry.max(initial=-1)) + 2
        whole += entry
        whole += 1
    goods, first = renumber_first(whole)
    hs_of, part_of = hs6[hs[first]].astype(np.int64), part[first]
    measure_of = measure[first].astype(np.int64)
    headings = {name[:6]: name[:4] for name in hs_names}
    by_hs6 = pa.array(list(dict.fromkeys(name[:6] for name in hs_names)), pa.string())
    heading = encode(pa.array([headings[name] for name in by_hs6.to_pylist()], pa.string()))[0]
    levels = np.full((len(Level), len(first)), -1, np.int32)
    levels[Level.PART] = np.where(part_of < 0, -1, renumber(part_of * measures + measure_of))
    levels[Level.HS6] = renumber(hs_of * measures + measure_of)
    levels[Level.HEADING] = renumber(
        np.append(heading, -1)[hs_of].astype(np.int64) * measures + measure_of
    )
    levels[Level.PARTY] = renumber(measure_of)
    if entry is not None:
        entry_of = entry[first].astype(np.int64)
        levels[Level.ENTRY] = np.where(entry_of < 0, -1, renumber(entry_of * measures + measure_of))
    return goods, levels


def _order(day: Ints, quantity: Reals, goods: Ints) -> Ints:
    """Rows by day, quantity and goods, then as they stand: parties' names mean nothing."""
    since = day - day.min(initial=day.max(initial=0))
    narrow = since.astype(np.uint16) if since.max(initial=0) < 1 << 16 else since
    order = np.argsort(narrow, kind="stable").astype(np.int32)
    there = narrow[order]
    ends = np.append(np.flatnonzero(there[1:] != there[:-1]) + 1, len(order)).tolist()
    del there
    begin = 0
    # A day at a time: what is sorted then stays in the processor's cache.
    for end in ends:
        rows = order[begin:end]
        amount = quantity[rows]
        by = np.argsort(amount)
        rows, amount = rows[by], amount[by]
        alike = np.zeros(len(rows), np.int64)
        np.cumsum(amount[1:] != amount[:-1], out=alike[1:])
        alike <<= 32
        alike |= goods[rows]
        by = np.argsort(alike)
        rows, alike = rows[by], alike[by]
        same = np.zeros(len(rows) + 1, bool)
        same[1:-1] = alike[1:] == alike[:-1]
        tied = np.flatnonzero(same[1:] | same[:-1])
        rows[tied] = rows[tied][np.lexsort((rows[tied], alike[tied]))]
        order[begin:end] = rows
        begin = end
    return order


def _among(codes: Ints, names: list[str], wanted: Collection[str] | Flags) -> Flags:
    if isinstance(wanted, np.ndarray):
        return wanted.astype(bool, copy=True)
    return np.array([*(name in wanted for name in names), False])[codes]
