"""Put a world together, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.carriage import make_pairs, make_vessels
from enduse.simulate.catalogue import Catalogue, catalogue
from enduse.simulate.chains import Plan, plan_chains
from enduse.simulate.companies import make_companies
from enduse.simulate.declarations import Declarations
from enduse.simulate.firms import Calendar, populate
from enduse.simulate.ledger import all_passages, make_ledger
from enduse.simulate.market import Market
from enduse.simulate.parts import make_parts
from enduse.simulate.seasons import Seasons, Week
from enduse.simulate.terms import make_terms
from enduse.simulate.trade import GOODS_A_PAIR, make_trade, relationships
from enduse.simulate.wording import Wording

_STAGES = ("diversions", "legal chains", "firms", "trade", "terms", "companies", "ledger", "files")


@dataclass(frozen=True, slots=True)
class Request:
    """What world is wanted."""

    settings: WorldSettings
    lines: int
    seed: int
    diversion_share: float
    start: date
    end: date

    def generator(self, stage: str) -> np.random.Generator:
        """The stream of a stage: its own, so that a change in one leaves the others as they are."""
        key = [self.seed, 0, _STAGES.index(stage)]
        return np.random.default_rng(np.random.SeedSequence(key))

    @property
    def calendar(self) -> Calendar:
        """The days of the world."""
        embargo = (self.settings.embargo_date - self.start).days
        return Calendar((self.end - self.start).days + 1, embargo)


def assemble(request: Request) -> Declarations:
    """Everything that the declarations of a world are written from."""
    settings, lines, calendar, cat = (
        request.settings,
        request.lines,
        request.calendar,
        catalogue(),
    )
    plans = _plans(request, cat)
    population = populate(request.generator("firms"), settings, cat, plans, lines, calendar)
    market = Market(settings, cat, population.firms)
    seasons = Seasons(cat.families, request.start, calendar.days)
    trade, trade_of_legs = make_trade(
        request.generator("trade"),
        settings,
        market,
        plans,
        population.casts,
        lines,
        calendar,
        seasons,
    )
    rng = request.generator("terms")
    parts, wording = make_parts(rng, market, lines), Wording(cat)
    terms, pair_rows = make_terms(rng, settings, market, trade, parts, wording)
    vessels = make_vessels(rng, lines, calendar.days)
    pairs, routes = make_pairs(
        rng, settings, market, trade, terms, pair_rows, vessels, population.forwarders
    )
    rng = request.generator("ledger")
    return Declarations(
        settings=settings,
        companies=make_companies(
            request.generator("companies"), cat, population.firms, settings.id_share
        ),
        trade=trade,
        terms=terms,
        pairs=pairs,
        routes=routes,
        parts=parts,
        wording=wording,
        vessels=vessels,
        ledger=make_ledger(rng, trade, terms, plans, trade_of_legs, lines, seasons),
        legs=all_passages(rng, plans),
        diversions=plans[0].chains,
        first=request.start,
        embargo=calendar.embargo,
    )


def _plans(request: Request, cat: Catalogue) -> tuple[Plan, ...]:
    """Diversions, and the legal chains that resemble them."""
    settings, calendar = request.settings, request.calendar
    # A cast passes goods on about as often as everyday partners trade in as long a time.
    everyday = GOODS_A_PAIR * request.lines / relationships(request.lines)
    often = float(np.clip(everyday, 4.0, 9.0))
    return tuple(
        plan_chains(
            request.generator(stage),
            settings,
            cat,
            Week(request.start),
            legal=legal,
            budget=round(request.lines * share),
            days=(0 if legal else calendar.embargo, calendar.days),
            chains_a_scheme=often,
        )
        for stage, legal, share in (
            ("diversions", False, request.diversion_share),
            ("legal chains", True, settings.legal_chain_share),
        )
    )
