"""Links of the chain from a recovered part to where it came from, and the gaps in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

import pyarrow as pa

from enduse.model.components import COMPONENT_LINKS
from enduse.model.result import N_, Statement
from enduse.pipeline.sold_on import SoldOn


class Kind(StrEnum):
    """What a link joins."""

    PART = "marking→part"
    SALE = "part→sale"
    CUSTOMER = "sale→customer"
    SENT_ON = "customer→shipment"
    ONWARD = "shipment→shipment"
    DESTINATION = "shipment→destination"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a path, or the gap at which the path ends."""

    kind: Kind
    source: str
    target: str | None
    """None at a gap."""
    strength: float | None
    """0 to 1: how surely it holds, given that those before it do; None at a gap."""
    basis: tuple[Statement, ...] = ()
    gap: Statement | None = None
    record: str | None = None
    """The sale, or shipment and line, that says so."""
    date: date | None = None
    country: str | None = None
    """Alpha-2 of where it leads."""
    quantity: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """What joins the part by one sale to where it went."""

    links: tuple[Link, ...]
    probability: float
    """That this sale supplied the part."""

    @property
    def arrives(self) -> bool:
        """Whether it reaches an embargoed destination without a gap."""
        return self.links[-1].kind == Kind.DESTINATION and self.links[-1].gap is None


def links_table(paths: Sequence[Joined]) -> pa.Table:
    """Paths as a table in the schema COMPONENT_LINKS, its sentences in English."""
    return pa.Table.from_pylist(
        [
            {
                "path": number,
                "step": step,
                "kind": str(link.kind),
                **{
                    name: getattr(link, name)
                    for name in (
                        "source", "target", "record", "date", "country", "quantity", "unit",
                        "strength",
                    )
                },
                "basis": " ".join(said.text() for said in link.basis),
                "gap": link.gap.text() if link.gap else None,
            }
            for number, path in enumerate(paths, 1)
            for step, link in enumerate(path.links)
        ],
        COMPONENT_LINKS,
    )  # fmt: skip


def joined(
    told: Mapping[str, Any],
    readings: Sequence[Any],
    sales: Sequence[Mapping[str, Any]],
    followed: SoldOn | None,
    ends: Collection[str],
) -> tuple[Joined, ...]:
    """The paths of the best sales; one path that ends at the part where there is none.

    Parameters
    ----------
    told
        What is known of the part, as the body of a request has it.
    readings
        Readings of its marking, best first; none where a record says what it is.
    sales
        Rows of SUPPLIES, best first.
    followed
        What became of those sales; None where no declarations were given.
    ends
        Countries that the goods may not reach.
    """
    first = _marking_link(told, readings)
    if first.gap:
        return (Joined((first,), 0.0),)
    if not sales:
        gap = Link(
            Kind.SALE,
            first.target or first.source,
            None,
            None,
            gap=Statement(
                N_(
                    "No sale in the records searched could have supplied the part. That does not say that it was not sold."
                )
            ),
        )
        return (Joined((first, gap), 0.0),)
    legs: dict[int, list[dict[str, Any]]] = {}
    for step in followed.steps.to_pylist() if followed else ():
        legs.setdefault(step["chain_id"], []).append(step)
    paths = []
    for place, sale in enumerate(sales, 1):
        links = [first, *_sale_links(first.target or first.source, sale, followed, place)]
        links += _onward_links(sale, legs.get(place, []), followed, place, ends)
        paths.append(Joined(tuple(links), sale["probability"]))
    return tuple(paths)


def _marking_link(told: Mapping[str, Any], readings: Sequence[Any]) -> Link:
    """From the marking to what sales are searched by."""
    number = told["part_number"] or told["family"]
    name = number or told["lot"] or next(iter(told["serials"]), None)
    marking = told["marking"] or told["component_id"] or name or "–"
    if name is None:
        gap = Statement(N_("No part number could be read."))
        return Link(Kind.PART, marking, None, None, gap=gap)
    template = (
        N_("Part number as read in the marking: {part_number}.")
        if readings
        else N_("Part number as stated in the record: {part_number}.")
    )
    basis = [Statement(template, {"part_number": number})]
    if number is None:
        basis = [
            Statement(
                N_("No part number is known: sales are searched by the lot and the serial numbers.")
            )
        ]
    if len(readings) > 1:
        basis.append(
            Statement(
                N_("The marking has other readings: {readings}."),
                {"readings": ", ".join(r.part_number or "–" for r in readings[1:4])},
            )
        )
    strength = readings[0].confidence if readings else None
    return Link(Kind.PART, marking, name, strength, tuple(basis))


_MATCHES = {
    "serial": N_("The sale lists the serial number of the part."),
    "lot": N_("The sale is of the lot that the part belongs to."),
    "near_lot": N_(
        "The sale is of a lot that differs from that of the part only in characters that are taken for one another."
    ),
    "part_number": N_("The sale is of the same part number; by its day it could be."),
    "family": N_("The sale is of a part of the same family."),
}


def _sale_links(
    part: str, sale: Mapping[str, Any], followed: SoldOn | None, place: int
) -> tuple[Link, Link]:
    record = sale["sale_id"]
    known = [Statement(N_("The seller's records name the customer."))]
    if sale["ship_to"] and sale["ship_to"] != sale["customer"]:
        known.append(Statement(N_("Sent to: {ship_to}."), {"ship_to": sale["ship_to"]}))
    if followed and place in followed.delivered:
        known.append(
            Statement(
                N_("Its delivery is declared: {shipment}."),
                {"shipment": followed.delivered[place]},
            )
        )
    common = {"record": record, "date": sale["date"], "quantity": sale["quantity"], "unit": "NAR"}
    basis = [Statement(_MATCHES[sale["match"]])]
    if sale["lot_share"] is not None:
        basis.append(
            Statement(
                N_("Its customer got {percent} of what these records sold of the lot."),
                {"percent": f"{sale['lot_share']:.0%}"},
            )
        )
    return (
        Link(Kind.SALE, part, record, sale["probability"], tuple(basis), **common),
        Link(
            Kind.CUSTOMER, record, sale["customer"], 1.0, tuple(known),
            country=sale["country"], **common,
        ),
    )  # fmt: skip


def _onward_links(
    sale: Mapping[str, Any],
    legs: Sequence[Mapping[str, Any]],
    followed: SoldOn | None,
    place: int,
    ends: Collection[str],
) -> list[Link]:
    country = sale["country"] if sale["country"] in ends else None
    if followed is None or country or not legs:
        declared = followed.direct.get(place) if followed else None
        return [_end_of_sale(sale, followed, country, declared)]
    links = [
        Link(
            Kind.SENT_ON if before is legs[0] else Kind.ONWARD,
            sale["customer"] if before is legs[0] else before["consignee"],
            leg["consignee"],
            leg["link"],
            tuple(_basis(before, leg)),
            record=f"{leg['shipment_id']}/{leg['line_no']}",
            date=leg["date"],
            country=leg["destination_country"],
            quantity=leg["quantity"],
            unit=leg["unit"],
        )
        for before, leg in pairwise(legs)
    ]
    return [*links, _end(legs[-1], followed, followed.arrives[place])]


def _end(last: Mapping[str, Any], followed: SoldOn, arrives: bool) -> Link:
    country = last["destination_country"]
    if arrives:
        return Link(
            Kind.DESTINATION,
            last["consignee"],
            country,
            1.0,
            (
                Statement(
                    N_("Declared destination: {country}, which is under embargo."),
                    {"country": country},
                ),
            ),
            record=f"{last['shipment_id']}/{last['line_no']}",
            date=last["date"],
            country=country,
        )
    return Link(
        Kind.DESTINATION,
        last["consignee"],
        None,
        None,
        gap=_nothing_after(last["consignee"], last["date"], followed),
        country=country,
    )


def _end_of_sale(
    sale: Mapping[str, Any], followed: SoldOn | None, sold_to: str | None, declared: str | None
) -> Link:
    """What follows a sale after which no shipment is linked.

    `sold_to` and `declared` are embargoed destinations that the sale, or the declaration of its
    delivery, names.
    """
    customer, end = sale["customer"], sold_to or declared
    if end:
        said = (
            N_("Sold to {country}, which is under embargo.")
            if sold_to
            else N_("Declared destination: {country}, which is under embargo.")
        )
        return Link(
            Kind.DESTINATION,
            customer,
            end,
            1.0,
            (Statement(said, {"country": end}),),
            record=sale["sale_id"],
            date=sale["date"],
            country=end,
        )
    if followed is None:
        gap = Statement(N_("No declarations were given: where the goods went on to is not known."))
    elif not followed.hs_codes:
        gap = Statement(
            N_(
                "No declaration states this part number, and its HS code is not known: the goods could not be followed."
            )
        )
    else:
        gap = _nothing_after(customer, sale["date"], followed)
    return Link(Kind.SENT_ON, customer, None, None, gap=gap, country=sale["country"])


def _nothing_after(name: str, day: date, followed: SoldOn) -> Statement:
    if followed.last_date is None or followed.last_date <= day:
        return Statement(
            N_("No declarations held after {date}: they end on {last}."),
            {"date": day.isoformat(), "last": str(followed.last_date or "–")},
        )
    return Statement(
        N_(
            "In the declarations held, none of these goods leaves {name} after {date} that could be them."
        ),
        {"name": name, "date": day.isoformat()},
    )


_KEYS = {
    "part_number": N_("The part number is the same."),
    "hs6": N_("The first six digits of the HS code are the same."),
    "heading": N_(
        "Only the first four digits of the HS code are the same: the goods may have been declared under another code."
    ),
}


def _basis(before: Mapping[str, Any], leg: Mapping[str, Any]) -> list[Statement]:
    """What a link between two shipments, or a sale and a shipment, rests on."""
    one, other = before["part_number"], leg["part_number"]
    key = "part_number" if one and one == other else leg["goods_key"]
    said = []
    if key in _KEYS:
        said.append(Statement(_KEYS[key]))
    if one and other and one != other:
        said.append(
            Statement(N_("Another part number is stated: {part_number}."), {"part_number": other})
        )
    said.append(
        Statement(
            N_("Days since the sale or the leg before: {days}."), {"days": str(leg["lag_days"])}
        )
    )
    if leg["merged"] is not None:
        said.append(
            Statement(
                N_(
                    "Received as {consignee}, sent as {exporter}: taken for one firm with a confidence of {percent}."
                ),
                {
                    "consignee": before["consignee"],
                    "exporter": leg["exporter"],
                    "percent": f"{leg['merged']:.0%}",
                },
            )
        )
    return said
