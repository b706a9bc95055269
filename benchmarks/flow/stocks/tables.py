"""From what was shipped to what was declared: tables of the world of stocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.flow.stocks.demand import Bools, Direct
from benchmarks.flow.stocks.goods import COUNTRIES
from benchmarks.flow.stocks.knobs import Knobs
from benchmarks.flow.stocks.lots import DAYS, Floats, Ints, Lines
from benchmarks.flow.stocks.market import BARRED_NUMBERS, CONTROLLED_NUMBERS, Market, Rng

_Cell = TypeVar("_Cell", bound=np.generic)

THROUGH = (
    "through",
    "mixing",
    "split",
    "merge",
    "slow_stock",
    "hs_switch",
    "sister",
    "unit",
    "hs_heading",
    "lost_leg",
)
LAWFUL = (
    "direct",
    "legal_onward",
    "legal_distributor",
    "other_origin",
    "stock_keeping",
    "seasonal",
    "startup",
    "legal_reexport",
    "moved",
    "unit_error",
)


@dataclass(slots=True)
class Rows:
    """Rows by day, before they are written as they would be declared."""

    exporter: Ints
    consignee: Ints
    good: Ints
    day: Ints
    quantity: Floats
    depth: Ints
    part: Ints
    age: Ints
    chain: Ints
    lost: Bools
    seasonal: Bools
    source: Ints
    target: Ints


def visible(market: Market, lines: Lines) -> Bools:
    """Say which lines lie in the two years and cross a border."""
    country = market.firms.country
    inside = (lines.day >= 0) & (lines.day < DAYS)
    return np.asarray(inside & (country[lines.seller] != country[lines.buyer]), dtype=np.bool_)


def _renumber(keep: Bools) -> Ints:
    return np.where(keep, np.cumsum(keep) - 1, -1)


def joined(rng: Rng, market: Market, lines: Lines, direct: Direct) -> Rows:
    """Put lines from stocks and direct lines together, by day and in no order within it."""
    keep = visible(market, lines)
    number = _renumber(keep)
    weekday = direct.day % 7
    late = (weekday >= 5) & (rng.random(len(weekday)) < 0.8)
    day = np.concatenate([lines.day[keep], np.minimum(direct.day + late * (7 - weekday), DAYS - 1)])
    order = np.lexsort((rng.random(len(day)), day))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    more = len(direct.day)

    def both(ours: NDArray[_Cell], theirs: NDArray[_Cell]) -> NDArray[_Cell]:
        return np.concatenate([ours[keep], theirs])[order]

    local = (direct.seller * 1000 + direct.good) * 8 + (7.99 * rng.random(more) ** 2).astype(int)
    linked = (number[lines.source] >= 0) & (number[lines.target] >= 0)
    return Rows(
        exporter=both(lines.seller, direct.seller),
        consignee=both(lines.buyer, direct.buyer),
        good=both(lines.good, direct.good),
        day=day[order],
        quantity=both(lines.quantity, direct.quantity),
        depth=both(lines.depth, np.zeros(more, np.int64)),
        part=both(lines.part, local),
        age=both(lines.age, np.zeros(more, np.int64)),
        chain=both(lines.chain, np.full(more, -1)),
        lost=both(lines.lost, np.zeros(more, np.int64)) > 0,
        seasonal=both(np.zeros(len(keep), np.bool_), direct.seasonal),
        source=place[number[lines.source[linked]]],
        target=place[number[lines.target[linked]]],
    )


def _steady(rng: Rng, *keys: Ints) -> Floats:
    """Draw in [0, 1) once for each combination of keys: what a relationship does, it does again."""
    mixed = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        mixed = (mixed * 1_000_003 + key) % 2_305_843_009_213
    return np.asarray(rng.random(1 << 18)[mixed * 2_654_435_761 % (1 << 40) >> 22])


def _sisters(rng: Rng, knobs: Knobs, market: Market, rows: Rows) -> Bools:
    """Let relationships run through a related exporter: whole pairs, so that pairs still repeat."""
    sister = market.firms.sister[rows.exporter]
    able = (sister >= 0) & (rows.depth > 0)
    draws = _steady(rng, rows.exporter, rows.consignee)
    planted = rows.chain >= 0
    chance = np.zeros(len(draws))
    for mask, wanted in ((planted, knobs.sister), (~planted, knobs.lawful_sister)):
        onward = mask & (rows.depth > 0)
        chance[mask] = wanted * onward.sum() / max(1, int((onward & able).sum()))
    through: Bools = able & (draws < chance)
    rows.exporter = np.where(through, sister, rows.exporter)
    return through


def _codes(rng: Rng, knobs: Knobs, market: Market, rows: Rows) -> tuple[Ints, Bools, Bools]:
    """Declare some onward legs under another code of the heading, some under another heading."""
    goods = market.goods
    onward = rows.depth > 0
    keys = (rows.exporter, rows.consignee, rows.good)
    chance = np.where(rows.chain >= 0, knobs.reclassified, knobs.lawful_reclassified)
    other = onward & (_steady(rng, *keys) < chance)
    far = onward & (_steady(rng, *keys) < knobs.heading_switch)
    near = goods.sibling(rows.good, _steady(rng, *keys), market.popularity)
    declared = np.where(other, near, rows.good)
    declared = np.where(far, goods.stranger(rows.good, _steady(rng, *keys)), declared)
    return declared, other & ~far, far


def _units(
    rng: Rng, knobs: Knobs, market: Market, rows: Rows
) -> tuple[NDArray[np.str_], Floats, Bools]:
    """Declare quantities; some in a wrong unit, some with the point in the wrong place."""
    n = len(rows.good)
    unit = market.goods.unit[rows.good].astype("U3")
    quantity = rows.quantity.copy()
    wrong = rng.random(n) < knobs.unit_errors
    how = rng.integers(0, 4, n)
    swapped = wrong & (how == 0)
    unit[swapped] = np.where(unit[swapped] == "KGM", "NAR", "KGM")
    weighed = wrong & (how == 1)
    mass = market.goods.mass_kg[rows.good]
    quantity[weighed] = np.maximum(0.1, np.round((quantity * mass)[weighed], 1))
    shifted = wrong & (how == 2)
    quantity[shifted] *= rng.choice([0.1, 10.0, 100.0, 1000.0], int(shifted.sum()))
    dozens = wrong & (how == 3)
    quantity[dozens] = np.maximum(1.0, np.round(quantity[dozens] / 12))
    return unit, quantity, wrong


def _chain_typology(rows: Rows, marks: dict[str, Bools], split: Ints, mixed: Bools) -> Ints:
    """Name each planted line by the rarest feature of its chain."""
    chain = rows.chain
    count = int(chain.max(initial=-1)) + 1
    name = np.zeros(count, np.int64)
    planted = np.nonzero(chain >= 0)[0]
    inside = chain[rows.target] >= 0
    merged = np.bincount(rows.target[inside], minlength=len(chain)) >= 2
    found = marks | {"mixing": mixed, "split": split >= 2, "merge": merged, "lost_leg": rows.lost}
    found["slow_stock"] = rows.age > 120
    for rank, title in enumerate(THROUGH[1:], 1):
        lines = planted[found[title][planted]]
        name[chain[lines]] = rank
    return np.where(chain >= 0, name[np.maximum(chain, 0)], -1)


def _lawful_typology(market: Market, rows: Rows, wrong_unit: Bools) -> Ints:
    """Name each lawful line by the decoy that it is; later names go first."""
    firms = market.firms
    trader = np.zeros(len(firms.country), np.bool_)
    trader[firms.traders] = True
    origin = np.isin(firms.country[rows.exporter], CONTROLLED_NUMBERS)
    barred = np.isin(firms.country[rows.consignee], BARRED_NUMBERS) & ~origin
    young = np.maximum(firms.founded[rows.exporter], firms.founded[rows.consignee]) >= 0
    marks = {
        "legal_onward": rows.depth > 0,
        "legal_distributor": origin & trader[rows.consignee],
        "other_origin": barred,
        "stock_keeping": rows.age > 120,
        "seasonal": rows.seasonal,
        "startup": young,
        "legal_reexport": barred & market.goods.exempt[rows.good],
        "moved": rows.day >= firms.moves[rows.exporter],
        "unit_error": wrong_unit,
    }
    name = np.zeros(len(rows.day), np.int64)
    for rank, title in enumerate(LAWFUL[1:], 1):
        name[marks[title]] = rank
    return name


def _names(rng: Rng, count: int) -> NDArray[np.str_]:
    """Invent a name for each firm; no two are the same."""
    start = np.array(
        ["Al", "Bor", "Cen", "Dar", "El", "Fen", "Gal", "Hol", "Is", "Jan", "Kor", "Lum"]
    )
    middle = np.array(["a", "e", "i", "o", "u", "ara", "eni", "ovi", "uta", "imo"])
    last = np.array(["dex", "kan", "lin", "mar", "nex", "pol", "rum", "san", "tek", "vel", "zor"])
    trade = np.array(["Trading", "Technik", "Industries", "Supply", "Systems", "Group", "Impex"])
    form = np.array(["LLC", "Ltd", "Co", "GmbH", "JSC", "SA", "FZE"])
    number = rng.permutation(len(start) * len(middle) * len(last) * len(start) * len(last))
    number = np.resize(number, count)
    text = start[number % 12]
    for parts, over in ((middle, 12), (last, 120)):
        text = np.char.add(text, parts[number // over % len(parts)])
    second = np.char.add(start[number // 1320 % 12], last[number // 15840 % 11])
    text = np.char.add(np.char.add(text, " "), second)
    again = np.arange(count) // (1320 * 132)
    text = np.where(again > 0, np.char.add(np.char.add(text, " "), again.astype(str)), text)
    for words in (trade, form):
        text = np.char.add(np.char.add(text, " "), rng.choice(words, count))
    return text


def _named(index: Ints, names: NDArray[np.str_]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(names))


def _part_numbers(rng: Rng, market: Market, rows: Rows, share: float) -> pa.DictionaryArray:
    """Show the maker's part number on some lines of machinery and electronics."""
    part, index = np.unique(rows.part, return_inverse=True)
    mixed = rng.permutation(len(part)) + 100_000
    letters = np.array(list("ABCDEFGHKLMNPRSTUVWX"))
    text = np.char.add(letters[mixed % 20], letters[mixed // 7 % 20])
    text = np.char.add(np.char.add(text, mixed.astype(str)), "-")
    text = np.char.add(text, letters[mixed // 31 % 20])
    shown = (market.goods.chapter[rows.good] >= 84) & (rng.random(len(index)) < share)
    return pa.DictionaryArray.from_arrays(
        pa.array(index.astype(np.int32), mask=~shown), pa.array(text)
    )


def _countries(market: Market, rows: Rows) -> tuple[Ints, Ints]:
    """Give both countries on the day; a move that would leave no border is not yet declared."""
    firms = market.firms
    sides = []
    for firm in (rows.exporter, rows.consignee):
        moved = rows.day >= firms.moves[firm]
        sides.append(np.where(moved, firms.later_country[firm], firms.country[firm]))
    same = sides[0] == sides[1]
    return (
        np.where(same, firms.country[rows.exporter], sides[0]),
        np.where(same, firms.country[rows.consignee], sides[1]),
    )


def written(
    rng: Rng, knobs: Knobs, market: Market, rows: Rows, start: np.datetime64
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Write rows as declared, with their truth; keep the share that the observer sees.

    Returns
    -------
    Shipments, truth, edges and legal edges.
    """
    firms, goods = market.firms, market.goods
    n = len(rows.day)
    through = _sisters(rng, knobs, market, rows)
    declared, other, far = _codes(rng, knobs, market, rows)
    unit, quantity, wrong = _units(rng, knobs, market, rows)
    planted = rows.chain >= 0
    inside = planted[rows.source] & planted[rows.target]
    split = np.bincount(rows.source[inside], minlength=n)
    mixed = planted & (np.bincount(rows.source[~inside], minlength=n) > 0)
    present, chain = np.unique(rows.chain, return_inverse=True)
    shift = int(present[0] < 0)
    scramble = np.concatenate([np.full(shift, -1), rng.permutation(len(present) - shift)])
    rows.chain = scramble[chain]
    marks = {"hs_switch": other, "sister": through, "unit": wrong, "hs_heading": far}
    kind = _chain_typology(rows, marks, split, mixed)
    kind = np.where(planted, kind, len(THROUGH) + _lawful_typology(market, rows, wrong))
    from_country, to_country = _countries(market, rows)
    mass = rows.quantity * goods.mass_kg[rows.good] * np.exp(0.06 * rng.standard_normal(n))
    price = goods.price[rows.good] * np.exp(0.3 * rng.standard_normal(n))
    price *= np.exp(0.3 * rng.standard_normal(len(firms.country)))[rows.exporter]
    codes = np.array(COUNTRIES)
    units, unit_index = np.unique(unit, return_inverse=True)
    names = _names(rng, len(firms.country))
    identity = np.char.mod("%08X", (rng.permutation(n) * 2_654_435_761 + 977) % (1 << 32))
    shipments = pa.table(
        {
            "shipment_id": pa.array(identity),
            "line_no": pa.array(np.ones(n, np.int32)),
            "date": pa.array(start + rows.day.astype("timedelta64[D]")),
            "exporter": _named(rows.exporter, names),
            "exporter_country": _named(from_country, codes),
            "consignee": _named(rows.consignee, names),
            "consignee_country": _named(to_country, codes),
            "export_country": _named(from_country, codes),
            "destination_country": _named(to_country, codes),
            "hs_code": _named(declared, goods.code),
            "quantity": pa.array(quantity),
            "unit": _named(unit_index, units),
            "net_mass_kg": pa.array(np.round(mass, 3), mask=rng.random(n) < 0.2),
            "part_number": _part_numbers(rng, market, rows, knobs.part_numbers),
            "value": pa.array(np.round(rows.quantity * price, 2)),
            "currency": _named(np.zeros(n, np.int64), np.array(["USD"])),
        }
    )
    truth = pa.table(
        {
            "positive": pa.array(planted),
            "chain_id": pa.array(rows.chain.astype(np.int32)),
            "hop": pa.array(np.where(planted, rows.depth, -1).astype(np.int8)),
            "typology": pa.array(np.array(THROUGH + LAWFUL)[kind]),
            "exporter_firm": pa.array(rows.exporter.astype(np.int32)),
            "consignee_firm": pa.array(rows.consignee.astype(np.int32)),
            "exporter_group": pa.array(firms.owner[rows.exporter].astype(np.int32)),
            "consignee_group": pa.array(firms.owner[rows.consignee].astype(np.int32)),
        }
    )
    seen = rng.random(n) < knobs.coverage if knobs.coverage < 1 else np.ones(n, np.bool_)
    number = _renumber(seen)
    both = seen[rows.source] & seen[rows.target]
    links = []
    for mask in (both & inside, both & ~inside):
        links.append(
            pa.table(
                {
                    "from_row": pa.array(number[rows.source[mask]]),
                    "to_row": pa.array(number[rows.target[mask]]),
                }
            )
        )
    mask = pa.array(seen)
    return shipments.filter(mask), truth.filter(mask), links[0], links[1]
