"""A world of projects and tenders, with diversions planted in it.

Customers award contracts; goods of many makers are staged at yards in third countries and sent on
in a few deliveries; what is left over is sold later, spare parts follow. Framework agreements and
spot trade run beside. Sham projects, surplus of true ones and spare-part traders feed the
embargoed market through the same yards, in the same manner and sizes.

>>> world = make_tenders(5_000, seed=1)
>>> world.shipments.num_rows
5000
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .journeys import (
    AGREEMENT,
    KINDS,
    SLOW,
    STYLES,
    Items,
    Rules,
    draw_goods,
    draw_rank,
    place,
    plan,
    travel,
    wrong_units,
)
from .market import (
    CONTROLLED,
    COUNTRIES,
    DAYS,
    EMBARGOED_CLASS,
    OTHER,
    SECTORS,
    UNITS,
    WEST,
    Firms,
    Flags,
    Floats,
    Goods,
    Ints,
    lottery,
    make_firms,
    make_goods,
)

CONTROLLED_ORIGINS = frozenset(WEST)
EMBARGOED = frozenset({"RU", "BY"})
TYPOLOGIES = (
    "one_hop", "two_hops", "three_hops", "four_hops", *STYLES[1:]
)  # fmt: skip
DECOYS = (*KINDS, "spot", "legal_reexport", "start_up", "moved_firm", "seasonal", "stock_keeping",
          "unit_error")  # fmt: skip
LABELS = (*TYPOLOGIES, *DECOYS)


@dataclass(frozen=True, slots=True)
class Knobs:
    """What varies between worlds.

    ``coverage`` is the share of lines seen; ``reclassified`` and ``sister`` are shares of onward
    legs, lawful or not. ``busy`` above 1 means fewer and busier yards; ``width`` is the number of
    goods a firm deals in, ``partners`` how many partners it has, ``lag_days`` the mean stay at a
    yard. ``through`` is the share of lines in journeys (the rest is spot trade), ``controlled``
    the share of controlled origins, ``crossing`` scales lawful sales to the embargoed market,
    ``chains`` counts planted chains a million lines, ``diverters`` is the share of yards that
    divert, ``unit_errors`` the share of lines with a slip in the unit.
    """

    coverage: float = 1.0
    reclassified: float = 0.05
    sister: float = 0.05
    busy: float = 1.0
    width: float = 24.0
    partners: float = 4.0
    lag_days: float = 18.0
    through: float = 0.5
    controlled: float = 0.5
    crossing: float = 0.45
    chains: float = 1_500.0
    diverters: float = 0.25
    unit_errors: float = 0.01


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, the truth row by row, and links between rows."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])
    some = rng.random(2) < 0.5
    return Knobs(
        coverage=float(rng.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        reclassified=float(rng.uniform(0.02, 0.1) if some[0] else rng.uniform(0.1, 0.5)),
        sister=float(rng.uniform(0.02, 0.1) if some[1] else rng.uniform(0.1, 0.5)),
        busy=float(np.exp(rng.uniform(-1.0, 1.2))),
        width=float(rng.uniform(12, 36)),
        partners=float(rng.uniform(2, 8)),
        lag_days=float(rng.uniform(8, 40)),
        through=float(rng.uniform(0.35, 0.6)),
        controlled=float(rng.uniform(0.35, 0.65)),
        crossing=float(rng.uniform(0.25, 0.9)),
        chains=float(rng.uniform(1_100, 1_900)),
        diverters=float(rng.uniform(0.1, 0.5)),
        unit_errors=float(rng.uniform(0.003, 0.03)),
    )


def make_tenders(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` shipment lines, of which a share ``coverage`` is returned.

    Parameters
    ----------
    lines
        Number of lines before ``coverage`` hides some.
    seed
        The same seed and knobs give the same world.
    knobs
        Defaults when not given.
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 5])
    goods = make_goods(rng)
    firms = make_firms(lines, knobs.busy, knobs.diverters, rng)
    rules = Rules(
        seed, knobs.reclassified, knobs.sister, knobs.width, knobs.controlled, knobs.lag_days,
        knobs.partners, knobs.crossing,
    )  # fmt: skip
    chosen = [
        _sent(max(round(knobs.chains * lines / 1e6), 12), True, firms, goods, rules, rng),
        _sent(max(round(knobs.through * lines / 6.2), 40), False, firms, goods, rules, rng),
    ]
    used = sum(len(c["day"]) for c, _ in chosen)
    spot = _spot(max(lines - used, 0), firms, goods, rules, rng)
    parts = [chosen[0][0], chosen[1][0], spot]
    cols = {k: np.concatenate([p[k] for p in parts]) for k in spot}
    first = len(chosen[0][0]["day"])
    links = np.concatenate([chosen[0][1], chosen[1][1] + first])
    total = len(cols["day"])
    seen = rng.random(total) < knobs.coverage
    order = np.lexsort((rng.random(total), cols["day"]))
    order = order[seen[order]]
    at = np.full(total, -1)
    at[order] = np.arange(len(order))
    bad = links[(at[links] >= 0).all(axis=1)]
    planted = (cols["chain"][bad] >= 0).all(axis=1)
    cols = {k: v[order] for k, v in cols.items()}
    return World(
        _shipments(cols, firms, goods, knobs, rng),
        _truth(cols, firms),
        _edges(at[bad[planted]]),
        _edges(at[bad[~planted]]),
    )


Columns = dict[str, Ints | Floats | Flags]


def _sent(
    count: int, planted: bool, firms: Firms, goods: Goods, rules: Rules, rng: np.random.Generator
) -> tuple[Columns, Ints]:
    """Plan items, send them, and keep what is declared within the two years."""
    items = plan(count, planted, firms, goods, rules, rng)
    lines = travel(items, planted, firms, goods, rules, rng)
    place(lines, items, firms, rng)
    cols, links = lines.columns, lines.links
    item = cols["item"].astype(np.int64)
    guilty = ~cols["side"].astype(bool) & (cols["stage"] == items.hops[item])
    for stage in range(4, 0, -1):
        late = links[cols["stage"][links[:, 1]] == stage]
        np.logical_or.at(guilty, late[:, 0], guilty[late[:, 1]])
    cols["chain"] = np.where(guilty & planted, item, -1)
    cols["label"] = _labels(cols, items, planted, goods, firms)
    keep = (cols["day"] >= 0) & (cols["day"] < DAYS) & ~cols["unseen"].astype(bool)
    at = np.cumsum(keep) - 1
    links = at[links[keep[links].all(axis=1)]]
    return {k: v[keep] for k, v in cols.items()}, links


def _labels(cols: Columns, items: Items, planted: bool, goods: Goods, firms: Firms) -> Ints:
    item = cols["item"].astype(np.int64)
    style, kind = items.style[item], items.kind[item]
    hops = np.maximum(items.hops[item], 1) - 1
    bad = np.where(style == 0, hops, style + 3)
    end = items.path[item, items.hops[item] + 1]
    closed = firms.country[end] >= COUNTRIES.index("RU")
    fine = kind + len(TYPOLOGIES)
    for name, where in (
        ("seasonal", cols["season"].astype(bool) & (kind == AGREEMENT)),
        ("stock_keeping", (style == SLOW) & (items.hops[item] > 0)),
        ("start_up", firms.founded[cols["exporter"].astype(np.int64)] >= 0),
        ("legal_reexport", closed & items.controlled[item] & goods.exempt[items.good[item]]),
    ):
        fine = np.where(where, LABELS.index(name), fine)
    return np.where(cols["chain"] >= 0, bad, fine) if planted else fine


def _spot(
    count: int, firms: Firms, goods: Goods, rules: Rules, rng: np.random.Generator
) -> Columns:
    """Single sales: makers to yards and to buyers, yards to buyers out of local goods."""
    form = rng.choice(3, size=count, p=[0.52, 0.18, 0.30])
    yard = firms.yards.pick(0, rng.random(count))
    good = draw_goods(yard, rules.width, firms, goods, rules, rng)
    controlled = rng.random(count) < rules.controlled
    key = np.where(controlled, CONTROLLED, OTHER) * len(SECTORS) + goods.sector[good]
    maker = firms.makers.pick(
        key, lottery(rules.seed, yard, key, draw_rank(rng, rules.partners * 0.6, count))
    )
    free = (form == 1) | ((form == 2) & (~controlled | goods.exempt[good]))
    closed = free & (rng.random(count) < rules.crossing * firms.leaning[yard])
    home = np.where(rng.random(count) < 0.35, CONTROLLED, OTHER)
    buyer_class = np.where(closed, EMBARGOED_CLASS, home)
    seller = np.where(form == 1, yard, maker)
    u = lottery(rules.seed, seller, buyer_class, 2, draw_rank(rng, rules.partners, count))
    buyer = firms.customers.pick(buyer_class, u)
    once = np.select([form == 0, (form == 2) & controlled], [0.9, 0.55], 0.28)
    of = np.repeat(np.arange(count), rng.geometric(once))[:count]
    other = rng.random(count) < 0.4
    asked = draw_goods(yard[of], rules.width, firms, goods, rules, rng)
    fixed = (closed & controlled & (form == 2))[of]
    form, yard, seller, buyer, good = form[of], yard[of], seller[of], buyer[of], good[of]
    good = np.where(other & ~fixed, asked, good)
    born = np.maximum(np.where(form <= 1, firms.founded[yard], 0), 0)
    day = np.floor(born + rng.random(count) * (DAYS - born))
    day = np.where(rng.random(count) < 0.4, day[np.searchsorted(of, of)], day)
    lot = goods.typical[good] * rng.lognormal(-0.55, 1.1, count) * firms.size[yard] ** 0.25
    young = (form == 1) & (firms.founded[yard] >= 0)
    none = np.zeros(count, np.int64)
    return {
        "exporter": seller,
        "sender": seller,
        "consignee": np.where(form == 0, yard, buyer),
        "good": good,
        "base_good": good,
        "quantity": np.maximum(np.round(lot), 1.0),
        "wrong": none,
        "day": day,
        "stage": none - 1,
        "chain": none - 1,
        "label": np.where(young, LABELS.index("start_up"), LABELS.index("spot")),
    }


def _shipments(
    cols: Columns, firms: Firms, goods: Goods, knobs: Knobs, rng: np.random.Generator
) -> pa.Table:
    size = len(cols["day"])
    day = cols["day"].astype(np.int32)
    part = {
        k: cols[k].astype(np.int64)
        for k in ("exporter", "sender", "consignee", "good", "base_good")
    }

    def country(role: str) -> pa.Array:
        firm = part[role]
        where = np.where(day >= firms.moved[firm], firms.later_country[firm], firms.country[firm])
        return _coded(where, COUNTRIES)

    true_unit, true_quantity = goods.unit[part["base_good"]], cols["quantity"].astype(np.float64)
    mass = true_quantity * goods.mass[part["base_good"]]
    slip = rng.random(size) < knobs.unit_errors
    slip_kind = rng.integers(1, 4, size)
    wrong = np.where(slip, slip_kind, cols["wrong"].astype(np.int64))
    cols["label"] = np.where(slip & (cols["chain"] < 0), LABELS.index("unit_error"), cols["label"])
    moved = (firms.moved[part["exporter"]] <= day) | (firms.moved[part["consignee"]] <= day)
    cols["label"] = np.where(moved & (cols["chain"] < 0), LABELS.index("moved_firm"), cols["label"])
    unit, quantity = wrong_units(true_unit, true_quantity, goods.mass[part["base_good"]], wrong)
    value = true_quantity * goods.price[part["base_good"]] * rng.lognormal(0.0, 0.2, size)
    names = pa.array(firms.name)
    number = pa.array(rng.permutation(size) + 10 ** len(str(size)))
    codes = [f"{c:06d}" for c in goods.code.tolist()]
    consignee_country = country("consignee")
    return pa.table(
        {
            "shipment_id": number.cast(pa.string()),
            "line_no": pa.array(np.ones(size, np.int32)),
            "date": pa.array((day + 19_358).astype("datetime64[D]")),  # from 2023-01-01
            "exporter": pa.DictionaryArray.from_arrays(part["exporter"].astype(np.int32), names),
            "exporter_country": country("exporter"),
            "consignee": pa.DictionaryArray.from_arrays(part["consignee"].astype(np.int32), names),
            "consignee_country": consignee_country,
            "export_country": country("sender"),
            "destination_country": consignee_country,
            "hs_code": _coded(part["good"], codes),
            "quantity": pa.array(quantity),
            "unit": _coded(unit, UNITS),
            "net_mass_kg": pa.array(
                np.maximum(np.round(mass * rng.lognormal(0, 0.05, size), 3), 0.001)
            ),
            "value": pa.array(np.maximum(np.round(value, 2), 0.01)),
            "currency": _coded(np.zeros(size, np.int64), ("USD",)),
        }
    )


def _coded(at: Ints, names: tuple[str, ...] | list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(at.astype(np.int32), pa.array(list(names)))


def _truth(cols: Columns, firms: Firms) -> pa.Table:
    exporter, consignee = (cols[k].astype(np.int64) for k in ("exporter", "consignee"))
    chain = cols["chain"].astype(np.int32)
    return pa.table(
        {
            "positive": pa.array(chain >= 0),
            "chain_id": pa.array(chain),
            "hop": pa.array(np.where(chain >= 0, cols["stage"], -1).astype(np.int8)),
            "typology": _coded(cols["label"].astype(np.int64), LABELS),
            "exporter_firm": pa.array(exporter.astype(np.int32)),
            "consignee_firm": pa.array(consignee.astype(np.int32)),
            "exporter_group": pa.array(firms.group[exporter].astype(np.int32)),
            "consignee_group": pa.array(firms.group[consignee].astype(np.int32)),
        }
    )


def _edges(links: Ints) -> pa.Table:
    links = links[np.lexsort((links[:, 0], links[:, 1]))].astype(np.int64)
    return pa.table({"from_row": pa.array(links[:, 0]), "to_row": pa.array(links[:, 1])})
