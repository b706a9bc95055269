"""The columns of declarations, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.simulate.carriage import Pairs, Routes, Vessels
from enduse.simulate.chains import QUANTITY_SPREAD, as_ordered
from enduse.simulate.companies import Companies
from enduse.simulate.draws import Flags, Floats, Ints
from enduse.simulate.frame import NEVER, Frame
from enduse.simulate.identifiers import container_numbers, imo_numbers, padded
from enduse.simulate.ledger import Ledger, Passages
from enduse.simulate.naming import WRITINGS
from enduse.simulate.parts import Parts
from enduse.simulate.schemes import Kind
from enduse.simulate.terms import EXPIRED, NONE_NEEDED, PERMIT, Terms
from enduse.simulate.trade import Trade
from enduse.simulate.wording import Wording

_PER_USD = {
    "USD": 1.0, "EUR": 0.92, "GBP": 0.79, "JPY": 135.0, "CNY": 6.9, "HKD": 7.8, "INR": 80.0,
    "TRY": 22.0, "AED": 3.67, "RUB": 80.0,
}  # fmt: skip
"""Units of a currency for a dollar: round, and the same on every day of a world."""
_DOLLAR_SHARE = 0.5
"""Share of shipments invoiced in dollars whatever the exporter's currency is."""
_THOUSANDS = {"NAR": "MIL", "KGM": "TNE"}
"""Units that are confused with the thousandfold."""
_COUNTED = ("NAR", "NPR")
_HS_DIGITS = {"europe": 8, "balkan": 8, "east-asia": 8, "south-asia": 8, "south-east-asia": 6}
"""Digits of a code in a declaration, by region of the exporter; 10 elsewhere."""
_NO_NEED = ("NLR", "NLR", "Not required", "EAR99")
_WRITING_WEIGHTS = (0.4, 0.6, 0.8, 1.0)
"""Cumulative, over the ways to write a name otherwise than registered."""


COLUMNS = (
    "shipment_id", "line_no", "date", "flow",
    "exporter", "exporter_country", "exporter_address", "exporter_id",
    "consignee", "consignee_country", "consignee_address", "consignee_id",
    "intermediate_consignee", "intermediate_consignee_country", "end_user", "end_user_country",
    "freight_forwarder", "freight_forwarder_country", "manufacturer",
    "origin_country", "export_country", "destination_country", "transit_countries",
    "hs_code", "description", "part_number", "quantity", "unit", "net_mass_kg", "value",
    "currency", "vessel_imo", "container", "permit_no", "stated_end_use",
)  # fmt: skip
"""Columns of the shipments file, in order."""
DECOYS = ("open_sale", "unit_error", "seasonal_trade", "moved", "start_up")
"""What makes everyday lines look suspicious, beside the legal chains of chains.py."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole shipments, as the file has them and as they were."""

    lines: pa.Table
    truth: pa.Table


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything that declarations are written from."""

    frame: Frame
    companies: Companies
    trade: Trade
    terms: Terms
    pairs: Pairs
    routes: Routes
    parts: Parts
    wording: Wording
    vessels: Vessels
    ledger: Ledger
    legs: Passages
    diversions: int
    """How many chains divert."""

    def blocks(self, rows: int) -> Iterator[Block]:
        """All lines in order, about `rows` at a time; other rows, other draws."""
        starts = np.flatnonzero(self.ledger.starts)
        wanted = np.arange(rows, len(self.ledger), rows)
        # A last shipment may straddle the wanted cut: then the block ends after it.
        at = np.searchsorted(starts, wanted)
        cuts = np.unique(starts[at[at < len(starts)]])
        edges = [0, *cuts[cuts > 0].tolist(), len(self.ledger)]
        texts = _Texts(self)
        for number, (low, high) in enumerate(pairwise(edges)):
            rng = np.random.default_rng(np.random.SeedSequence([self.frame.seed, 1, number]))
            yield _Writer(rng, self, texts, low, high).block(int(np.searchsorted(starts, low)))


class _Texts:
    """The texts that declarations are made of, as Arrow has them."""

    def __init__(self, world: Declarations) -> None:
        companies = world.companies
        codes = companies.catalogue.goods.code
        self.countries = pa.array(companies.catalogue.countries.code)
        self.names = pa.array(companies.names)
        self.addresses = pa.array(companies.addresses.texts)
        self.numbers = pa.array(companies.stated, pa.string())
        self.routes = pa.array(world.routes.texts)
        self.parts = pa.array(world.parts.numbers)
        self.words = pa.array(world.wording.texts)
        self.codes = pa.array(
            [
                f"{code}{f'{i * 37 % 90 + 10}00'[:digits]}"
                for i, code in enumerate(codes)
                for digits in (0, 2, 4)
            ]
        )
        """Three for each kind of goods: of 6, 8 and 10 digits."""


class _Writer:
    """Writes the lines from `low` to `high`."""

    def __init__(
        self, rng: np.random.Generator, world: Declarations, texts: _Texts, low: int, high: int
    ) -> None:
        self._rng = rng
        self._world = world
        self._catalogue = world.companies.catalogue
        self._texts = texts
        self._row: Ints = world.ledger.trade[low:high].astype(np.int64)
        self._day: Ints = world.ledger.day[low:high].astype(np.int64)
        self._leg: Ints = world.ledger.leg[low:high].astype(np.int64)
        starts = world.ledger.starts[low:high]
        self._shipment: Ints = np.cumsum(starts) - 1
        self._line_no: Ints = np.arange(high - low) - np.flatnonzero(starts)[self._shipment] + 1
        self._pair: Ints = world.terms.pair[self._row]
        dates = [world.frame.start + timedelta(days=d) for d in range(int(self._day.max()) + 1)]
        self._year: Ints = np.array([d.year for d in dates])[self._day]

    def block(self, shipments_before: int) -> Block:
        """The lines and what is true of them; shipments are numbered on from those before."""
        number = padded(self._shipment + shipments_before + 1, 8)
        shipment_id = pc.binary_join_element_wise(self._years(), number, "-")
        line_no = pa.array(self._line_no, pa.int32())
        wrong = self._wrong_units()
        lines = {
            "shipment_id": shipment_id,
            "line_no": line_no,
            **self._when_and_who(),
            **self._way(),
            **self._goods(),
            **self._amounts(wrong),
            **self._permit(),
        }
        truth = {"shipment_id": shipment_id, "line_no": line_no, **self._truth(wrong)}
        return Block(pa.table({name: lines[name] for name in COLUMNS}), pa.table(truth))

    def _per_shipment(self) -> Floats:
        """A draw that all lines of a shipment share."""
        return self._rng.random(int(self._shipment[-1]) + 1)[self._shipment]

    def _per_line(self) -> Floats:
        return self._rng.random(len(self._row))

    def _years(self) -> pa.Array:
        return pc.binary_join_element_wise("D", pa.array(self._year).cast(pa.string()), "")

    def _country(self, firm: Ints) -> Ints:
        return self._world.companies.firms.country[firm]

    def _code(self, country: Ints, known: Flags | None = None) -> pa.Array:
        return _take(self._texts.countries, country, known)

    def _name(self, firm: Ints) -> pa.Array:
        """Names as written; null for -1."""
        share = self._world.frame.settings.variant_share
        draw = self._per_shipment()
        other = 1 + np.searchsorted(_WRITING_WEIGHTS, self._per_shipment(), side="right")
        writing = np.where(draw < share, other, 0)
        return _take(self._texts.names, firm * WRITINGS + writing, firm >= 0)

    def _role(self, role: str, firm: Ints) -> dict[str, pa.Array]:
        known = firm >= 0
        return {
            role: self._name(firm),
            f"{role}_country": self._code(self._country(firm), known),
        }

    def _party(self, role: str, firm: Ints) -> dict[str, pa.Array]:
        companies = self._world.companies
        moved = self._day >= companies.firms.moved_day[firm]
        used = companies.addresses
        address = np.where(moved, used.later[firm], used.first[firm])
        writing = (self._per_shipment() < 0.25).astype(np.int64)
        return {
            **self._role(role, firm),
            f"{role}_address": _take(
                self._texts.addresses, 2 * address + writing, self._per_shipment() < 0.92
            ),
            f"{role}_id": _take(self._texts.numbers, firm, self._per_shipment() < 0.8),
        }

    def _when_and_who(self) -> dict[str, pa.Array]:
        trade, terms, row = self._world.trade, self._world.terms, self._row
        epoch = (self._world.frame.start - date(1970, 1, 1)).days
        maker = terms.maker[row]
        return {
            "date": pa.array((epoch + self._day).astype(np.int32)).cast(pa.date32()),
            **self._party("exporter", trade.exporter[row]),
            **self._party("consignee", trade.consignee[row]),
            **self._role("intermediate_consignee", terms.intermediate[row]),
            **self._role("end_user", terms.end_user[row]),
            **self._role("freight_forwarder", self._world.pairs.forwarder[self._pair]),
            "manufacturer": _take(self._texts.names, maker * WRITINGS, maker >= 0),
        }

    def _way(self) -> dict[str, pa.Array]:
        world, row, pair = self._world, self._row, self._pair
        seller = self._country(world.trade.exporter[row])
        origin = world.terms.origin[row]
        draw = self._per_shipment()
        foreign = (origin != seller) & (self._per_shipment() < 0.6)
        flow = np.where(draw < 0.35, 1, np.where(foreign, 2, 0))
        route = world.pairs.route[pair]
        sea = world.pairs.by_sea[pair]
        vessels = world.vessels
        plain = np.flatnonzero(vessels.listed_from == NEVER)
        turn = np.floor(self._per_shipment() * 3).astype(np.int64)
        listed = world.pairs.listed_vessel[pair]
        vessel = np.where(
            (listed >= 0) & (self._per_shipment() < 0.6), listed, plain[(pair + turn) % len(plain)]
        )
        serial = np.floor(self._per_shipment() * 4_000_000).astype(np.int64)
        boxed = sea & (self._per_shipment() < 0.85)
        return {
            "flow": _take(pa.array(("export", "import", "re-export")), flow, draw < 0.9),
            "origin_country": self._code(origin, self._per_shipment() < 0.95),
            "export_country": self._code(seller),
            "destination_country": self._code(self._country(world.trade.consignee[row])),
            "transit_countries": _take(self._texts.routes, route, route > 0),
            "vessel_imo": _masked(
                imo_numbers(vessels.serial[vessel]), sea & (self._per_shipment() < 0.9)
            ),
            "container": _masked(container_numbers(serial), boxed),
        }

    def _goods(self) -> dict[str, pa.Array]:
        world, row = self._world, self._row
        terms, countries = world.terms, self._catalogue.countries
        goods, part = world.trade.goods[row], terms.part[row]
        digits = np.array([_HS_DIGITS.get(region, 10) for region in countries.region])
        longer = (digits[self._country(world.trade.exporter[row])] - 6) // 2
        text = _take(self._texts.words, terms.wording[row])
        number = _take(self._texts.parts, part, part >= 0)
        spoken = pa.array(terms.part_in_words[row] & (part >= 0))
        end_use = terms.end_use[row]
        return {
            "hs_code": _take(self._texts.codes, goods * 3 + longer),
            "description": pc.if_else(spoken, pc.binary_join_element_wise(text, number, " "), text),
            "part_number": _masked(number, terms.part_stated[row]),
            "stated_end_use": _take(self._texts.words, end_use, end_use >= 0),
        }

    def _wrong_units(self) -> Flags:
        """Lines whose quantity and unit disagree, by honest error or on purpose."""
        legs, leg = self._world.legs, self._leg
        error = self._per_line() < self._world.frame.settings.unit_error_share
        confused = np.isin(self._catalogue.goods.unit, tuple(_THOUSANDS))
        large = self._world.terms.level[self._row] > np.log(100.0)
        error &= confused[self._world.trade.goods[self._row]] & large
        return np.where(leg >= 0, legs.misdeclared[leg] | (error & ~legs.diverted[leg]), error)

    def _amounts(self, wrong: Flags) -> dict[str, pa.Array]:
        world, row, leg, rng = self._world, self._row, self._leg, self._rng
        terms, countries, count = world.terms, self._catalogue.countries, len(self._row)
        unit = np.array(self._catalogue.goods.unit)[world.trade.goods[row]]
        usual = as_ordered(rng, np.exp(rng.normal(terms.level[row], QUANTITY_SPREAD)))
        true = np.where(leg >= 0, world.legs.quantity[leg], usual)
        counted = np.isin(unit, _COUNTED)
        true = np.where(counted, np.maximum(np.rint(true), 1.0), np.maximum(true.round(2), 0.01))
        # Half of the errors count thousands as ones, half call ones thousands.
        small = wrong & (self._per_line() < 0.5)
        thousands = np.array([_THOUSANDS.get(u, u) for u in self._catalogue.goods.unit])
        called = np.where(wrong & ~small, thousands[world.trade.goods[row]], unit)
        mass = true * np.exp(terms.mass[row] + rng.normal(0.0, 0.02, count))
        mass = np.where(unit == "KGM", true, mass)
        dollars = true * np.exp(terms.price[row] + rng.normal(0.0, 0.04, count))
        seller = self._country(world.trade.exporter[row])
        in_dollars = self._per_shipment() < _DOLLAR_SHARE
        rate = np.array([_PER_USD[currency] for currency in countries.currency])[seller]
        currency = np.array(countries.currency)[seller]
        value = dollars * np.where(in_dollars, 1.0, rate)
        return {
            "quantity": pa.array(np.where(small, np.maximum(true / 1000.0, 0.001).round(3), true)),
            "unit": pa.array(called),
            "net_mass_kg": pa.array(np.maximum(mass.round(3), 0.001), mask=self._per_line() < 0.05),
            "value": pa.array(np.maximum(value.round(2), 0.01)),
            "currency": pa.array(np.where(in_dollars, "USD", currency)),
        }

    def _permit(self) -> dict[str, pa.Array]:
        world, row = self._world, self._row
        permit = world.terms.permit[row]
        seller = self._code(self._country(world.trade.exporter[row]))
        year = self._year - np.where(permit == EXPIRED, 3, 0)
        issued = pc.binary_join_element_wise(
            seller, pa.array(year).cast(pa.string()), padded(row * 7919 % 1_000_000, 6), "-"
        )
        no_need = _take(pa.array(_NO_NEED), row % len(_NO_NEED))
        stated = pc.if_else(pa.array(permit == NONE_NEEDED), no_need, issued)
        return {"permit_no": _masked(stated, permit >= PERMIT)}

    def _truth(self, wrong: Flags) -> dict[str, pa.Array]:
        legs, leg, trade = self._world.legs, self._leg, self._world.trade
        firms = self._world.companies.firms
        chained = leg >= 0
        diverted = chained & legs.diverted[leg]
        labels = pa.array([kind.label for kind in Kind])
        kind = _take(labels, legs.kind[leg], chained)
        chain = pc.binary_join_element_wise("C", padded(legs.chain[leg] + 1, 7), "")
        buyer, seller = trade.consignee[self._row], trade.exporter[self._row]
        moved = np.minimum(firms.moved_day[buyer], firms.moved_day[seller]) <= self._day
        decoy = np.select(
            [
                trade.uncontrolled[self._row],
                wrong,
                trade.season[self._row] < 0,
                moved,
                firms.founded[buyer] >= self._world.frame.embargo,
            ],
            range(len(DECOYS)),
            default=-1,
        )
        everyday = _take(pa.array(DECOYS), decoy, ~chained & (decoy >= 0))
        return {
            "diverted": pa.array(diverted.astype(np.int8)),
            "chain_id": _masked(chain, chained),
            "hop": pa.array(legs.hop[leg], mask=~chained),
            "typology": _masked(kind, diverted),
            "decoy": pc.coalesce(_masked(kind, chained & ~diverted), everyday),
        }


def _take(texts: pa.Array, index: Ints, known: Flags | None = None) -> pa.Array:
    """Texts by number; null where they are not known."""
    return texts.take(pa.array(index, mask=None if known is None else ~known))


def _masked(column: pa.Array, known: Flags) -> pa.Array:
    return pc.if_else(pa.array(known), column, pa.scalar(None, column.type))
