"""What was found of a recovered part, as one self-contained page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from enduse.engine.files import whole_file
from enduse.model.result import N_, RouteStop, Statement
from enduse.pipeline import ComponentTrace
from enduse.pipeline.component_links import Joined, Kind, Link
from enduse.report.component_picture import component_picture
from enduse.report.route_map import RouteMap, land, route_map
from enduse.report.templating import asset, content_hash, environment
from enduse.report.wording import Wording, wording

MOST_DRAWN = 6
"""So many paths are drawn; all that were followed stand in the table of links."""
MOST_SALES = 50
"""So many candidate sales and customers are shown; the tables beside the page have all."""

_FACTS = (
    "component_id", "marking", "part_number", "family", "kind", "manufacturer",
    "manufacturer_country", "owner", "date_code", "lot", "serials", "country_of_assembly",
    "weapon", "recovered_on", "recovered_place", "custody", "attribution_basis", "confidence",
    "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PathView:
    """A path as the template shows it."""

    title: str
    links: Sequence[Link]
    arrives: bool


@dataclass(frozen=True, slots=True)
class ComponentView:
    """What the template shows."""

    name: str
    subtitle: Sequence[str]
    lede: Sequence[Statement]
    candidate_count: int
    best_customer: str
    elsewhere: str
    counterfeit: str
    arriving: int
    followed: int
    picture: Markup
    drawn: int
    route: RouteMap | None
    paths: Sequence[PathView]
    facts: Sequence[tuple[str, str]]
    readings: Sequence[Any]
    sales: Sequence[Mapping[str, Any]]
    further: int
    further_mass: float
    customers: Sequence[Mapping[str, Any]]
    lists: Sequence[str]
    searched: Sequence[Any]
    notes: Sequence[Statement]
    assumed: Sequence[Statement]
    embargoed: Sequence[str]
    declarations: Mapping[str, str] | None
    as_of: date
    version: str


def write_component_page(trace: ComponentTrace, path: Path, *, language: str = "en") -> None:
    """Write what was found of a recovered part as one self-contained HTML file.

    Parameters
    ----------
    trace
        What :func:`enduse.pipeline.trace_component` answers.
    path
        Where the page is to be; it appears whole or not at all.
    language
        ``en``, ``uk`` or ``zh_Hant``. Names and values stay as written.

    Raises
    ------
    UsageError
        If there is no catalogue of that language.
    StorageError
        If the file cannot be written.
    """
    words = wording(language)
    style = asset("report.css") + asset("chains.css") + asset("component.css")
    text = (
        environment(words)
        .get_template("component_page.html")
        .render(view=_view(trace, words), land=land(), style=style, style_hash=content_hash(style))
    )
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _view(trace: ComponentTrace, words: Wording) -> ComponentView:
    told, supply = trace.component, trace.supply
    candidates, customers = supply.candidates, trace.customers.to_pylist()
    sales = candidates.slice(0, MOST_SALES)
    drawn = _drawn(trace.paths)
    name = told["part_number"] or told["family"] or told["marking"] or told["component_id"] or "–"
    arriving = [path for path in trace.paths if path.arrives]
    further = candidates.num_rows - sales.num_rows
    of_page = sum(sales["probability"].to_pylist())
    return ComponentView(
        name=name,
        subtitle=[told[field] for field in ("manufacturer", "date_code", "weapon") if told[field]],
        lede=_lede(trace, name, len(arriving), words),
        candidate_count=candidates.num_rows,
        best_customer=words.percent(customers[0]["probability"]) if customers else "–",
        elsewhere=words.percent(supply.elsewhere),
        counterfeit=words.percent(supply.counterfeit),
        arriving=len(arriving),
        followed=len(trace.paths)
        if candidates.num_rows and (arriving or trace.run["declarations"] is not None)
        else 0,
        picture=component_picture(
            drawn,
            words.text(N_("Paths from {name}: {count}")).format(name=name, count=len(drawn)),
            words,
        ),
        drawn=len(drawn),
        route=_route(arriving, trace, words),
        paths=[_path(path) for path in trace.paths],
        facts=[(field, text) for field in _FACTS if (text := _fact(told[field]))],
        readings=trace.readings,
        sales=[
            {**sale, "reasons": [_reason(text, words) for text in sale["reasons"].split("; ")]}
            for sale in sales.to_pylist()
        ],
        further=further,
        further_mass=max(0.0, sum(candidates["probability"].to_pylist()) - of_page),
        customers=customers[:MOST_SALES],
        lists=trace.run["lists"],
        searched=supply.searched,
        notes=trace.notes,
        assumed=supply.assumed,
        embargoed=trace.run["embargoed"],
        declarations=trace.run["declarations"],
        as_of=trace.as_of,
        version=trace.run["enduse"],
    )


_SOLD_AFTER = re.compile(r"sold (-?\d+) days after the date code begins")
_PASSED_ON = N_("its customer's own sales are in these records")
"""What a reason may be that no other room translates."""


def _reason(text: str, words: Wording) -> str:
    """One of the reasons of a candidate sale in the reader's language."""
    found = _SOLD_AFTER.fullmatch(text)
    if found:
        template = N_("sold {days} days after the date code begins")
        return words.text(template).format(days=words.number(int(found[1])))
    return words.text(text)


def _fact(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _drawn(paths: Sequence[Joined]) -> list[Joined]:
    """The paths to draw: the likeliest, and the best that arrive even if they are less likely."""
    chosen = list(paths[:MOST_DRAWN])
    arriving = [path for path in paths[MOST_DRAWN:] if path.arrives]
    places = [place for place, path in enumerate(chosen) if place and not path.arrives]
    for place, path in zip(reversed(places), arriving, strict=False):
        chosen[place] = path
    order = {id(path): place for place, path in enumerate(paths)}
    return sorted(chosen, key=lambda path: order[id(path)])


def _lede(trace: ComponentTrace, name: str, arriving: int, words: Wording) -> list[Statement]:
    supply = trace.supply
    if trace.paths[0].links[0].gap:
        return [
            Statement(
                N_("Nothing could be searched for: no part number, lot or serial number is known.")
            )
        ]
    if not supply.candidates.num_rows:
        return [
            Statement(
                N_(
                    "No sale in the records searched could have supplied {name}. That does not say "
                    "that it was not sold, or not by this seller."
                ),
                {"name": name},
            )
        ]
    best = supply.candidates.slice(0, 1).to_pylist()[0]
    said = [
        Statement(
            N_(
                "Sales in the records searched that could have supplied {name}: {count}. The best "
                "is {sale} to {customer}, with a probability of {percent}."
            ),
            {
                "name": name,
                "count": words.number(supply.candidates.num_rows),
                "sale": best["sale_id"],
                "customer": best["customer"],
                "percent": words.percent(best["probability"]),
            },
        )
    ]
    if trace.run["declarations"] is not None:
        said.append(
            Statement(
                N_(
                    "Of {followed} sales followed on, {arriving} lead to an embargoed destination in "
                    "the declarations held."
                ),
                {"followed": words.number(len(trace.paths)), "arriving": words.number(arriving)},
            )
        )
    return said


def _path(path: Joined) -> PathView:
    names = [link.target for link in path.links[1:] if link.target]
    return PathView(" → ".join(names) or path.links[0].source, path.links, path.arrives)


def _route(paths: Sequence[Joined], trace: ComponentTrace, words: Wording) -> RouteMap | None:
    """The map of the best path that arrives."""
    if not paths:
        return None
    codes = [
        link.country
        for link in paths[0].links
        if link.country
        and link.kind in (Kind.CUSTOMER, Kind.SENT_ON, Kind.ONWARD, Kind.DESTINATION)
    ]
    codes = codes[:1] + [code for before, code in pairwise(codes) if code != before]
    stops = [RouteStop(code, "third_country") for code in codes[:-1]]
    return route_map(
        (*stops, RouteStop(codes[-1], "destination")), frozenset(trace.run["embargoed"]), words
    )
