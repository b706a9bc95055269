"""The report of a run: one HTML file that needs nothing else, on screen or on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from enduse.engine.files import whole_file
from enduse.model.evidence import Status, SubjectKind
from enduse.model.result import N_, Event, EvidenceItem, FindingDetail, RunResult
from enduse.model.shipments import ROLES
from enduse.report.chains import chains_section
from enduse.report.route_map import RouteMap, land, route_map
from enduse.report.score_strip import score_strip
from enduse.report.templating import asset, content_hash, environment
from enduse.report.terms import GUIDANCE
from enduse.report.truth import AgainstTruth
from enduse.report.wording import Wording, wording
from enduse.report.written import countries, written

_LOOK_AT_FIRST = 5
_PARTY_PARTS = ("country", "address", "id")
_COUNTRY_COLUMNS = frozenset(
    {"origin_country", "export_country", "destination_country", "transit_countries"}
)


def write_report(
    result: RunResult,
    path: Path,
    *,
    language: str = "en",
    truth: AgainstTruth | None = None,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Write what a run found as one self-contained HTML file.

    The file makes no request of any kind, runs no script but its own (which it does not need),
    and shows whatever came from a file as text.

    Parameters
    ----------
    result
        The run.
    path
        Where the report is to be; it appears whole or not at all.
    language
        ``en``, ``uk`` or ``zh_Hant``. Names and values stay as written.
    truth
        For a fictional world: how the run compares with what was planted, as the last section.
    beside
        Recovered components whose pages lie beside the report: name → relative path.

    Raises
    ------
    UsageError
        If there is no catalogue of that language.
    StorageError
        If the file cannot be written.
    """
    text = render(result, wording(language), truth, beside or {})
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def render(
    result: RunResult,
    words: Wording,
    truth: AgainstTruth | None = None,
    beside: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The report as HTML."""
    chains = None if result.chains is None else chains_section(result.chains, words)
    style = asset("report.css") + (asset("chains.css") if chains else "")
    script = asset("report.js")
    cited = {
        name
        for finding in result.findings
        for item in finding.evidence
        for name in item.authorities.replace(",", " ").split()
    }
    findings = [_view(finding, result, words) for finding in result.findings]
    template = environment(words).get_template("report.html")
    return template.render(
        result=result,
        findings=findings,
        first=_first(findings),
        unassessed_rules=len({gap.rule for gap in result.not_assessed}),
        guidance={name: GUIDANCE[name] for name in sorted(cited & set(GUIDANCE))},
        chains=chains,
        truth=truth,
        beside=beside,
        land=land(),
        style=style,
        style_hash=content_hash(style),
        script=script,
        script_hash=content_hash(script),
    )


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a line: its role, and what the line says of it."""

    role: str
    name: str
    country: str
    address: str
    id: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as the templates show it."""

    detail: FindingDetail
    assessed: tuple[EvidenceItem, ...]
    not_assessed: tuple[EvidenceItem, ...]
    total: float
    """Sum of the evidence that is shown, bits."""
    verdict: str
    """Which threshold the score meets."""
    reasons: tuple[str, ...]
    """Titles of the rules that support, heaviest first, each once."""
    strip: Markup
    events: tuple[tuple[Event, str], ...]
    """What happened, in order, and how long before or after the shipment."""
    route: RouteMap
    parties: tuple[Party, ...]
    fields: Mapping[str, Markup]
    """Column → value as written, all that is not said of a party."""

    @property
    def is_whole(self) -> bool:
        """Whether the evidence shown adds up to the score that was recorded."""
        return abs(self.total - self.detail.score) < 0.005


def _view(finding: FindingDetail, result: RunResult, words: Wording) -> FindingView:
    assessed = tuple(e for e in finding.evidence if e.status != Status.NOT_ASSESSED)
    total = fsum(item.weight for item in assessed)
    verdict = _verdict(finding.score, result, words)
    parties, columns = _parties(finding.fields)
    return FindingView(
        detail=finding,
        assessed=assessed,
        not_assessed=tuple(e for e in finding.evidence if e.status == Status.NOT_ASSESSED),
        total=total,
        verdict=verdict,
        reasons=tuple(dict.fromkeys(item.title for item in assessed if item.weight > 0)),
        strip=score_strip(assessed, result.review_bits, result.hold_bits, verdict, words),
        events=tuple(
            (event, words.distance(event.date - finding.date))
            for event in sorted(finding.events, key=lambda event: event.date)
        ),
        route=route_map(finding.route, _embargoed(finding), words),
        parties=parties,
        fields={
            column: _value(column, finding.fields[column], words)
            for column in finding.fields
            if column not in columns
        },
    )


def _embargoed(finding: FindingDetail) -> frozenset[str]:
    """Countries that the embargo rules ('embargo', 'embargo-other') speak of."""
    return frozenset(
        item.subject_id
        for item in finding.evidence
        if item.rule.startswith("embargo") and item.subject_kind == SubjectKind.ROUTE
    )


def _first(findings: Sequence[FindingView]) -> list[tuple[FindingView, int]]:
    """The best finding of each of the first few consignees, and how many more each has here."""
    lines: dict[str, list[FindingView]] = {}
    for view in findings:
        if view.detail.action != "release":
            consignee = view.detail.fields.get("consignee", view.detail.shipment_id)
            lines.setdefault(consignee, []).append(view)
    return [(views[0], len(views) - 1) for views in list(lines.values())[:_LOOK_AT_FIRST]]


def _verdict(score: float, result: RunResult, words: Wording) -> str:
    if score >= result.hold_bits:
        bits, message = result.hold_bits, N_("{score} bits: meets the hold threshold of {bits}.")
    elif score >= result.review_bits:
        bits, message = (
            result.review_bits,
            N_("{score} bits: meets the review threshold of {bits}."),
        )
    else:
        bits, message = (
            result.review_bits,
            N_("{score} bits: below the review threshold of {bits}."),
        )
    return words.text(message).format(
        score=words.bits(score, digits=2), bits=words.bits(bits, digits=2)
    )


def _parties(fields: Mapping[str, str]) -> tuple[tuple[Party, ...], set[str]]:
    """The parties of a line, and the columns that they take up."""
    parties = []
    columns: set[str] = set()
    for role in ROLES:
        own = [role, *(f"{role}_{part}" for part in _PARTY_PARTS)]
        if not any(column in fields for column in own):
            continue
        columns.update(own)
        parties.append(Party(role, *(fields.get(column, "") for column in own)))
    return tuple(parties), columns


def _value(column: str, value: str, words: Wording) -> Markup:
    if column in _COUNTRY_COLUMNS:
        return countries(value, words) or written(value)
    return written(value)
