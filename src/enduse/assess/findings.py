"""Evidence from every rule, and what it adds up to for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.assess.policy import Policy
from enduse.assess.rule import FIELD_SEPARATOR, REASONS, REF_SEPARATOR, Gap, Rule, fill
from enduse.engine import Engine
from enduse.model import EVIDENCE, Status
from enduse.model.evidence import SOURCE
from enduse.model.result import NotAssessed, Statement

_EVERY_LINE = -1
"""Line key of evidence that concerns the whole run."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules said: where it lies, and what they could not say."""

    not_assessed: tuple[NotAssessed, ...]
    evidence_rows: int


def assess(
    engine: Engine,
    rules: Iterable[Rule],
    policy: Policy,
    parameters: dict[str, str],
    missing: Set[str],
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Apply every rule; evidence goes to one Parquet file a rule in `folder`.

    Afterwards the engine holds ``evidence`` (with ``line_key`` and, for the report, ``values``)
    and ``scores`` (``line_key, score`` for lines with evidence).

    Parameters
    ----------
    engine
        Holds the context tables.
    parameters
        Policy parameters and run facts as SQL literals.
    missing
        Keys of REASONS that the run lacks.
    folder
        Where evidence is written, one file a rule.
    """
    lines = _count(engine, "lines")
    gaps: list[NotAssessed] = []
    for number, rule in enumerate(rules):
        progress(rule.id)
        lacking = [need for need in rule.needs if need in missing]
        if lacking:
            reason = REASONS[lacking[0]]
            gaps.append(NotAssessed(rule.id, rule.title, Statement(reason), lines))
            engine.write(_run_gap_sql(rule, reason), folder / f"{number:02}.parquet")
            continue
        parts = [fill(_evidence_sql(rule, number, policy), parameters)]
        for gap in rule.gaps:
            blind = _count(engine, f"{rule.scope} l WHERE {fill(gap.where, parameters)}")
            if not blind:
                continue
            gaps.append(NotAssessed(rule.id, rule.title, Statement(gap.reason), blind))
            if not gap.said_per_line:
                continue
            whole = blind == _count(engine, rule.scope)
            parts.append(
                _run_gap_sql(rule, gap.reason)
                if whole
                else fill(_line_gap_sql(rule, gap), parameters)
            )
        engine.write("\nUNION ALL\n".join(parts), folder / f"{number:02}.parquet")
    engine.register("evidence_found", folder)
    engine.create("evidence_weights", _WEIGHTS)
    engine.create(
        "scores",
        "SELECT line_key, round(sum(weight), 4) AS score FROM evidence_weights GROUP BY line_key",
    )
    return Assessment(tuple(gaps), _count(engine, "evidence_found"))


_WEIGHTS = """
    SELECT evidence_key, line_key, weight FROM (
        SELECT evidence_key, line_key, weight,
               row_number() OVER (PARTITION BY line_key, family
                                  ORDER BY abs(weight) DESC, rule, subject_id, refs) AS place
        FROM evidence_found WHERE weight <> 0) ranked
    WHERE place = 1
"""
"""On a line only the strongest evidence of a family counts; the rest is said at no weight."""

EVIDENCE_SQL = """
    SELECT f.line_key, l.shipment_id, l.line_no, l.source_row, f.subject_kind, f.subject_id,
           f.rule, f.status, coalesce(w.weight, 0) AS weight, f.statement, f.refs, f.template,
           f.field_values
    FROM evidence_found f
    LEFT JOIN lines l ON l.line_key = f.line_key
    LEFT JOIN evidence_weights w ON w.evidence_key = f.evidence_key
"""
"""Evidence with its weight as it counts on its line."""


def findings_sql(policy: Policy) -> str:
    """Every accepted line with its score, action and rank."""
    return f"""
        SELECT l.shipment_id, l.line_no, coalesce(s.score, 0.0) AS score,
               CASE WHEN s.score >= {policy.hold_bits} THEN 'hold'
                    WHEN s.score >= {policy.review_bits} THEN 'review'
                    ELSE 'release' END AS action,
               row_number() OVER (ORDER BY coalesce(s.score, 0.0) DESC, l.line_key) AS rank,
               l.line_key
        FROM lines l LEFT JOIN scores s ON s.line_key = l.line_key
    """


def _evidence_sql(rule: Rule, number: int, policy: Policy) -> str:
    weight = policy.weights.get(rule.id, 0.0)
    status = Status.CONTRADICTS if rule.contradicts else Status.SUPPORTS
    return f"""
        SELECT e.line_key, {number * 10**12} + row_number() OVER () AS evidence_key,
               CAST(e.subject_kind AS VARCHAR) AS subject_kind,
               CAST(e.subject_id AS VARCHAR) AS subject_id, '{rule.id}' AS rule,
               '{rule.family or rule.id}' AS family, '{status}' AS status,
               CAST(round({weight!r} * greatest(0.0, least(1.0, e.strength)), 4) AS DOUBLE) AS weight,
               {rule.statement_sql()} AS statement, CAST(e.refs AS VARCHAR) AS refs,
               -1 AS template, {rule.values_sql()} AS field_values
        FROM ({rule.query}) e
    """


def _run_gap_sql(rule: Rule, reason: str) -> str:
    return f"""
        SELECT CAST({_EVERY_LINE} AS BIGINT) AS line_key,
               CAST(NULL AS BIGINT) AS evidence_key,
               'run' AS subject_kind, CAST(NULL AS VARCHAR) AS subject_id, '{rule.id}' AS rule,
               '{rule.family or rule.id}' AS family, '{Status.NOT_ASSESSED}' AS status,
               CAST(0 AS DOUBLE) AS weight, '{_quoted(reason)}' AS statement, '' AS refs,
               {_reason_number(rule, reason)} AS template, '' AS field_values
    """


def _line_gap_sql(rule: Rule, gap: Gap) -> str:
    number = _reason_number(rule, gap.reason)
    return f"""
        SELECT l.line_key, CAST(NULL AS BIGINT) AS evidence_key, 'line' AS subject_kind, CAST(NULL AS VARCHAR) AS subject_id, '{rule.id}' AS rule,
               '{rule.family or rule.id}' AS family, '{Status.NOT_ASSESSED}' AS status,
               CAST(0 AS DOUBLE) AS weight, '{_quoted(gap.reason)}' AS statement, '' AS refs,
               {number} AS template, '' AS field_values
        FROM {rule.scope} l WHERE {gap.where}
    """


def _reason_number(rule: Rule, reason: str) -> int:
    reasons = [*(gap.reason for gap in rule.gaps), *REASONS.values()]
    return reasons.index(reason)


def reason_template(rule: Rule, number: int) -> str:
    """The template of a reason that evidence names by its number."""
    return [*(gap.reason for gap in rule.gaps), *REASONS.values()][number]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _count(engine: Engine, source: str) -> int:
    return int(engine.query(f"SELECT count(*) AS n FROM {source}")["n"][0].as_py())


def evidence_kernel(shipments_version: str) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """A kernel that turns rows of EVIDENCE_SQL into the promised evidence table.

    Parameters
    ----------
    shipments_version
        Date and digest of the shipments that were read.
    """

    def kernel(batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = {
            field.name: batch.column(field.name).cast(field.type)
            for field in EVIDENCE
            if field.name != "sources"
        }
        columns["sources"] = _sources(batch, shipments_version)
        return pa.record_batch(columns, schema=EVIDENCE)

    return kernel


def _sources(batch: pa.RecordBatch, shipments_version: str) -> pa.Array:
    """The row of the input first, then what the rule relied on; nothing for a whole run."""
    rows = pc.cast(batch.column("source_row"), pa.string())
    own = pc.binary_join_element_wise(
        "shipments", shipments_version, pc.binary_join_element_wise("row", rows, " "),
        FIELD_SEPARATOR,
    )  # fmt: skip
    more = pc.if_else(pc.equal(batch.column("refs"), ""), None, batch.column("refs"))
    # Filled first: a row in which all parts are null is dropped, not answered, by pyarrow 26.
    own = pc.fill_null(own, "")
    joined = pc.binary_join_element_wise(own, more, REF_SEPARATOR, null_handling="skip")
    has_any = pc.not_equal(joined, "")
    parts = pc.split_pattern(joined.filter(has_any), REF_SEPARATOR)
    counts = np.zeros(batch.num_rows, np.int32)
    counts[np.asarray(has_any)] = np.asarray(pc.list_value_length(parts))
    fields = pc.split_pattern(parts.flatten(), FIELD_SEPARATOR)
    struct = pa.StructArray.from_arrays(
        [pc.list_element(fields, place) for place in range(3)], fields=list(SOURCE)
    )
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, struct).cast(EVIDENCE.field("sources").type)
