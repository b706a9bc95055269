"""Chains as a person reads them: on the map, over time, as lots, and step by step in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from enduse.engine.files import whole_file
from enduse.model.result import N_, RouteStop, Statement
from enduse.report.chain_timeline import chain_timeline
from enduse.report.lots_picture import lots_picture
from enduse.report.route_map import RouteMap, land, route_map
from enduse.report.steps import Chain, Step, read_chains
from enduse.report.templating import asset, content_hash, environment
from enduse.report.wording import Wording, wording

MOST_CHAINS = 50
"""So many chains are shown, the best ones; the table has all of them."""

_WHOLE = 0.995
_KEYS = {
    "part_number": N_("The part number is the same."),
    "hs6": N_("The first six digits of the HS code are the same."),
    "heading": N_(
        "Only the first four digits of the HS code are the same: the goods may have been declared "
        "under another code."
    ),
    "control_entry": N_("The HS codes of both legs point to the same entry of a control list."),
    "quantity": N_(
        "The firm received and sent exactly the same quantity; the goods as declared may differ."
    ),
    "party_by_mass": N_(
        "The goods as declared differ: only the firm joins the two legs, and quantities are "
        "compared by mass."
    ),
    "party": N_("The goods as declared differ: only the firm joins the two legs."),
}


def write_chains_page(
    steps: pa.Table, path: Path, *, language: str = "en", notes: Sequence[Statement | str] = ()
) -> None:
    """Write chains as one self-contained HTML file.

    Parameters
    ----------
    steps
        A table as in CHAIN_STEPS; the best 50 chains are shown.
    path
        Where the page is to be; it appears whole or not at all.
    language
        ``en``, ``uk`` or ``zh_Hant``. Names and values stay as written.
    notes
        What a reader has to know of the run: what was looked for, what could not be assessed. A
        plain text is translated if a catalogue knows it.

    Raises
    ------
    UsageError
        If there is no catalogue of that language.
    StorageError
        If the file cannot be written.
    """
    words = wording(language)
    style, script = asset("report.css") + asset("chains.css"), asset("report.js")
    text = (
        environment(words)
        .get_template("chains_page.html")
        .render(
            section=chains_section(steps, words, notes=notes),
            land=land(),
            style=style,
            style_hash=content_hash(style),
            script=script,
            script_hash=content_hash(script),
        )
    )
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def chains_section(
    steps: pa.Table, words: Wording, *, notes: Sequence[Statement | str] = ()
) -> Markup:
    """Chains as a section of a page that has the land, report.css and chains.css.

    Parameters
    ----------
    steps
        A table as in CHAIN_STEPS; the best 50 chains are shown.
    words
        The reader's language.
    notes
        What a reader has to know of the run.
    """
    chains = read_chains(steps, MOST_CHAINS)
    return Markup(
        environment(words)
        .get_template("chains.html")
        .render(
            views=[_view(chain, words) for chain in chains],
            chains_in_all=pc.count_distinct(steps["chain_id"]).as_py(),
            notes=notes,
        )
    )


@dataclass(frozen=True, slots=True)
class StepView:
    """A leg as the templates show it."""

    step: Step
    number: int
    """Counted from 1, in the order of the chain."""
    known: tuple[Statement, ...]
    """What the records say."""
    rests_on: tuple[Statement, ...]
    """Why goods of the leg before may have gone on in it."""


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain as the templates show it."""

    chain: Chain
    steps: tuple[StepView, ...]
    countries: tuple[str, ...]
    lasted: str
    route: RouteMap
    timeline: Markup
    lots: Markup

    @property
    def has_mixed_units(self) -> bool:
        """Whether quantities of its legs are in more than one unit."""
        return len({step.unit for step in self.chain.steps}) > 1


def _view(chain: Chain, words: Wording) -> ChainView:
    numbers = {step: number for number, step in enumerate(chain.steps, 1)}
    route = route_map(_stops(chain), frozenset(), words)
    countries = tuple(place.country for place in route.places)
    spoken = " → ".join(map(words.country, countries))
    days = (max(step.date for step in chain.steps) - chain.steps[0].date).days
    return ChainView(
        chain=chain,
        steps=tuple(
            StepView(
                step, number, tuple(_known(step, words)), tuple(_basis(chain, step, numbers, words))
            )
            for step, number in numbers.items()
        ),
        countries=countries,
        lasted=words.days(days),
        route=route,
        timeline=chain_timeline(
            chain,
            words.text(N_("The legs of the chain over time: {route}")).format(route=spoken),
            words,
        ),
        lots=lots_picture(
            chain, words.text(N_("The lots of the chain: {route}")).format(route=spoken), words
        ),
    )


def _stops(chain: Chain) -> tuple[RouteStop, ...]:
    """The countries that the main legs of a chain lead through, as declared."""
    codes = [
        code for step in chain.main for code in (step.export_country, step.destination_country)
    ]
    ends = {codes[-1]: "destination", codes[0]: "origin"}
    return tuple(RouteStop(code, ends.get(code, "third_country")) for code in codes)


def _known(step: Step, words: Wording) -> Iterator[Statement]:
    yield Statement(
        N_(
            "{exporter}, {country}, sent {amount} under HS code {hs_code} to {consignee}, "
            "{destination}."
        ),
        {
            "exporter": step.exporter,
            "country": step.exporter_country,
            "amount": words.amount(step.quantity, step.unit),
            "hs_code": step.hs_code,
            "consignee": step.consignee,
            "destination": step.consignee_country,
        },
    )
    if step.part_number is not None:
        yield Statement(
            N_("Part number as written: {part_number}."), {"part_number": step.part_number}
        )
    if (step.export_country, step.destination_country) != (
        step.exporter_country,
        step.consignee_country,
    ):
        yield Statement(
            N_("Declared from {origin} to {destination}."),
            {"origin": step.export_country, "destination": step.destination_country},
        )


def _basis(
    chain: Chain, step: Step, numbers: dict[Step, int], words: Wording
) -> Iterator[Statement]:
    before = chain.before(step)
    if not before:
        yield Statement(N_("The chain begins with this leg, out of the controlled origin."))
        yield from _followed(step, words)
        return
    yield Statement(
        N_("Goods of leg {legs} may have gone on in this one."),
        {"legs": ", ".join(str(numbers[leg]) for leg in before)},
    )
    yield Statement(
        _KEYS.get(step.goods_key or "", N_("By which goods the legs are joined is not recorded."))
    )
    yield _lag(step, words)
    yield from _followed(step, words)
    yield from _fit(step, before, words)
    yield from _likeness(step, words)
    yield _busyness(step, words)
    if step.merged is not None:
        yield Statement(
            N_(
                "Received as {consignee}, sent as {exporter}: taken for one firm with a confidence "
                "of {percent}."
            ),
            {
                "consignee": before[0].consignee,
                "exporter": step.exporter,
                "percent": words.percent(step.merged),
            },
        )


def _lag(step: Step, words: Wording) -> Statement:
    if step.lag_days is None:
        return Statement(N_("How long after the leg before it left is not known."))
    if not step.lag_days:
        return Statement(N_("It left on the same day as the leg before."))
    return Statement(
        N_("It left {span} after the leg before."), {"span": words.days(step.lag_days)}
    )


def _followed(step: Step, words: Wording) -> Iterator[Statement]:
    if step.carried is None:
        yield Statement(N_("No quantity could be followed."))
    elif step.carried >= _WHOLE * step.quantity:
        yield Statement(N_("Its whole quantity is followed along this chain."))
    else:
        yield Statement(
            N_(
                "Of its {amount}, {carried} are followed along this chain; the rest may have gone "
                "elsewhere."
            )
            if step.hop == 0
            else N_(
                "Of its {amount}, {carried} are followed along this chain; the rest may have come "
                "from elsewhere."
            ),
            {
                "amount": words.amount(step.quantity, step.unit),
                "carried": words.quantity(step.carried),
            },
        )
    if step.by_weight:
        yield Statement(
            N_(
                "Its quantity was told from its weight, since it is not declared in the unit that "
                "is usual for such goods, or is a thousand times off."
            )
        )


def _fit(step: Step, before: Sequence[Step], words: Wording) -> Iterator[Statement]:
    """How much of what was followed to the firm went on here, where that can be said."""
    if any(leg.by_weight for leg in (step, *before)):
        return
    arrived = fsum(leg.carried or 0.0 for leg in before)
    if step.carried is not None and arrived and {leg.unit for leg in before} == {step.unit}:
        share = step.carried / arrived
        yield Statement(
            N_("That is {percent} of what was followed to this firm."),
            {"percent": words.percent(share if share < _WHOLE else 1.0)},
        )


def _likeness(step: Step, words: Wording) -> Iterator[Statement]:
    """How alike the goods are to those of the leg before, one by one."""
    if step.weight_ratio is not None:
        yield Statement(
            N_("A unit of the goods weighs {times} times what it weighed on the leg before."),
            {"times": words.ratio(step.weight_ratio)},
        )
    if step.price_ratio is not None:
        yield Statement(
            N_("A unit of the goods costs {times} times what it cost on the leg before."),
            {"times": words.ratio(step.price_ratio)},
        )
    if step.agrees is not None:
        yield Statement(
            N_("The papers say the same as on the leg before: {columns}."),
            {"columns": words.columns(step.agrees)},
        )
    if step.differs is not None:
        yield Statement(
            N_("The papers say something else than on the leg before: {columns}."),
            {"columns": words.columns(step.differs)},
        )


def _busyness(step: Step, words: Wording) -> Statement:
    if step.arrivals is None or step.departures is None:
        return Statement(N_("How much else of such goods this firm moved is not known."))
    if not step.arrivals and not step.departures:
        return Statement(
            N_(
                "In the records held, this firm had moved nothing else of such goods before that "
                "day, so that a link by chance is less likely."
            )
        )
    return Statement(
        N_(
            "Other lots of such goods that had come to this firm before that day: {arrivals}; other "
            "orders that had left it: {departures}. The more there are, the likelier is a link by "
            "chance."
        ),
        {
            "arrivals": words.number(step.arrivals),
            "departures": words.number(step.departures),
        },
    )
