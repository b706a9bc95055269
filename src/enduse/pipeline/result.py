"""The first findings in full, as a report or a person reads them, and run.json."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from enduse.assess import (
    EVIDENCE_SQL,
    FIELD_SEPARATOR,
    REF_SEPARATOR,
    RULES,
    Rule,
    reason_template,
)
from enduse.engine import Engine
from enduse.model import Status
from enduse.model.result import (
    N_,
    Event,
    EvidenceItem,
    FindingDetail,
    RejectedRow,
    RouteStop,
    RunResult,
    SourceRef,
    Statement,
)
from enduse.pipeline.run import Run

_RULES: dict[str, Rule] = {rule.id: rule for rule in RULES}
_SHOWN_REJECTS = 50
_FIRST_OF_ALL = 10
"""Lines that are shown whatever their action: a reader wants to see what comes next."""

DESK_LINES = 10_000
"""Lines in the tables for a spreadsheet: more than a desk reads; findings.parquet has all."""
_INTERNAL = {"line_key", "source_row", "rank", "score", "action", "doubts"}


def write_shown(engine: Engine, run: Run, shown: int) -> None:
    """Keep the first findings with everything a reader needs.

    Lines to review or hold are shown, and the very first of the others where those are few; a
    line that no rule speaks of is not.
    """
    engine.write(
        f"""SELECT s.*, r.rank, r.score, r.action
            FROM ranked r JOIN shipments s ON s.line_key = r.line_key
            WHERE r.rank <= {shown} AND r.score > 0
              AND (r.action <> 'release' OR r.rank <= {_FIRST_OF_ALL})""",
        run.path("shown.parquet"),
    )
    engine.register("shown", run.path("shown.parquet"))
    engine.write(
        f"""SELECT e.* FROM ({EVIDENCE_SQL}) e
            WHERE e.line_key IN (SELECT line_key FROM shown)""",
        run.path("shown_evidence.parquet"),
    )
    engine.write(
        """SELECT p.line_key, f.name, f.incorporation_date
           FROM receivers p JOIN registry_firms f ON f.firm_key = p.firm_key
           WHERE p.line_key IN (SELECT line_key FROM shown)
             AND f.incorporation_date IS NOT NULL""",
        run.path("shown_founded.parquet"),
    )
    engine.write(
        """SELECT h.line_key, h.matched_name, h.list, h.listed_from FROM line_hits h
           WHERE h.line_key IN (SELECT line_key FROM shown) AND h.listed_from IS NOT NULL""",
        run.path("shown_listed.parquet"),
    )


def write_desk(engine: Engine, run: Run) -> None:
    """Keep the lines to review or hold with what a desk sorts by, for a spreadsheet."""
    engine.write(
        f"""SELECT r.shipment_id, r.line_no, r.score, r.action, r.rank, s.source_row, s.date,
                   s.exporter, s.exporter_country, s.consignee, s.consignee_country, s.end_user,
                   s.end_user_country, s.destination_country, s.transit_countries, s.hs_code,
                   s.description, s.part_number, s.quantity, s.unit, s.value, s.currency,
                   s.vessel_imo, e.reasons
            FROM ranked r
            JOIN shipments s ON s.line_key = r.line_key
            LEFT JOIN (SELECT f.line_key, string_agg(f.statement, ' | ' ORDER BY abs(w.weight) DESC)
                                AS reasons
                       FROM evidence_found f
                       JOIN evidence_weights w ON w.evidence_key = f.evidence_key
                       WHERE f.line_key IN (SELECT line_key FROM ranked
                                            WHERE action <> 'release' AND rank <= {DESK_LINES})
                       GROUP BY f.line_key) e ON e.line_key = r.line_key
            WHERE r.action <> 'release' AND r.rank <= {DESK_LINES}
            ORDER BY r.rank""",
        run.folder / "desk.parquet",
    )


def read_shown(run: Run) -> tuple[FindingDetail, ...]:
    """The findings that :func:`write_shown` kept, best first."""
    evidence = _evidence(run)
    events = _events(run)
    lines = pq.read_table(run.path("shown.parquet")).to_pylist()
    return tuple(
        FindingDetail(
            rank=line["rank"],
            shipment_id=line["shipment_id"],
            line_no=line["line_no"],
            source_row=line["source_row"],
            score=line["score"],
            action=line["action"],
            date=line["date"],
            fields=_fields(line),
            route=_route(line),
            events=tuple(
                sorted(
                    [
                        *events[line["line_key"]],
                        Event(line["date"], Statement(N_("Shipment")), is_shipment=True),
                    ],
                    key=lambda event: event.date,
                )
            ),
            evidence=tuple(evidence[line["line_key"]]),
        )
        for line in sorted(lines, key=lambda line: line["rank"])
    )


def _fields(line: Mapping[str, Any]) -> dict[str, str]:
    written = {
        name: line.get(f"{name}_as_written") or value
        for name, value in line.items()
        if value is not None and name not in _INTERNAL and not name.endswith("_as_written")
    }
    return {name: _text(value) for name, value in written.items() if value != ""}


def _text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _route(line: Mapping[str, Any]) -> tuple[RouteStop, ...]:
    stops = [
        ("origin", line["origin_country"]),
        ("export", line["export_country"]),
        *(("transit", code) for code in (line["transit_countries"] or "").split(";") if code),
        ("intermediate_consignee", line["intermediate_consignee_country"]),
        ("consignee", line["consignee_country"]),
        ("destination", line["destination_country"]),
        ("end_user", line["end_user_country"]),
    ]
    return tuple(RouteStop(country, part) for part, country in stops if country)


def _evidence(run: Run) -> dict[int, list[EvidenceItem]]:
    version = str(run.notes["read"]["shipments"]["digest"][:12])
    items: dict[int, list[EvidenceItem]] = defaultdict(list)
    for row in pq.read_table(run.path("shown_evidence.parquet")).to_pylist():
        rule = _RULES[row["rule"]]
        items[row["line_key"]].append(
            EvidenceItem(
                rule=rule.id,
                title=rule.title,
                status=row["status"],
                weight=row["weight"],
                statement=_statement(rule, row),
                subject_kind=row["subject_kind"],
                subject_id=row["subject_id"] or "",
                sources=tuple(
                    dict.fromkeys(
                        [
                            SourceRef("shipments", version, f"row {row['source_row']}"),
                            *_refs(row["refs"]),
                        ]
                    )
                ),
                authorities=rule.authorities,
            )
        )
    for found in items.values():
        found.sort(
            key=lambda item: (
                item.status == Status.NOT_ASSESSED,
                -abs(item.weight),
                item.rule,
                item.subject_id,
            )
        )
    return items


def _statement(rule: Rule, row: Mapping[str, Any]) -> Statement:
    if row["template"] >= 0:
        return Statement(reason_template(rule, row["template"]))
    values = row["field_values"].split(FIELD_SEPARATOR) if rule.fields else []
    return Statement(rule.statement, dict(zip(rule.fields, values, strict=True)))


def _refs(text: str) -> list[SourceRef]:
    return [SourceRef(*ref.split(FIELD_SEPARATOR)) for ref in text.split(REF_SEPARATOR) if ref]


def _events(run: Run) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = defaultdict(list)
    for row in pq.read_table(run.path("shown_founded.parquet")).to_pylist():
        statement = Statement(N_("{name} founded"), {"name": row["name"]})
        events[row["line_key"]].append(Event(row["incorporation_date"], statement))
    for row in pq.read_table(run.path("shown_listed.parquet")).to_pylist():
        statement = Statement(
            N_("{name} listed on {list}"), {"name": row["matched_name"], "list": row["list"]}
        )
        events[row["line_key"]].append(Event(row["listed_from"], statement))
    for key, found in events.items():
        events[key] = _distinct(found)
    return events


def _distinct(events: list[Event]) -> list[Event]:
    seen: dict[tuple[object, str], Event] = {}
    for event in events:
        seen.setdefault((event.date, event.statement.text()), event)
    return list(seen.values())


def first_rejects(path: Path) -> tuple[RejectedRow, ...]:
    """The first rejects of a run."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return tuple(
            RejectedRow(int(row["row"]), row["column"], row["value"], row["reason"])
            for row, _ in zip(rows, range(_SHOWN_REJECTS), strict=False)
        )


def as_document(
    result: RunResult, notes: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """run.json: digests, settings, list snapshots, counts, stages, and what was not assessed."""
    return {
        "run_id": result.run_id,
        "created": result.created.isoformat(),
        "as_of": result.as_of.isoformat(),
        "enduse": result.version,
        "policy": {
            "name": result.policy,
            "review_bits": result.review_bits,
            "hold_bits": result.hold_bits,
            "review_budget": result.review_budget,
        },
        "inputs": [asdict(used) for used in result.inputs],
        "reading": facts["options"],
        "counts": {
            "read": result.read,
            "accepted": result.accepted,
            "rejected": result.rejected,
            "actions": dict(result.actions),
            "evidence": notes["assess"]["evidence"],
        },
        "doubts": dict(result.doubts),
        "lists": [{**asdict(used), "date": used.date.isoformat()} for used in result.snapshots],
        "not_assessed": [
            {"rule": gap.rule, "title": gap.title, "reason": gap.reason.text(), "lines": gap.lines}
            for gap in result.not_assessed
        ],
        "stages": {
            name: {"seconds": note["seconds"], "peak_mib": note["peak_mib"]}
            for name, note in notes.items()
        },
    }
