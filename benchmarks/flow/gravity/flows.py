"""Consignments of the gravity world: which lines a network's goods travel on.

Nothing is added to the background. Each line of a consignment is an order that its relation had
anyway; it gets the day and the quantity that the journey asks for. Where a relation has no order
left, one of another relation of the same corridor and heading becomes its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.flow.gravity.knobs import Knobs
from benchmarks.flow.gravity.market import DAYS, FIRST_WEEKDAY, WEEKEND_WORK, Floats, Ints, Market
from benchmarks.flow.gravity.rings import Weaver
from benchmarks.flow.gravity.routes import DIVERSIONS, LAWFUL, Network, Route

_ANCHORS = 6
_SLIVER = 0.03
"""A share of a consignment below which two lines are not said to be linked."""


@dataclass(slots=True)
class Planted:
    """What was planted, by line as drawn."""

    chain: Ints
    hop: Ints
    label: list[str]
    """Names of typologies; `kind` counts into it."""
    kind: Ints
    edges: list[tuple[int, int]] = field(default_factory=list)
    legal_edges: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Leg:
    """One leg of a consignment as planned: days, quantities and bounds of its lots."""

    days: list[int]
    sizes: Floats
    bounds: Floats


def _before_weekend(day: int, u: float) -> int:
    """As `to_weekday`, for one day, and never to a later one."""
    weekday = (day + FIRST_WEEKDAY) % 7
    if weekday < 5 or u < WEEKEND_WORK:
        return day
    return day - weekday + int(5 * (u - WEEKEND_WORK) / (1 - WEEKEND_WORK))


class Planter:
    """Sends consignments along the routes of networks."""

    def __init__(self, market: Market, knobs: Knobs, rng: np.random.Generator) -> None:
        self.market, self.knobs, self.rng = market, knobs, rng
        self.weaver = Weaver(market, knobs, rng)
        n = len(market.lines.relation)
        self.used = np.zeros(n, dtype=bool)
        self.free: dict[int, list[int]] = {}
        labels = ["", *DIVERSIONS, *LAWFUL, "start_up", "seasonal", "moved", "unit_error"]
        self.planted = Planted(np.full(n, -1), np.full(n, -1), labels, np.zeros(n, dtype=np.int64))

    def _open(self, relation: int) -> list[int]:
        """The lines of a relation that no consignment uses yet."""
        if relation not in self.free:
            r = self.market.relations
            first = int(r.first[relation])
            rows = range(first, first + int(r.count[relation]))
            relation_of = self.market.lines.relation
            self.free[relation] = [x for x in rows if relation_of[x] == relation]
        return self.free[relation]

    def _borrow(self, relation: int) -> int | None:
        """Make a line of another relation of the corridor one of this relation."""
        r, f, lines = self.market.relations, self.market.firms, self.market.lines
        for turn in range(16):
            y = self.weaver.like(relation)
            if self.weaver.busy[y] or (
                turn < 10 and f.country[r.seller[y]] != f.country[r.seller[relation]]
            ):
                continue
            row = int(r.first[y]) + int(self.rng.integers(0, r.count[y]))
            if lines.relation[row] == y and not self.used[row]:
                lines.relation[row] = relation
                return row
        return None

    def _take(self, leg: list[int], day: int) -> int | None:
        """A line for the leg, as near to the day as there is one."""
        opened = [
            (abs(int(self.market.lines.day[x]) - day), x, r) for r in leg for x in self._open(r)
        ]
        if not opened:
            relation = leg[int(self.rng.integers(0, len(leg)))]
            row = self._borrow(relation)
        else:
            _, row, relation = min(opened)
            self._open(relation).remove(row)
        if row is not None:
            self.used[row] = True
        return row

    def _lag(self, slow: bool) -> int:
        if slow:
            return int(self.rng.integers(90, 241))
        lag = self.rng.lognormal(np.log(self.knobs.lag_days), 0.7)
        return int(np.clip(np.rint(lag), 1, 80))

    def _birth(self, leg: list[int]) -> int:
        r, birth = self.market.relations, self.market.firms.birth
        return max(0, *(int(max(birth[r.seller[x]], birth[r.buyer[x]])) for x in leg))

    def _anchor(self, route: Route) -> tuple[list[int], Floats]:
        """Days and quantities of the last leg, from orders that its relations have."""
        lines, rng = self.market.lines, self.rng
        leg, lots = route.legs[-1], route.lines[-1]
        rows = [x for r in leg for x in self._open(r)]
        window = 150 if route.typology == "stock_keeping" else 25
        usual = self.market.relations.usual
        if rows:
            at = int(lines.day[rows[int(rng.integers(0, len(rows)))]])
            rows = sorted(rows, key=lambda x: abs(int(lines.day[x]) - at))[:lots]
        else:
            at = int(rng.integers(7, DAYS))
        if rng.random() < 0.08:
            # Under way when the world ends: the last lots leave after it.
            at, rows = DAYS + int(rng.integers(0, 60)), []
        days, sizes = [], []
        for nth in range(lots):
            deviation, relation = rng.normal(0, self.knobs.order_spread), leg[0]
            day = _before_weekend(max(at + int(rng.integers(-window, window + 1)), 7), rng.random())
            if nth < len(rows):
                own = int(lines.day[rows[nth]])
                day = own if abs(own - at) <= window else day
                deviation, relation = lines.deviation[rows[nth]], int(lines.relation[rows[nth]])
            days.append(day)
            sizes.append(float(np.exp(usual[relation] + deviation)))
        return days, np.array(sizes)

    def _plan(self, route: Route) -> list[_Leg] | None:
        """Days and quantities of all legs, the last one first drawn; null when time is too short."""
        rng = self.rng
        days, sizes = self._anchor(route)
        total = float(sizes.sum())
        plan = [_Leg(days, sizes, np.concatenate(([0.0], np.cumsum(sizes) / total)))]
        slow = int(rng.integers(1, len(route.legs))) if route.typology == "slow" else -1
        for leg in range(len(route.legs) - 2, -1, -1):
            total *= 1 + rng.exponential(self.knobs.loss)
            if leg + 1 == route.turn:
                total *= route.mix
            shares = rng.lognormal(0, 0.3, route.lines[leg])
            bounds = np.concatenate(([0.0], np.cumsum(shares) / shares.sum()))
            after, days = plan[0], []
            for lot in range(route.lines[leg]):
                on = self._overlaps(bounds, lot, after)
                due = min(after.days[x] for x in on) - self._lag(leg + 1 == slow)
                days.append(_before_weekend(due, float(rng.random())))
            birth = self._birth(route.legs[leg])
            if birth and min(days) < birth:
                return None
            plan.insert(0, _Leg(days, total * np.diff(bounds), bounds))
        return plan

    @staticmethod
    def _overlaps(bounds: Floats, lot: int, after: _Leg) -> list[int]:
        """Which lots of the next leg hold goods of this one: first in, first out."""
        common = np.minimum(bounds[lot + 1], after.bounds[1:]) - np.maximum(
            bounds[lot], after.bounds[:-1]
        )
        kept = np.flatnonzero(common > _SLIVER)
        return kept.tolist() if len(kept) else [int(np.argmax(common))]

    def consign(self, route: Route, label: str, chain: int) -> bool:
        """Send one consignment; `chain` is its number, or -1 for a lawful one."""
        plan = None
        for _ in range(_ANCHORS):
            plan = self._plan(route)
            if plan is not None:
                break
        if plan is None:
            return False
        lines, relations, planted = self.market.lines, self.market.relations, self.planted
        taken: list[list[int]] = []
        for leg, lots in enumerate(plan):
            # What leaves before the world begins or after it ends has no line; -1.
            rows = []
            for day in lots.days:
                inside = leg != route.unseen and 0 <= day < DAYS
                row = self._take(route.legs[leg], day) if inside else None
                rows.append(-1 if row is None else row)
            taken.append(rows)
        if sum(row >= 0 for rows in taken for row in rows) < min(len(plan), 2):
            return False
        kind = planted.label.index(label)
        for leg, (lots, rows) in enumerate(zip(plan, taken, strict=True)):
            for row, day, size in zip(rows, lots.days, lots.sizes, strict=True):
                if row < 0:
                    continue
                lines.day[row] = day
                lines.deviation[row] = np.log(size) - relations.usual[lines.relation[row]]
                lines.shift[row] = 0
                lines.own_part[row] = self.rng.random() < 0.9
                planted.kind[row] = kind
                if chain >= 0:
                    planted.chain[row], planted.hop[row] = chain, leg
            links = planted.edges if chain >= 0 else planted.legal_edges
            for lot, row in enumerate(taken[leg - 1] if leg else []):
                on = [rows[x] for x in self._overlaps(plan[leg - 1].bounds, lot, lots)]
                links.extend((row, x) for x in on if row >= 0 and x >= 0)
        return True

    def run(self, network: Network, chain: int) -> int:
        """Send all consignments of a network; how many went."""
        sent = 0
        for route in [x for x in network.routes for _ in range(x.consignments)]:
            label = route.typology
            if label == "distributor" and self.weaver.is_young(route):
                label = "start_up"
            sent += self.consign(route, label, chain + sent if chain >= 0 else -1)
        return sent


def plant(market: Market, knobs: Knobs, rng: np.random.Generator) -> Planted:
    """Plant diversions and lawful flows into the market, which changes in place."""
    planter = Planter(market, knobs, rng)
    lines = len(market.lines.relation)
    wanted = max(round(lines * knobs.chains_per_million / 1e6), len(DIVERSIONS))
    asked = {True: wanted, False: round(wanted * knobs.lawful_per_chain)}
    sent = {True: 0, False: 0}
    # Each typology once, tried a few times, then as their shares have it.
    turn = {True: list(DIVERSIONS) * 4, False: list(LAWFUL) * 4}
    failures = 0
    while failures < 2000 and any(sent[x] < asked[x] for x in (True, False)):
        diverted = sent[True] * asked[False] <= sent[False] * asked[True]
        shares = DIVERSIONS if diverted else LAWFUL
        weight = np.array(list(shares.values()))
        typology = str(rng.choice(list(shares), p=weight / weight.sum()))
        if turn[diverted]:
            typology = turn[diverted].pop(0)
        network = planter.weaver.network(typology, shares)
        went = planter.run(network, sent[True] if diverted else -1) if network else 0
        if went:
            turn[diverted] = [x for x in turn[diverted] if x != typology]
        failures += not went
        sent[diverted] += went
    return planter.planted
