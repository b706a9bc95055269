"""Put a world together, stage by stage."""

from __future__ import annotations

from enduse.simulate.carriage import make_pairs, make_vessels
from enduse.simulate.chains import plan_chains
from enduse.simulate.companies import make_companies
from enduse.simulate.declarations import Declarations
from enduse.simulate.frame import Frame
from enduse.simulate.ledger import all_passages, make_ledger
from enduse.simulate.market import Market
from enduse.simulate.parts import make_parts
from enduse.simulate.population import populate
from enduse.simulate.terms import make_terms
from enduse.simulate.trade import make_trade
from enduse.simulate.wording import Wording


def assemble(frame: Frame) -> Declarations:
    """Everything that the declarations of a world are written from."""
    plans = tuple(
        plan_chains(frame.generator(stage), frame, legal=legal, budget=round(frame.lines * share))
        for stage, legal, share in (
            ("diversions", False, frame.diversion_share),
            ("legal chains", True, frame.settings.legal_chain_share),
        )
    )
    population = populate(frame.generator("firms"), frame, plans)
    market = Market(frame, population.firms)
    trade, trade_of_legs = make_trade(frame.generator("trade"), market, plans, population.casts)
    rng = frame.generator("terms")
    parts, wording = make_parts(rng, market), Wording(frame.catalogue)
    terms, pair_rows = make_terms(rng, market, trade, parts, wording)
    vessels = make_vessels(rng, frame)
    pairs, routes = make_pairs(rng, market, trade, terms, pair_rows, vessels, population.carriers)
    rng = frame.generator("ledger")
    return Declarations(
        frame=frame,
        companies=make_companies(frame.generator("companies"), frame, population.firms),
        trade=trade,
        terms=terms,
        pairs=pairs,
        routes=routes,
        parts=parts,
        wording=wording,
        vessels=vessels,
        ledger=make_ledger(rng, trade, terms, plans, trade_of_legs, frame),
        legs=all_passages(rng, plans),
        diversions=plans[0].chains,
    )
