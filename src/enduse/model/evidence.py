"""Evidence and findings: the one form in which every analysis answers."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from enduse.model.columns import column


class Status(StrEnum):
    """What a rule says of a line."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    NOT_ASSESSED = "not_assessed"


class SubjectKind(StrEnum):
    """What a piece of evidence speaks of."""

    LINE = "line"
    PARTY = "party"
    VESSEL = "vessel"
    GOODS = "goods"
    ROUTE = "route"
    RUN = "run"


SOURCE = pa.struct(
    [
        column("dataset", pa.string(), "Which dataset was relied on."),
        column("version", pa.string(), "Its snapshot: date and digest."),
        column("record", pa.string(), "The record in it: row, id, entry."),
    ]
)

EVIDENCE = pa.schema(
    [
        column("shipment_id", pa.string(), "The shipment; null: the whole run."),
        column("line_no", pa.int32(), "The line; null: the whole run."),
        column("subject_kind", pa.string(), "A SubjectKind.", required=True),
        column("subject_id", pa.string(), "Role and name, IMO number, HS code, route …"),
        column("rule", pa.string(), "Id of the rule, e.g. '01'.", required=True),
        column("status", pa.string(), "A Status.", required=True),
        column("weight", pa.float64(), "Log-odds contribution in bits.", required=True),
        column("statement", pa.string(), "What is known, in a sentence.", required=True),
        column("sources", pa.list_(SOURCE), "What was relied on.", required=True),
    ]
)

FINDINGS = pa.schema(
    [
        column("shipment_id", pa.string(), "The shipment.", required=True),
        column("line_no", pa.int32(), "The line.", required=True),
        column("score", pa.float64(), "Sum of the weights of its evidence, bits.", required=True),
        column("action", pa.string(), "release, review or hold.", required=True),
        column("rank", pa.int64(), "1 is the first to look at.", required=True),
    ]
)
