"""Networks of firms in the gravity world: which relations they use, on which routes.

A network is built backwards, from a relation of the background that ends where its goods shall end.
For each firm on the way a relation of the background with the right corridor and like goods is
pointed at that firm, all its orders with it; the buyer it had gets another relation of that firm in
exchange. So corridors, goods, dates, orders of a pair and partners of a firm stay what they were.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.flow.gravity.goods import CONTROLLED, EMBARGOED_CLASS, THIRD, TRANSIT
from benchmarks.flow.gravity.knobs import Knobs
from benchmarks.flow.gravity.market import DAYS, YOUNG, Bools, Floats, Ints, Market
from benchmarks.flow.gravity.routes import DIVERSIONS, Network, Route

_TRIES = 40
_FIRMS_OF_ONE = 7


def _taste(count: Ints) -> Floats:
    """How readily a relation of so many orders is tried.

    By its orders, so that each line is as likely; busy relations a little more, as they are often
    found in use, and rare ones too, as a journey of several lines makes them less rare.
    """
    return np.asarray(count**1.25 * np.where(count <= 2, 1.7, 1.0), dtype=np.float64)


class _Drawer:
    """Draws relations of a kind by their number of lines."""

    def __init__(self, relations: Ints, weight: Floats) -> None:
        self.relations = relations
        self.total = np.cumsum(weight)

    def draw(self, u: float) -> int:
        """A relation; -1 where there is none of the kind."""
        if not len(self.relations):
            return -1
        at = int(np.searchsorted(self.total, u * self.total[-1], "right"))
        return int(self.relations[min(at, len(self.relations) - 1)])


class Weaver:
    """Weaves networks into a market, changing its relations and owners in place."""

    def __init__(self, market: Market, knobs: Knobs, rng: np.random.Generator) -> None:
        self.market, self.knobs, self.rng = market, knobs, rng
        r, firms = market.relations, market.firms
        self.kind = market.countries.kind
        self.headings = len(market.goods.headings)
        self.busy = np.zeros(len(r.seller), dtype=bool)
        """Relations that a network uses already."""
        self.owned = np.bincount(firms.group, minlength=len(firms.group))
        a, b = self.kind[firms.country[r.seller]], self.kind[firms.country[r.buyer]]
        exempt = market.goods.exempt[r.heading]
        out = (a == THIRD) & (b == EMBARGOED_CLASS)
        near = np.isin(np.array(market.countries.codes)[firms.country[r.buyer]], TRANSIT)
        # A network runs more consignments on a relation with more orders: weighed against it. Firms
        # that pass goods on buy about as much as they sell.
        runs = knobs.once + (1 - knobs.once) * np.minimum(
            r.count, np.minimum(2 + r.count / 12, 4.0)
        )
        n = len(firms.country)
        bought = np.bincount(r.buyer, r.count, n)
        passes = np.clip(bought / np.maximum(np.bincount(r.seller, r.count, n), 1.0), 0.01, 3.0)
        weight = _taste(r.count) * r.count**0.15 / runs * passes[r.seller]
        self.passes = passes
        self.ends = {
            "diversion": self._drawer(out & ~exempt, weight),
            "lawful_reexport": self._drawer(out & exempt, weight),
            "other_origin": self._drawer(out & ~exempt, weight),
            "repair_return": self._drawer((a == THIRD) & (b == CONTROLLED), weight),
            "distributor": self._drawer((a == THIRD) & (b != EMBARGOED_CLASS), weight),
            "stock_keeping": self._drawer((a == THIRD) & (b != EMBARGOED_CLASS), weight),
            "lost": self._drawer((a == CONTROLLED) & near & ~exempt, r.count / runs),
        }
        # Relations by buyer's country, heading and seller's class, with their lines cumulated.
        self.key = (firms.country[r.buyer] * self.headings + r.heading) * 3 + a
        self.order = np.argsort(self.key, kind="stable")
        self.sorted_key = self.key[self.order]
        self.lines_before = np.concatenate(([0], np.cumsum(_taste(r.count[self.order]))))
        by_buyer = np.argsort(r.buyer, kind="stable")
        edges = np.searchsorted(r.buyer[by_buyer], np.arange(len(firms.country) + 1))
        self.bought = [by_buyer[lo:hi].tolist() for lo, hi in pairwise(edges.tolist())]

    def _drawer(self, mask: Bools, weight: Floats) -> _Drawer:
        kept = np.flatnonzero(mask)
        return _Drawer(kept, weight[kept])

    def _cell(self, country: int, heading: int, kind: int) -> tuple[int, int]:
        key = (country * self.headings + heading) * 3 + kind
        return (
            int(np.searchsorted(self.sorted_key, key, "left")),
            int(np.searchsorted(self.sorted_key, key, "right")),
        )

    def like(self, relation: int) -> int:
        """A relation of the same buyer's country, heading and seller's class, by its lines."""
        key = self.key[relation]
        lo, hi = np.searchsorted(self.sorted_key, (key, key + 1), "left")
        return self._by_lines(int(lo), int(hi))

    def _by_lines(self, lo: int, hi: int) -> int:
        low, high = self.lines_before[lo], self.lines_before[hi]
        at = np.searchsorted(self.lines_before, low + self.rng.random() * (high - low), "right")
        return int(self.order[min(int(at) - 1, hi - 1)])

    def _arrival(
        self,
        firm: int,
        heading: int,
        kind: int,
        usual: float,
        taken: set[int],
        needed: int,
        country: int = -1,
        elsewhere: bool = False,
    ) -> int | None:
        """A free relation by which goods like these reach the firm's country, best its own.

        Of several the best is taken: orders enough for the lines `needed`, a usual size near to
        `usual`. `taken` are firms that may not sell here, `country` that of the seller where one is
        preferred. With `elsewhere`, the goods shall reach another firm than `firm`.
        """
        r, f = self.market.relations, self.market.firms
        if not elsewhere and self.rng.random() < self.knobs.direct:
            own = [
                x
                for x in self.bought[firm]
                if r.heading[x] == heading
                and not self.busy[x]
                and r.buyer[x] == firm
                and self.kind[f.country[r.seller[x]]] == kind
                and int(r.seller[x]) not in taken
            ]
            if own:
                share = np.cumsum(_taste(r.count[own]))
                at = np.searchsorted(share, self.rng.random() * share[-1], "right")
                return int(own[int(at)])
        home = int(f.country[firm])
        found: list[tuple[float, int]] = []
        for step in (0, 0, 0, 1, -1, 2, -2, 3, -3):
            if found and step:
                break
            lo, hi = self._cell(home, (heading + step) % self.headings, kind)
            if lo == hi:
                continue
            x = self._by_lines(lo, hi)
            seller = int(r.seller[x])
            used = self.busy[x] or (elsewhere and int(r.buyer[x]) == firm)
            if used or seller in taken or seller == firm:
                continue
            wrong = 0.0 if country in (-1, int(f.country[seller])) else 1.0
            wrong += 2 * max(0.0, float(np.log(needed / r.count[x])))
            wrong += float(kind == THIRD and self.passes[seller] < 0.3)
            found.append((0.3 * abs(float(r.usual[x]) - usual) + wrong, x))
        return min(found)[1] if found else None

    def point_buyer(self, relation: int, firm: int) -> None:
        """Make `firm` the buyer of the relation; its old buyer gets one of the firm's in exchange."""
        r = self.market.relations
        old = int(r.buyer[relation])
        if old == firm:
            return
        own = [x for x in self.bought[firm] if not self.busy[x] and r.buyer[x] == firm]
        own = [x for x in own if r.seller[x] != old]
        if own:
            given = min(own, key=lambda x: abs(int(r.count[x]) - int(r.count[relation])))
            self._set_buyer(given, old)
        self._set_buyer(relation, firm)

    def _set_buyer(self, relation: int, firm: int) -> None:
        r = self.market.relations
        r.buyer[relation] = firm
        self.bought[firm].append(relation)
        self._not_before(relation)

    def _not_before(self, relation: int) -> None:
        """Squeeze a relation's orders into the time that both its firms exist."""
        r, firms = self.market.relations, self.market.firms
        birth = int(max(firms.birth[r.seller[relation]], firms.birth[r.buyer[relation]]))
        if birth <= 0:
            return
        lines = self.market.lines
        rows = np.arange(r.first[relation], r.first[relation] + r.count[relation])
        rows = rows[lines.relation[rows] == relation]
        if len(rows) and lines.day[rows].min() < birth:
            lines.day[rows] = birth + lines.day[rows] * (DAYS - birth) // DAYS

    def _own(self, firm: int, sister: int) -> bool:
        """Give two firms one owner, unless that owner would have many."""
        group = self.market.firms.group
        one, other = int(group[firm]), int(group[sister])
        if one == other:
            return True
        if self.owned[one] + self.owned[other] > _FIRMS_OF_ONE:
            return False
        group[group == one] = other
        self.owned[other] += self.owned[one]
        self.owned[one] = 0
        return True

    def _adapt(self, relation: int, last: int, usual: float, diverted: bool) -> None:
        """Let a relation carry the goods of `last`, in lots of the usual size given."""
        r = self.market.relations
        r.heading[relation], r.code[relation] = r.heading[last], r.code[last]
        r.usual[relation], r.log_mass[relation] = usual, r.log_mass[last]
        r.pack[relation] = min(r.pack[last], max(np.exp(usual) // 4, 1.0))
        r.has_part[relation] &= self.market.goods.machines[r.heading[last]]
        r.part[relation] = r.part[last]
        if diverted:
            r.odd_unit[relation] = False

    def _lots(self, typology: str, legs: int) -> list[int]:
        """Into how many lines each leg is cut."""
        rng, p = self.rng, self.knobs.multiple
        lots = [min(int(rng.geometric(1 - p)), 5)] * legs
        lots = [x if rng.random() < 0.5 else min(int(rng.geometric(1 - p)), 5) for x in lots]
        if typology == "split":
            lots[0], lots[-1] = 1, 2 + int(rng.integers(0, 3))
        elif typology == "merge":
            lots[0], lots[-1] = 2 + int(rng.integers(0, 3)), 1
        elif typology == "plain":
            lots = [1 + int(rng.random() < p / 2)] * legs
        elif typology == "stock_keeping":
            lots[0], lots[-1] = 1 + int(rng.integers(0, 2)), 4 + int(rng.integers(0, 5))
        elif typology == "repair_return":
            lots[-1] = 1
        return lots

    def _route(
        self, typology: str, end: str, heading: int, favoured: int, once: bool
    ) -> Route | None:
        rng, r, f = self.rng, self.market.relations, self.market.firms
        for _ in range(_TRIES):
            last = self.ends[end].draw(rng.random())
            if last < 0:
                return None
            if not self.busy[last] and heading in (-1, int(r.heading[last])):
                break
        else:
            return None
        hops = 1 + int(rng.choice(4, p=np.array(self.knobs.hops) / sum(self.knobs.hops)))
        if typology == "repair_return" or end == "lost":
            hops = 1
        unseen = -1
        if end == "lost":
            hops = 0
        elif typology == "lost_transit":
            hops = max(hops, 2)
            unseen = 1 + int(rng.integers(0, hops - 1))
        lots = self._lots(typology, hops + 1)
        diverted = typology in DIVERSIONS
        legs: list[list[int]] = [[last]]
        turn = int(rng.integers(1, hops + 1)) if hops else 0
        mix = 1.0
        if typology == "mixing":
            mix = float(rng.uniform(0.35, 0.75) if rng.random() < 0.5 else rng.uniform(1.3, 2.5))
        # Neutral by line: legs of many lines weigh more.
        total = float(r.usual[last] + np.average(np.log(lots), weights=lots))
        runs = 1 if once else 1 + int(rng.geometric(1 / (1 + min(float(r.count[last]) / 12, 8.0))))
        seller, taken = int(r.seller[last]), {int(r.seller[last]), int(r.buyer[last])}
        chosen: list[tuple[int, int, int, bool]] = []
        for leg in range(hops - 1, -1, -1):
            kind = THIRD if leg or typology == "other_origin" else CONTROLLED
            usual = float(total - np.log(lots[leg]) + np.log(mix) * (leg < turn))
            hidden = typology == "sister" and leg + 1 == turn
            hidden |= typology != "repair_return" and rng.random() < self.knobs.sister
            wanted = favoured if leg else -1
            if typology == "repair_return":
                wanted = int(f.country[r.buyer[last]])
            x = self._arrival(
                seller, int(r.heading[last]), kind, usual, taken, runs * lots[leg], wanted, hidden
            )
            if x is None:
                return None
            chosen.append((x, seller, leg, hidden))
            legs.insert(0, [x])
            seller = int(r.seller[x])
            taken.add(seller)
        room = min(int(r.count[leg[0]]) / lot for leg, lot in zip(legs, lots, strict=True))
        runs = min(runs, max(round(room), 1))
        self.busy[last] = True
        r.usual[last] = total - np.log(lots[-1])
        for x, firm, leg, hidden in chosen:
            usual = float(total - np.log(lots[leg]) + np.log(mix) * (leg < turn))
            usual += float(rng.normal(0, 0.15))
            self.busy[x] = True
            if not (hidden and self._own(firm, int(r.buyer[x]))):
                self.point_buyer(x, firm)
            if typology == "repair_return":
                r.seller[x] = r.buyer[last]
                self._not_before(x)
            self._adapt(x, last, usual, diverted)
        if diverted and hops:
            r.odd_unit[last] = False
        route = Route(typology, legs, lots, unseen, turn, runs, mix)
        self._rename(route)
        if typology != "repair_return":
            self._widen(route, diverted)
        return route

    def _rename(self, route: Route) -> None:
        """Declare other codes or units on the legs before `turn`, as the typology and knobs say."""
        rng, r, ware = self.rng, self.market.relations, self.market.goods
        turn = route.turn
        first = [leg[0] for leg in route.legs]
        switches = [leg for leg in range(1, len(first)) if rng.random() < self.knobs.reclassified]
        if route.typology == "hs_within":
            switches = sorted({*switches, turn})
        # The last leg keeps its own code; each switch gives all legs before it another one.
        for leg in switches:
            codes = len(ware.codes[int(r.heading[first[-1]])])
            if codes > 1:
                step = int(rng.integers(1, codes))
                for x in first[:leg]:
                    r.code[x] = (r.code[x] + step) % codes
        if route.typology == "hs_across":
            heading = int(r.heading[first[-1]])
            near = [heading + d for d in (-3, -2, -1, 1, 2, 3)]
            near = [h for h in near if 0 <= h < self.headings]
            near = [h for h in near if ware.unit[h] == ware.unit[heading] and not ware.exempt[h]]
            other = near[int(rng.integers(0, len(near)))] if near else heading
            code = int(rng.integers(0, len(ware.codes[other])))
            for x in first[:turn]:
                r.heading[x], r.code[x] = other, code
                r.has_part[x] &= ware.machines[other]
        if route.typology == "misdeclared_unit":
            for x in first[turn:]:
                r.odd_unit[x] = True

    def _widen(self, route: Route, diverted: bool) -> None:
        """Let further suppliers and customers take part where legs are cut into lines."""
        rng, r = self.rng, self.market.relations
        if len(route.legs) > 1 and route.lines[0] > 1 and rng.random() < 0.6:
            first = route.legs[0][0]
            kind = THIRD if route.typology == "other_origin" else CONTROLLED
            taken = {int(r.seller[x]) for leg in route.legs for x in leg}
            buyer, usual = int(r.buyer[first]), float(r.usual[first])
            x = self._arrival(buyer, int(r.heading[first]), kind, usual, taken, route.consignments)
            if x is not None:
                self.busy[x] = True
                self.point_buyer(x, buyer)
                self._adapt(x, first, usual, diverted)
                route.legs[0].append(x)
        last = route.legs[-1][0]
        if route.lines[-1] > 1 and rng.random() < 0.6:
            seller = int(r.seller[last])
            f = self.market.firms
            for _ in range(6):
                x = self.like(last)
                same = (
                    f.country[r.seller[x]] == f.country[seller] and r.heading[x] == r.heading[last]
                )
                if not self.busy[x] and x != last and same and r.buyer[x] != r.buyer[last]:
                    self.busy[x] = True
                    r.seller[x] = seller
                    self._not_before(x)
                    self._adapt(x, last, float(r.usual[last]), diverted)
                    r.odd_unit[x] = r.odd_unit[last]
                    route.legs[-1].append(x)
                    break

    def network(self, typology: str, draw: dict[str, float]) -> Network | None:
        """One network whose first route is of the typology; others are drawn from `draw`."""
        rng, r, f = self.rng, self.market.relations, self.market.firms
        diverted = typology in DIVERSIONS
        woven = Network()
        once = rng.random() < self.knobs.once
        favoured, heading = -1, -1
        for nth in range(1 if once else 1 + int(rng.integers(0, 3))):
            if nth and diverted:
                typology = str(
                    rng.choice(list(draw), p=np.array(list(draw.values())) / sum(draw.values()))
                )
            end = "diversion" if diverted else typology
            if typology == "lost_transit" and rng.random() < 0.5:
                end = "lost"
            route = self._route(
                typology, end, heading if rng.random() < 0.7 else -1, favoured, once
            )
            if route is None:
                continue
            woven.routes.append(route)
            last = route.legs[-1][0]
            heading = int(r.heading[last])
            favoured = int(f.country[r.seller[last]]) if rng.random() < 0.7 else favoured
            if nth and diverted:
                self._own(int(r.seller[last]), int(r.seller[woven.routes[0].legs[-1][0]]))
        return woven if woven.routes else None

    def is_young(self, route: Route) -> bool:
        """Whether a firm that passes the goods on was founded after 2022 began."""
        r, birth = self.market.relations, self.market.firms.birth
        return any(birth[r.seller[x]] >= YOUNG for leg in route.legs[1:] for x in leg)
