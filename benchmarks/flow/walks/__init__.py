"""Fictional trade as random walks of lots, with diversions among them.

Every lot, lawful or not, starts at a producer and walks from firm to firm until a user takes it.
Who sells a code to whom, how long goods are held, whether a lot is split, joined with another in
hand, declared under another code or sold by the sister firm: all of it belongs to the market and
holds for lawful and diverted lots alike. A diverted lot is one that left a controlled origin and
was taken by a user in an embargoed country by way of at least one third-country firm. Whether
such a firm sells goods of controlled origin there is a property of the firm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.walks.market import (
    CONTROLLED_ORIGINS,
    DAYS,
    EAST_SLOTS,
    EMBARGOED,
    SLOTS,
    Knobs,
    Market,
    build_market,
    components,
    customers,
    firm_names,
    packed,
    starting_days,
    vary,
)

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "Knobs", "World", "make_walks", "vary"]

FIRST_DAY = 19358  # 2023-01-01, in days since 1970-01-01
MOST_LEGS = 5
LARGEST_CHAIN = 40  # lines; a larger tangle of joined lots is no single consignment any more
SLOW_DAYS = 90

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, what is true of each, and the links between lines of the same goods."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


@dataclass(slots=True)
class _Rows:
    """Lines of all walks; `desk` sold (a firm in a code), `shipper` exported, `buyer` received."""

    desk: Ints
    shipper: Ints
    buyer: Ints
    day: Ints
    quantity: Floats
    leg: Ints
    tainted: Bools  # holds goods out of a controlled origin
    diverted: Bools  # last leg of a diverted lot
    mixed: Bools  # filled up with goods from elsewhere
    parent: Ints  # links: from the row `parent` to the row `child`
    child: Ints


def _start(m: Market, roots: int, knobs: Knobs, rng: np.random.Generator) -> _Rows:
    """First legs: what producers sell, and traders out of stock that nobody saw coming."""
    cum = np.cumsum(m.source)
    desk = np.minimum(np.searchsorted(cum, rng.random(roots) * cum[-1]), cum.size - 1)
    day = starting_days(m, desk, rng)
    east = (rng.random(roots) < m.lean[desk]) & m.has_east[desk]
    code = m.code[desk]
    quantity = m.lot[code] * np.exp(rng.normal(0, knobs.spread, roots)) * m.scale[m.firm[desk]]
    # Third countries' own goods come in the sizes that parts of lots from abroad have.
    parts = 3 * knobs.split / (1 + 2 * knobs.split)
    cuts = rng.binomial(2, parts * 0.8, roots) * ~m.controlled[m.firm[desk]]
    quantity *= rng.uniform(0.15, 0.6, roots) ** cuts
    none = np.zeros(0, dtype=np.int64)
    return _Rows(
        desk, m.firm[desk].copy(), customers(m, desk, east, day, rng), day,
        packed(quantity, m.pack[code]), np.zeros(roots, dtype=np.int64),
        m.controlled[m.firm[desk]], np.zeros(roots, dtype=np.bool_), np.zeros(roots, dtype=np.bool_), none, none,
    )  # fmt: skip


def _onward(m: Market, rows: _Rows, first: int, knobs: Knobs, rng: np.random.Generator) -> _Rows:
    """The next leg of the lots that came with rows `first` and after."""
    lot = np.arange(first, rows.desk.size)
    lot = lot[rng.random(lot.size) < m.passes[rows.buyer[lot]]]
    desk = rows.buyer[lot]
    firm = m.firm[desk]
    dual = rows.tainted[lot] & ~m.food[m.code[desk]]
    chance = np.where(dual, m.zeal[firm], m.lean[desk])
    chance = np.where(m.controlled[firm] & ~m.food[m.code[desk]], 0.0, chance)
    east = (rng.random(lot.size) < chance) & m.has_east[desk]
    used = rng.random(lot.size) < knobs.retained
    left = rows.quantity[lot] * np.where(used, rng.uniform(0.4, 0.95, lot.size), 1.0)
    parts = np.where(rng.random(lot.size) < knobs.split, rng.integers(2, 5, lot.size), 1)
    of = np.repeat(np.arange(lot.size), parts)
    share = rng.uniform(0.3, 1.0, of.size)
    share /= np.bincount(of, share, minlength=lot.size)[of]
    desk, firm = desk[of], firm[of]
    held = m.hold[desk] * np.exp(rng.normal(0, 0.6, of.size))
    slow = rng.random(of.size) < knobs.slow
    held[slow] += rng.uniform(60, 200, int(slow.sum()))
    held += (parts[of] > 1) * rng.exponential(6, of.size)
    day = rows.day[lot[of]] + 2 + (rng.exponential(6, of.size) + held).astype(np.int64)
    buyer = customers(m, desk, east[of], day, rng)
    once = rng.random(lot.size) < 0.5  # instalments for one customer
    first_part = np.searchsorted(of, of)
    buyer = np.where(once[of], buyer[first_part], buyer)
    sold = left[of] * share
    quantity = np.where(parts[of] > 1, packed(sold, m.pack[m.code[desk]]), sold)
    topped = rng.random(of.size) < knobs.topped
    quantity = quantity * np.where(topped, rng.uniform(1.1, 2.5, of.size), 1.0)
    by_sister = rng.random(of.size) < knobs.sister
    shipper = np.where(by_sister, m.sister[firm], firm)
    # Some lots wait for the desk's next common sailing, to one customer; those leave together.
    common = (rng.random(lot.size) < knobs.join)[of] & (first_part == np.arange(of.size)) & ~slow
    sailing = (day + 300) // knobs.join_days
    turn = (desk * 31 + sailing) % EAST_SLOTS
    whom = np.where(east[of], m.east[desk, turn], m.free[desk, turn])
    buyer = np.where(common, whom, buyer)
    shipper = np.where(common & by_sister & (sailing % 2 == 0), firm, shipper)
    week = np.where(common, sailing, np.arange(of.size) + 10**6)
    key = (desk * m.firm.size + buyer) * (10**6 + of.size + 1) + week
    _, lead, into = np.unique(key, return_index=True, return_inverse=True)
    gone = np.full(lead.size, -(10**6), dtype=np.int64)
    np.maximum.at(gone, into, day)
    total = np.bincount(into, quantity, minlength=lead.size).astype(np.float64)
    pack = m.pack[m.code[desk[lead]]]
    rounded = rng.random(lead.size) < 0.75
    total = np.where(rounded, packed(total, pack), np.maximum(np.round(total), 1.0))
    guilty = np.bincount(into, (east & dual)[of] & ~m.controlled[firm], lead.size) > 0
    taint = np.bincount(into, rows.tainted[lot[of]], lead.size) > 0
    base = rows.desk.size
    pair = np.unique(lot[of] * (2 * 10**8) + base + into)
    return _Rows(
        np.concatenate([rows.desk, desk[lead]]),
        np.concatenate([rows.shipper, shipper[lead]]),
        np.concatenate([rows.buyer, buyer[lead]]),
        np.concatenate([rows.day, gone]),
        np.concatenate([rows.quantity, total]),
        np.concatenate([rows.leg, rows.leg[lot[of[lead]]] + 1]),
        np.concatenate([rows.tainted, taint | m.controlled[firm[lead]]]),
        np.concatenate([rows.diverted, guilty]),
        np.concatenate([rows.mixed, np.bincount(into, topped, lead.size) > 0]),
        np.concatenate([rows.parent, pair // (2 * 10**8)]),
        np.concatenate([rows.child, pair % (2 * 10**8)]),
    )


def _ancestry(m: Market, rows: _Rows) -> tuple[Bools, Ints, Bools]:
    """Rows that lead out of a controlled origin to a diverted end, their hops, and the links."""
    n = rows.desk.size
    abroad = m.controlled[rows.shipper]
    real = rows.tainted[rows.parent] & ~abroad[rows.child]
    hop = np.zeros(n, dtype=np.int64)
    for _ in range(MOST_LEGS):
        np.maximum.at(hop, rows.child[real], hop[rows.parent[real]] + 1)
    reach = rows.diverted.copy()
    for _ in range(MOST_LEGS):
        reach[rows.parent[real & reach[rows.child]]] = True
    return reach, hop, real & reach[rows.child]


def _choose(
    m: Market, rows: _Rows, lines: int, knobs: Knobs, rng: np.random.Generator
) -> tuple[Ints, Ints, Bools]:
    """Keep as many diverted walks as asked; the others' last leg goes to a lawful customer."""
    n = rows.desk.size
    reach, hop, link = _ancestry(m, rows)
    label = components(n, rows.parent[link], rows.child[link])
    size = np.bincount(label, reach, n)
    outside = np.bincount(label, reach & ((rows.day < 0) | (rows.day >= DAYS)), n) > 0
    longest = np.zeros(n, dtype=np.int64)
    np.maximum.at(longest, label[reach], hop[reach])
    zeal = np.zeros(n)
    np.maximum.at(zeal, label[rows.diverted], m.zeal[m.firm[rows.desk[rows.diverted]]])
    whole = np.flatnonzero((size > 1) & (size <= LARGEST_CHAIN) & ~outside)
    order = whole[
        np.argsort(rng.exponential(1, whole.size) / (zeal[whole] + 0.05) / size[whole] ** 0.5)
    ]
    wanted, kept = knobs.planted * lines, np.zeros(n, dtype=np.bool_)
    for hops, share in zip((4, 3, 2, 1), knobs.hops[::-1], strict=True):
        of = order[longest[order] == hops]
        room = wanted * share if hops > 1 else wanted - size[kept].sum()
        kept[of[np.cumsum(size[of]) <= room]] = True
    planted = reach & kept[label]
    turned = rows.diverted & ~planted
    rows.buyer[turned] = m.free[rows.desk[turned], rng.integers(0, SLOTS, int(turned.sum()))]
    rows.diverted &= planted
    chain = np.where(planted, label, -1)
    return chain, np.where(planted, hop, -1), link & planted[rows.child]


def make_walks(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` shipment lines (before `coverage` hides its share of them).

    The same seed and knobs make the same world.
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 0x57A1])
    m = build_market(lines, knobs, rng)
    pilot = _walk(m, max(lines // 20, 2000), knobs, np.random.default_rng([seed, 1]))
    yields = ((pilot.day >= 0) & (pilot.day < DAYS)).sum() / (pilot.leg == 0).sum()
    rows = _walk(m, int(lines / yields * 1.06) + 50, knobs, rng)
    chain, hop, link = _choose(m, rows, lines, knobs, rng)
    n = rows.desk.size
    kind, lost = _typology(m, rows, chain, hop, link, knobs, rng)
    shown = (rows.day >= 0) & (rows.day < DAYS) & ~lost
    linked = np.zeros(n, dtype=np.bool_)
    linked[rows.parent] = linked[rows.child] = True
    spare = rng.permutation(np.flatnonzero(shown & ~linked))
    shown[spare[: max(int(shown.sum()) - lines, 0)]] = False
    shown &= rng.random(n) < knobs.coverage
    return _tables(m, rows, shown, chain, hop, link, kind, knobs, rng)


def _walk(m: Market, roots: int, knobs: Knobs, rng: np.random.Generator) -> _Rows:
    rows, first = _start(m, roots, knobs, rng), 0
    for _ in range(MOST_LEGS - 1):
        first, rows = rows.desk.size, _onward(m, rows, first, knobs, rng)
    return rows


KINDS = (
    "trade", "distributor", "legal_reexport", "other_origin", "startup", "moved", "seasonal",
    "stock_keeping", "unit_typo", "hops_1", "hops_2", "hops_3", "hops_4", "split", "merge",
    "mixed", "slow_stock", "sister", "hs_within", "hs_across", "unit_misdeclared", "lost_transit",
)  # fmt: skip


@dataclass(slots=True)
class _Kind:
    """What each row is an example of, and how it is declared."""

    name: Ints  # index into KINDS
    code: Ints  # declared code
    by_mass: Bools
    slip: Floats  # factor of a typing error in the quantity


def _typology(
    m: Market, rows: _Rows, chain: Ints, hop: Ints, link: Bools, knobs: Knobs,
    rng: np.random.Generator,
) -> tuple[_Kind, Bools]:  # fmt: skip
    """How lines are declared (market-wide), the legs that never come, and a name for each row."""
    n = rows.desk.size
    later = rows.leg > 0
    true_code = m.code[rows.desk]
    draw = rng.random(n)
    within = later & (draw < knobs.reclassified)
    across = later & ~within & (draw < knobs.reclassified + knobs.across)
    code = np.where(within, m.sibling[true_code, rng.integers(0, 2, n)], true_code)
    code = np.where(across, m.cousin[true_code], code)
    by_mass = ~m.weighed[true_code] & (rng.random(n) < np.where(later, knobs.by_mass, 0.01))
    typo = rng.random(n) < knobs.typos
    slip = np.where(typo, rng.choice([0.1, 10.0, 100.0, 0.001, 1000.0], n), 1.0)
    a, b = rows.parent[link], rows.child[link]
    fan_out = np.bincount(a, minlength=n) > 1
    fan_in = np.bincount(b, minlength=n) > 1
    lawful = np.bincount(rows.child[~link], minlength=n) > 0
    waited = np.zeros(n, dtype=np.bool_)
    waited[b[rows.day[b] - rows.day[a] > SLOW_DAYS]] = True
    late = hop > 0
    planted = chain >= 0
    longest = np.zeros(n, dtype=np.int64)
    np.maximum.at(longest, chain[planted], hop[planted])
    of_chain = 8 + longest
    traits = (
        (13, fan_out & planted), (14, fan_in & planted), (15, late & (lawful | rows.mixed)), (16, waited),
        (17, late & (rows.shipper != m.firm[rows.desk])), (18, late & within),
        (19, late & across), (20, late & by_mass),
    )  # fmt: skip
    best = np.full(n, -1.0)
    for number, rows_with in traits:  # a chain with several traits is named after any of them
        has = np.unique(chain[rows_with])
        luck = rng.random(has.size)
        won = has[luck > best[has]]
        best[has] = np.maximum(best[has], luck)
        of_chain[won] = number
    gone = np.unique(chain[planted])
    gone = gone[rng.random(gone.size) < knobs.lost]
    of_chain[gone] = 21
    lost = rows.diverted & np.isin(chain, gone)
    seller = m.firm[rows.desk]
    to_east = m.embargoed[m.firm[rows.buyer]]
    name = np.zeros(n, dtype=np.int64)
    name[m.swing[true_code] > 0.6] = 6
    name[later & (m.hold[rows.desk] > 40)] = 7
    name[rows.tainted & later & ~m.controlled[seller]] = 1
    name[to_east & ~rows.tainted] = 3
    name[to_east & rows.tainted & m.food[true_code]] = 2
    name[(m.founded[seller] > 0) | (m.founded[m.firm[rows.buyer]] > 0)] = 4
    name[(m.moved[seller] < DAYS) & (rows.day >= m.moved[seller])] = 5
    name[typo] = 8
    name[planted] = of_chain[chain[planted]]
    return _Kind(name, code, by_mass, slip), lost


def _tables(
    m: Market, rows: _Rows, shown: Bools, chain: Ints, hop: Ints, link: Bools, kind: _Kind,
    knobs: Knobs, rng: np.random.Generator,
) -> World:  # fmt: skip
    """The visible rows by date (ties in any order) as tables."""
    n = rows.desk.size
    seen = rng.permutation(np.flatnonzero(shown))
    seen = seen[np.argsort(rows.day[seen], kind="stable")]
    at = np.full(n, -1, dtype=np.int64)
    at[seen] = np.arange(seen.size)
    day, source, target = rows.day[seen], rows.shipper[seen], m.firm[rows.buyer[seen]]
    true_code = m.code[rows.desk[seen]]
    count = rows.quantity[seen]
    mass = count * m.unit_kg[true_code] * np.exp(rng.normal(0, 0.03, seen.size))
    by_mass = kind.by_mass[seen] | m.weighed[true_code]
    said = np.where(kind.by_mass[seen], np.maximum(np.round(mass), 0.1), count) * kind.slip[seen]
    price = m.price[true_code] * np.exp(rng.normal(0, 0.25, seen.size))
    names, places = firm_names(m.founded.size, rng), pa.array(m.places)

    def place(firm: Ints) -> pa.DictionaryArray:
        here = np.where(day >= m.moved[firm], m.next_place[firm], m.place[firm])
        return pa.DictionaryArray.from_arrays(pa.array(here.astype(np.int32)), places)

    def named(index: Ints, words: pa.Array) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), words)

    ids = (rng.permutation(n)[seen] * 7919 + 104729) % 10**9
    shipments = pa.table({
        "shipment_id": pa.array([f"W{i:09d}" for i in ids.tolist()]),
        "line_no": pa.array(np.ones(seen.size, dtype=np.int32)),
        "date": pa.array((day + FIRST_DAY).astype(np.int32)).cast(pa.date32()),
        "exporter": named(source, names), "exporter_country": place(source),
        "consignee": named(target, names), "consignee_country": place(target),
        "export_country": place(source), "destination_country": place(target),
        "hs_code": named(kind.code[seen], pa.array(m.hs)),
        "quantity": pa.array(np.round(said, 3).clip(0.001)),
        "unit": named(by_mass.astype(np.int64), pa.array(["NAR", "KGM"])),
        "net_mass_kg": pa.array(np.round(mass, 3).clip(0.001)),
        "value": pa.array(np.round(count * price, 2).clip(0.01)),
        "currency": named(np.zeros(seen.size, dtype=np.int64), pa.array(["USD"])),
    })  # fmt: skip
    _, number = np.unique(chain[chain >= 0], return_inverse=True)
    chain_id = np.full(n, -1, dtype=np.int64)
    chain_id[chain >= 0] = rng.permutation(int(number.max()) + 1 if number.size else 0)[number]
    truth = pa.table({
        "positive": pa.array(chain[seen] >= 0),
        "chain_id": pa.array(chain_id[seen].astype(np.int32)),
        "hop": pa.array(hop[seen].astype(np.int8)),
        "typology": named(kind.name[seen], pa.array(KINDS)).cast(pa.string()),
        "exporter_firm": pa.array(source.astype(np.int32)),
        "consignee_firm": pa.array(target.astype(np.int32)),
        "exporter_group": pa.array(m.group[source].astype(np.int32)),
        "consignee_group": pa.array(m.group[target].astype(np.int32)),
    })  # fmt: skip

    def joined(which: Bools) -> pa.Table:
        a, b = at[rows.parent[which]], at[rows.child[which]]
        both = (a >= 0) & (b >= 0)
        return pa.table({"from_row": a[both], "to_row": b[both]})

    return World(shipments, truth, joined(link), joined(~link))
