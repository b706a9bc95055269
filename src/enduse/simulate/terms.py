"""The terms of trade: makes, prices, wordings, permits, and the signs in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.chains import LEVEL_SPREAD
from enduse.simulate.draws import Flags, Floats, Groups, Ints, pick_in_groups, pick_rows
from enduse.simulate.market import Market
from enduse.simulate.parts import Parts
from enduse.simulate.signs import Signs
from enduse.simulate.trade import Trade
from enduse.simulate.wording import Wording

NO_PERMIT, PERMIT, NONE_NEEDED, EXPIRED = range(4)
"""What stands in the permit column."""
_MARGIN_A_LEG = 0.04
_ENTREPOTS = ("HK", "AE", "SG")


@dataclass(frozen=True, slots=True)
class Terms:
    """One row a relationship of Trade."""

    pair: Ints
    level: Floats
    """Mean log quantity; the chains' own quantities replace it."""
    price: Floats
    """Log price of a unit in USD."""
    mass: Floats
    """Log kg of a unit."""
    part: Ints
    """Row of Parts; -1: goods without part numbers."""
    part_stated: Flags
    """Whether the number stands in its own column."""
    maker: Ints
    """Firm stated as manufacturer; -1: none stated."""
    origin: Ints
    """Country stated as origin."""
    wording: Ints
    """Text of Wording that describes the goods."""
    part_in_words: Flags
    """Whether the description ends with the part number."""
    permit: Ints
    end_user: Ints
    """Firm; -1: none stated."""
    intermediate: Ints
    end_use: Ints
    """Text of Wording; -1: none stated."""


def make_terms(
    rng: np.random.Generator,
    market: Market,
    trade: Trade,
    parts: Parts,
    wording: Wording,
) -> tuple[Terms, Ints]:
    """The terms of all relationships, and the rows of each pair's first relationship."""
    settings, firms, catalogue = market.frame.settings, market.firms, market.catalogue
    goods, countries = catalogue.goods, catalogue.countries
    signs = Signs(rng, trade.diverting, trade.ordinary)
    _, first, pair = np.unique(
        trade.exporter * len(firms) + trade.consignee, return_index=True, return_inverse=True
    )
    seller = firms.country[trade.exporter]
    part, origin = _makes(rng, market, trade, parts)
    usual = rng.normal(0.0, goods.spread[trade.made])
    heavier = rng.normal(0.0, 0.1, len(trade))
    for column in (part, origin, usual, heavier):
        _as_in_the_first(trade.batch, column)
    price = goods.price[trade.made] + usual + rng.normal(0.0, 0.06, len(trade))
    price = price + _MARGIN_A_LEG * trade.leg
    high = signs.shows(settings.high_price)
    price = price + np.where(high, np.log(rng.uniform(2.5, 6.0, len(trade))), 0.0)
    priority = goods.high_priority[trade.goods]
    sensitive = catalogue.families.sensitive[goods.family[trade.goods]]
    falsified = signs.shows(settings.false_origin)
    elsewhere = np.where(origin == seller, countries.index("CN"), seller)
    terms = Terms(
        pair=pair,
        level=goods.quantity[trade.made] + rng.normal(0.0, LEVEL_SPREAD, len(trade)),
        price=price,
        mass=goods.mass[trade.made] + heavier,
        part=part,
        part_stated=signs.happens(0.75) & (part >= 0),
        maker=np.where((part >= 0) & signs.happens(0.4), parts.maker[part], -1),
        origin=np.where(falsified, elsewhere, origin),
        wording=_wordings(signs, market, trade, wording),
        part_in_words=signs.happens(0.35) & (part >= 0),
        permit=_permits(signs, settings, priority, countries.coalition[seller]),
        end_user=np.where(
            signs.happens(np.where(sensitive, 0.25, 0.04)),
            market.neighbours(rng, trade.consignee, goods.family[trade.made]),
            -1,
        ),
        intermediate=_go_betweens(signs, market, trade),
        end_use=np.where(
            signs.happens(np.where(sensitive, 0.45, 0.05)),
            wording.end_use(rng, goods.family[trade.goods]),
            -1,
        ),
    )
    return terms, first


def _as_in_the_first(batch: Ints, column: Ints | Floats) -> None:
    """Give all legs of a chain what its first leg has; the first has the lowest row."""
    of = np.flatnonzero(batch >= 0)
    _, first, index = np.unique(batch[of], return_index=True, return_inverse=True)
    column[of] = column[of[first]][index]


def _makes(
    rng: np.random.Generator, market: Market, trade: Trade, parts: Parts
) -> tuple[Ints, Ints]:
    """Part and country of origin of what each relationship trades."""
    catalogue, firms = market.catalogue, market.firms
    countries, goods = catalogue.countries, catalogue.goods
    size = len(countries.code)
    seller = firms.country[trade.exporter]
    family = goods.family[trade.made]
    sells = countries.sells[seller, family]
    sensitive = catalogue.families.sensitive[family]
    own = np.where(sensitive & (sells < 2.0), 0.3, 0.85)
    own = np.where(np.isin(seller, [countries.index(c) for c in _ENTREPOTS]), 0.15, own)
    at_home = (rng.random(len(trade)) < own) | trade.uncontrolled
    # Chains start with goods of a country that controls them.
    makers = np.where(
        (trade.batch >= 0)[:, None],
        countries.sells.T[family] * countries.coalition,
        countries.sells.T[family],
    )
    origin = np.where(at_home, seller, pick_rows(rng, makers))
    made_in = trade.made * size + origin
    by_make = Groups(parts.goods * size + parts.country, parts.weight, len(goods.code) * size)
    controlled = Groups(
        parts.goods, parts.weight * countries.coalition[parts.country], len(goods.code)
    )
    part = np.full(len(trade), -1)
    known = np.flatnonzero(by_make.total[made_in] > 0)
    part[known] = pick_in_groups(rng, by_make, made_in[known])
    other = goods.has_parts[trade.made] & (part < 0) & ~trade.uncontrolled
    part[other] = pick_in_groups(rng, controlled, trade.made[other])
    return part, np.where(part >= 0, parts.country[part], origin)


def _wordings(signs: Signs, market: Market, trade: Trade, wording: Wording) -> Ints:
    """Descriptions, mostly in the exporter's language, some in the consignee's."""
    declarant = np.where(signs.happens(0.3), trade.consignee, trade.exporter)
    language = wording.languages(signs.rng, market.firms.country[declarant])
    return np.where(
        signs.shows(market.frame.settings.vague_description),
        wording.mislead(signs.rng, trade.goods, language),
        wording.describe(signs.rng, trade.goods, language),
    )


def _permits(signs: Signs, settings: WorldSettings, priority: Flags, coalition: Flags) -> Ints:
    """Permits are stated for high-priority goods, mostly where the coalition exports them."""
    licensed = signs.happens(np.where(priority, np.where(coalition, 0.4, 0.05), 0.0))
    free = signs.happens(0.04) & ~priority
    permit = np.where(licensed, PERMIT, np.where(free, NONE_NEEDED, NO_PERMIT))
    false = signs.shows(settings.false_permit) & priority
    return np.where(false, np.where(signs.happens(0.6), NONE_NEEDED, EXPIRED), permit)


def _go_betweens(signs: Signs, market: Market, trade: Trade) -> Ints:
    """Intermediate consignees: mostly firms of the consignee's country, some of a third one."""
    rng, family = signs.rng, market.catalogue.goods.family[trade.made]
    near = market.neighbours(rng, trade.consignee, family)
    far = market.consignees(rng, trade.exporter, family, market.frame.hubs)
    chosen = np.where(signs.happens(0.7), near, far)
    return np.where(signs.happens(0.06) & (chosen != trade.consignee), chosen, -1)
