"""Red flags and scores: tables in, evidence and findings out, judged by a dated policy."""

from enduse.assess.context import INPUTS, RUN_FACTS, build_context
from enduse.assess.findings import (
    EVIDENCE_SQL,
    Assessment,
    assess,
    evidence_kernel,
    findings_sql,
    reason_template,
)
from enduse.assess.policy import Policy, shipped_text, unknown_weights
from enduse.assess.rule import FIELD_SEPARATOR, REF_SEPARATOR, Gap, Rule
from enduse.assess.rules import RULES

__all__ = [
    "EVIDENCE_SQL",
    "FIELD_SEPARATOR",
    "INPUTS",
    "REF_SEPARATOR",
    "RULES",
    "RUN_FACTS",
    "Assessment",
    "Gap",
    "Policy",
    "Rule",
    "assess",
    "build_context",
    "evidence_kernel",
    "findings_sql",
    "reason_template",
    "shipped_text",
    "unknown_weights",
]
