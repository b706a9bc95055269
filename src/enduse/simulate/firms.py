"""The firms of a world: sizes, lines of business, ages, and the signs that some of them show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.simulate.catalogue import Catalogue
from enduse.simulate.coinage import FORWARDING, GENERAL_TRADE
from enduse.simulate.draws import Flags, Floats, Groups, Ints, pick_in_groups
from enduse.simulate.frame import NEVER, Frame
from enduse.simulate.signs import Signs

_LEGAL_SISTERS = 0.03
"""Share of firms that have a sister, whoever they are."""


@dataclass(frozen=True, slots=True)
class Firms:
    """One row a firm; days count from the first day of the world and may be negative."""

    country: Ints
    family: Ints
    """What it trades in."""
    business: Ints
    """What it says it does: a family, GENERAL_TRADE or FORWARDING."""
    size: Floats
    exports: Floats
    """Weight in the background's exports; 0: it exports nothing there."""
    imports: Floats
    founded: Ints
    first_day: Ints
    """No background trade before it."""
    moved_day: Ints
    listed_from: Ints
    """Day of its listing; NEVER: it is not on the fictional list."""
    listed_to: Ints
    free_zone: Flags
    shared_address: Flags
    lends_address: Ints
    """Firm whose address it uses; -1: its own."""
    resembles: Ints
    """Firm whose name it resembles; -1: none."""
    lends_owner: Ints
    """Listed firm that holds a minority of it; -1: none."""
    lends_officer: Ints
    """Firm with which it shares a director; -1: none."""
    sister: Ints
    """Firm that the same person owns and directs; -1: none."""

    def __len__(self) -> int:
        return len(self.country)

    @property
    def listed(self) -> Flags:
        """Whether it is on the fictional list at any time."""
        return self.listed_from < NEVER


@dataclass(frozen=True, slots=True)
class Wanted:
    """Firms to be made: one row a firm."""

    country: Ints
    family: Ints
    scheme_day: Ints
    """First day of the scheme that a firm is made for; NEVER: for none."""
    diverting: Flags
    ordinary: Flags
    """Of that scheme."""
    steady: Flags
    """Old firms that buy and sell and show no sign."""


def make_firms(
    rng: np.random.Generator, frame: Frame, wanted: Wanted, carriers: Ints, listed: Ints
) -> Firms:
    """Make the firms that are wanted.

    Parameters
    ----------
    carriers
        Those that carry for others.
    listed
        Those that are on the fictional list and trade in nothing; others may be listed as well.
    """
    settings, country, count = frame.settings, wanted.country, len(wanted.country)
    signs = Signs(rng, wanted.diverting, wanted.ordinary | wanted.steady)
    founded, first_day, other = _ages(signs, frame, wanted)
    tame = np.flatnonzero(~frame.catalogue.families.sensitive)
    family = np.where(other, rng.choice(tame, count), wanted.family)
    business = np.where(signs.happens(0.12), GENERAL_TRADE, family)
    business = np.where(signs.shows(settings.unfitting_activity), rng.choice(tame, count), business)
    business = np.where(signs.shows(settings.forwarder), FORWARDING, business)
    business[carriers] = FORWARDING
    listed_from, listed_to = _listings(signs, frame, listed)
    neighbour, anyone = _one_of_each_country(rng, country, listed), rng.choice(listed, count)
    delisted = listed[listed_to[listed] < NEVER]
    former = rng.choice(delisted if len(delisted) else listed, count)
    trades = np.ones(count)
    trades[carriers] = trades[listed] = 0.0
    role = np.where(wanted.steady, 0.5, rng.random(count))

    def lent(shows: Flags, lender: Ints) -> Ints:
        return np.where(shows & (lender != np.arange(count)), lender, -1)

    return Firms(
        country=country,
        family=family,
        business=business,
        size=np.minimum(1.0 + rng.pareto(1.25, count), 150.0),
        exports=trades * np.where(role < 0.25, 1.0, np.where(role < 0.7, 0.8, 0.0)),
        imports=trades * np.where(role < 0.25, 0.2, 1.0),
        founded=founded,
        first_day=first_day,
        moved_day=np.where(
            signs.happens(settings.moved_share), rng.integers(0, frame.days, count), NEVER
        ),
        listed_from=listed_from,
        listed_to=listed_to,
        free_zone=signs.shows(settings.free_zone),
        shared_address=signs.shows(settings.shared_address),
        lends_address=lent(signs.shows(settings.listed_address), neighbour),
        resembles=lent(
            signs.shows(settings.resembling_name), np.where(signs.happens(0.6), former, anyone)
        ),
        lends_owner=lent(signs.shows(settings.listed_owner), anyone),
        lends_officer=lent(signs.shows(settings.listed_officer), anyone),
        sister=lent(
            signs.happens(_LEGAL_SISTERS), _one_of_each_country(rng, country, np.arange(count))
        ),
    )


def _ages(signs: Signs, frame: Frame, wanted: Wanted) -> tuple[Ints, Ints, Flags]:
    """Day of founding, first day of trade, and who traded in something else before."""
    rng, count, settings = signs.rng, signs.count, frame.settings
    in_scheme = wanted.scheme_day < NEVER
    old = np.minimum(frame.embargo - 150, wanted.scheme_day - 30)
    old = old - (9000 * rng.beta(1.1, 2.6, count)).astype(np.int64)
    latest = np.where(in_scheme, wanted.scheme_day - 8, frame.days - 60)
    young = frame.embargo + (rng.random(count) * (latest - frame.embargo)).astype(np.int64)
    is_young = signs.shows(settings.founded_after_embargo) & (latest > frame.embargo)
    founded = np.where(is_young, young, np.where(wanted.steady, old - frame.embargo, old))
    without = signs.shows(settings.no_such_history) & ~is_young
    late = without & (~in_scheme | signs.happens(0.5))
    since = np.where(in_scheme, latest, young)
    first_day = np.maximum(founded + 15, np.where(late, since, 0))
    return founded, np.maximum(first_day, 0), without & ~late


def _listings(signs: Signs, frame: Frame, listed: Ints) -> tuple[Ints, Ints]:
    """Days of listing and delisting; firms that trade are listed only after the embargo."""
    rng, count = signs.rng, signs.count
    span = frame.days - frame.embargo
    named = signs.shows(frame.settings.listed_party)
    since = np.where(named, frame.embargo + rng.integers(0, span, count), NEVER)
    since[listed] = frame.embargo - 2600 + rng.integers(0, 2600 + span, len(listed))
    until = np.where(signs.happens(0.2), since + rng.integers(200, 1500, count), NEVER)
    # The list is as of the world's last day: a delisting yet to come is not on it.
    return since, np.where(until < frame.days, until, NEVER)


def _one_of_each_country(rng: np.random.Generator, country: Ints, firms: Ints) -> Ints:
    """For every firm one of the given firms of its own country, or itself if there is none."""
    groups = Groups(country[firms], np.ones(len(firms)), int(country.max()) + 1)
    chosen = np.arange(len(country))
    has = np.flatnonzero(groups.total[country] > 0)
    chosen[has] = firms[pick_in_groups(rng, groups, country[has])]
    return chosen


def cell(catalogue: Catalogue, country: Ints, family: Ints) -> Ints:
    """Number of a line of business in a country."""
    return country * len(catalogue.families.name) + family
