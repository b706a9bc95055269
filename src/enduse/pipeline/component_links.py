"""Links of the chain from a recovered part to where it came from, and the gaps in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pyarrow as pa

from enduse.model.components import COMPONENT_LINKS
from enduse.model.result import Statement


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
class Path:
    """What joins the part by one sale to where it went."""

    links: tuple[Link, ...]
    probability: float
    """That this sale supplied the part."""

    @property
    def arrives(self) -> bool:
        """Whether it reaches an embargoed destination without a gap."""
        return self.links[-1].kind == Kind.DESTINATION and self.links[-1].gap is None


def links_table(paths: Sequence[Path]) -> pa.Table:
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
