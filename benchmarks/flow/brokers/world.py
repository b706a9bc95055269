"""The tables of the world, put together from orders, stocks and ordinary trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .background import keep_stocks, trade_ordinarily
from .firms import (
    BUSYNESS,
    CLASS,
    CLOSED,
    COUNTRIES,
    N_ORIGINS,
    N_THIRDS,
    NEVER,
    ORIGIN,
    THIRD,
    Firms,
    Picker,
    make_firms,
)
from .goods import UNITS, Bools, Goods, Ints, make_goods
from .knobs import Knobs
from .lines import LABEL, LABELS, Lines, join
from .orders import LEGS_PER_ORDER, Market, diverted_programmes, lawful_programmes, ship_orders

CONTROLLED_ORIGINS: frozenset[str] = frozenset(COUNTRIES[:N_ORIGINS])
EMBARGOED: frozenset[str] = frozenset({"RU", "BY"})
CURRENCIES = ("USD", "EUR", "CNY", "GBP")
RATES = np.array([1.0, 0.92, 7.1, 0.79])
YOUNG = 240  # days that a firm counts as founded lately


@dataclass(frozen=True, slots=True)
class World:
    """Shipment lines, what they truly are, and which goods went on in which line."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def make_brokers(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """A world of so many lines, of which the knob coverage may hide some."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 2022])
    goods = make_goods(rng)
    firms = make_firms(rng, lines, tail=knobs.size_tail, startups=knobs.startups, moved=knobs.moved)
    kind = firms.kind
    # who trades: agents and traders more than others of their size, and in hubs more than elsewhere
    busy = firms.size**0.35 * BUSYNESS[firms.country] ** knobs.hub_focus
    active = firms.size * np.where(firms.trader, 1.9, 0.55)
    active = active * (BUSYNESS[firms.country] + 0.2) ** 0.4
    market = Market(
        goods=goods,
        firms=firms,
        origins=Picker(firms, kind == ORIGIN, firms.size, 0.9),
        thirds=Picker(firms, kind == THIRD, active, 0.6),
        closed=Picker(firms, kind == CLOSED, firms.size, 0.4),
        brokers=Picker(firms, firms.trader, busy, 0.4),
    )

    budget = int(lines * knobs.brokered)
    programmes = int(budget / LEGS_PER_ORDER / knobs.repeat * 2.5) + 12
    plan = lawful_programmes(rng, market, knobs, programmes)
    lawful, lawful_brokers = ship_orders(rng, market, knobs, plan, budget)
    budget = max(int(lines * knobs.diverted), 12)
    plan = diverted_programmes(rng, market, knobs, lawful_brokers, int(budget / LEGS_PER_ORDER))
    planted, _ = ship_orders(rng, market, knobs, plan, budget)
    lawful.chain[:], lawful.hop[:] = -1, -1
    stocks = keep_stocks(rng, market, knobs, int(lines * knobs.stocked))
    parts = [planted, lawful, stocks]
    filled = sum(int((~p.lost).sum()) for p in parts)
    everything = join([*parts, trade_ordinarily(rng, market, knobs, lines - filled)])
    return _tables(rng, seed, knobs, goods, firms, everything)


def _tables(
    rng: np.random.Generator, seed: int, knobs: Knobs, goods: Goods, firms: Firms, lines: Lines
) -> World:
    _move(firms, lines)
    origin, destination = _countries(rng, knobs, firms, lines)
    _label(firms, lines)
    # what was lost is dropped, then the rows are put in order of date
    order = np.lexsort((rng.random(len(lines)), lines.day))
    order = order[~lines.lost[order]]
    hidden = np.random.default_rng([seed, 404]).random(len(order)) >= knobs.coverage
    place = np.full(len(lines), -1)
    number = np.arange(len(order))
    order, number = order[~hidden], number[~hidden]
    place[order] = np.arange(len(order))
    currency = _currencies(rng, firms, lines)
    edges = place[lines.edges]
    edges = edges[:, (edges >= 0).all(axis=0)]
    day, exporter, consignee = lines.day[order], lines.exporter[order], lines.consignee[order]
    chain, code = lines.chain[order], lines.code[order]
    value = np.round(lines.value * RATES[currency], 2)[order]
    names = firms.names(rng)

    def words(codes: Ints, table: list[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(table))

    start = np.datetime64("2022-07-01", "D")
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"S{i:09d}" for i in number], pa.string()),
            "line_no": pa.array(np.ones(len(order)), pa.int32()),
            "date": pa.array(start + day.astype("timedelta64[D]"), pa.date32()),
            "exporter": words(exporter, names),
            "exporter_country": words(firms.country[exporter], COUNTRIES),
            "consignee": words(consignee, names),
            "consignee_country": words(firms.country[consignee], COUNTRIES),
            "export_country": words(origin[order], COUNTRIES),
            "destination_country": words(destination[order], COUNTRIES),
            "hs_code": words(code, goods.codes),
            "unit": words(lines.unit[order], list(UNITS)),
            "currency": words(currency[order], list(CURRENCIES)),
            "quantity": pa.array(lines.quantity[order], pa.float64()),
            "net_mass_kg": pa.array(lines.mass[order], pa.float64()),
            "value": pa.array(np.maximum(value, 0.01), pa.float64()),
        }
    )
    truth = pa.table(
        {
            "positive": pa.array(chain >= 0, pa.bool_()),
            "chain_id": pa.array(chain, pa.int32()),
            "hop": pa.array(lines.hop[order], pa.int8()),
            "typology": words(lines.label[order], list(LABELS)),
            "exporter_firm": pa.array(exporter, pa.int32()),
            "consignee_firm": pa.array(consignee, pa.int32()),
            "exporter_group": pa.array(firms.group[exporter], pa.int32()),
            "consignee_group": pa.array(firms.group[consignee], pa.int32()),
        }
    )
    planted = chain[edges[0]] >= 0
    return World(shipments, truth, _edge_table(edges, planted), _edge_table(edges, ~planted))


def _edge_table(edges: Ints, which: Bools) -> pa.Table:
    start, end = edges[:, which]
    sort = np.lexsort((end, start))
    return pa.table(
        {"from_row": pa.array(start[sort], pa.int64()), "to_row": pa.array(end[sort], pa.int64())}
    )


def _move(firms: Firms, lines: Lines) -> None:
    """Firms that have moved trade under their new name, unless in the partner's country."""
    for party, other in ((lines.exporter, lines.consignee), (lines.consignee, lines.exporter)):
        new = firms.successor[party]
        gone = (lines.day >= firms.move_day[party]) & (firms.country[new] != firms.country[other])
        party[gone] = new[gone]


def _countries(
    rng: np.random.Generator, knobs: Knobs, firms: Firms, lines: Lines
) -> tuple[Ints, Ints]:
    """Where each line leaves from and goes to."""
    n = len(lines)
    hubs = np.arange(N_ORIGINS, N_ORIGINS + N_THIRDS)
    sender, receiver = firms.country[lines.exporter], firms.country[lines.consignee]
    # some goods go elsewhere than to the consignee's country, some leave from elsewhere
    elsewhere = (rng.random(n) < knobs.drop_ship) & (CLASS[receiver] == THIRD)
    hub = rng.choice(hubs, n, p=BUSYNESS[hubs] / BUSYNESS[hubs].sum())
    depot = np.where(CLASS[sender] == ORIGIN, rng.integers(0, N_ORIGINS, n), hub)
    other = (rng.random(n) < knobs.drop_ship) & (CLASS[sender] != CLOSED)
    destination = np.where(elsewhere & (hub != sender), hub, receiver)
    has = np.flatnonzero(lines.parent >= 0)
    for _ in range(6):  # goods leave from where they came to, and do cross a border
        origin = np.where(other & (depot != destination), depot, sender)
        origin[has] = destination[lines.parent[has]]
        stuck = has[origin[has] == destination[has]]
        destination[lines.parent[stuck]] = receiver[lines.parent[stuck]]
        destination[stuck] = receiver[stuck]
    return np.where(origin == destination, sender, origin), destination


def _label(firms: Firms, lines: Lines) -> None:
    """Lawful lines of firms founded lately or moved."""
    plain = (lines.chain < 0) & np.isin(
        lines.label, (LABEL["ordinary"], LABEL["distributor"], LABEL["stockist"])
    )
    young = np.zeros(len(lines), dtype=bool)
    moved = np.zeros(len(lines), dtype=bool)
    newcomer = np.zeros(len(firms.country), dtype=bool)
    newcomer[firms.successor[firms.move_day < NEVER]] = True
    for party in (lines.exporter, lines.consignee):
        founded = firms.founded[party]
        young |= (founded >= 0) & (lines.day < founded + YOUNG)
        moved |= newcomer[party]
    lines.label[plain & young] = LABEL["startup"]
    lines.label[plain & moved] = LABEL["moved"]


def _currencies(rng: np.random.Generator, firms: Firms, lines: Lines) -> Ints:
    """An exporter invoices in one currency."""
    pick = rng.random(len(firms.country))[lines.exporter]
    land = np.array(COUNTRIES)[firms.country[lines.exporter]]
    euro = np.isin(land, ("DE", "FR", "IT", "NL", "ES", "BE", "FI", "AT", "LT", "EE", "SK"))
    return np.select(
        [
            euro & (pick < 0.75),
            (land == "GB") & (pick < 0.5),
            np.isin(land, ("CN", "HK")) & (pick < 0.15),
            pick > 0.92,
        ],
        [1, 3, 2, 1],
        0,
    )
