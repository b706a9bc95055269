"""What a run found, in the form that a report or a case reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa


def N_(text: str) -> str:  # noqa: N802  (gettext's own name for 'translate this later')
    """Mark a text for translation where it is written; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that can be said in any language: a template, and what fills it.

    Values are as written in the sources and are never translated.

    Examples
    --------
    >>> Statement("{name} was founded on {date}.", {"name": "Foo LLC", "date": "2022-05-01"}).text()
    'Foo LLC was founded on 2022-05-01.'
    """

    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, template: str | None = None) -> str:
        """The sentence; `template` is a translation of the template, if there is one."""
        return (template or self.template).format_map(_Missing(self.values))


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A record that was relied on."""

    dataset: str
    version: str
    record: str


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One piece of evidence of one line."""

    rule: str
    title: str
    """Template of the rule's name, to be translated."""
    status: str
    weight: float
    """Bits."""
    statement: Statement
    subject_kind: str
    subject_id: str
    sources: tuple[SourceRef, ...]
    authorities: str = ""
    """Which published guidance the rule comes from."""


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A country on the way of the goods, in order, and why it is there."""

    country: str
    """Alpha-2."""
    part: str
    """origin, export, transit, destination, or a role whose country it is."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a date that bears on a finding."""

    date: date
    statement: Statement
    is_shipment: bool = False
    """Whether this is the departure of the line itself."""


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """A finding with everything a reader needs to judge it."""

    rank: int
    shipment_id: str
    line_no: int
    source_row: int
    score: float
    """Bits."""
    action: str
    date: date
    fields: Mapping[str, str]
    """The line as written, column to text, only what is there."""
    route: tuple[RouteStop, ...]
    events: tuple[Event, ...]
    evidence: tuple[EvidenceItem, ...]
    """Heaviest first; those not assessed come last with weight 0."""


@dataclass(frozen=True, slots=True)
class InputUsed:
    """A file that was read."""

    role: str
    """shipments or registry."""
    name: str
    digest: str
    """SHA-256, hexadecimal; empty for a table in memory."""
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True)
class SnapshotUsed:
    """A list snapshot that was relied on."""

    list: str
    version: str
    date: date
    date_basis: str
    """stated (by the list itself), given (by the user) or imported (the day it was taken in)."""
    entries: int
    source: str


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A rule that could not be applied, why, and to how many lines."""

    rule: str
    title: str
    reason: Statement
    lines: int
    """Lines it concerns; all accepted lines if the whole run lacks the data."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not accepted."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run of the main job."""

    run_id: str
    created: datetime
    as_of: date
    """'Today' for every judgement of the run."""
    version: str
    """Of Enduse."""
    inputs: tuple[InputUsed, ...]
    read: int
    accepted: int
    rejected: int
    actions: Mapping[str, int]
    """release, review, hold → lines."""
    policy: str
    """Name of the policy file, with its date."""
    review_bits: float
    hold_bits: float
    review_budget: int
    """Lines that the policy says a desk can look at."""
    snapshots: tuple[SnapshotUsed, ...]
    not_assessed: tuple[NotAssessed, ...]
    rejects: tuple[RejectedRow, ...]
    """The first of them; rejects.csv has all."""
    doubts: Mapping[str, int]
    """Columns kept although a value cannot be right → lines."""
    findings: tuple[FindingDetail, ...]
    """The first by rank; findings.parquet has every line."""
    findings_above_review: int
    """How many lines reach the review threshold."""
    chains: pa.Table | None = None
    """Chains of shipments that goods may have taken, as in CHAIN_STEPS; None: none were sought."""
