"""Overlap found without showing the rest: an oblivious function between two authorities."""

from enduse.exchange.matching.audit import Audited, answer_audit, ask_audit, check_audit
from enduse.exchange.matching.client import Finished, Hit, Requested, finish, request
from enduse.exchange.matching.desk import Desk
from enduse.exchange.matching.evidence import (
    Evidence,
    answer_evidence,
    ask_evidence,
    check_evidence,
)
from enduse.exchange.matching.forgetting import forget, kept_files
from enduse.exchange.matching.holdings import Rejected
from enduse.exchange.matching.officers import (
    Officer,
    create_officer_key,
    dismiss,
    enrol,
    officer_key,
)
from enduse.exchange.matching.quota import Quota, grant, quota
from enduse.exchange.matching.server import Approved, Responded, approve, inspect, respond

__all__ = [
    "Approved",
    "Audited",
    "Desk",
    "Evidence",
    "Finished",
    "Hit",
    "Officer",
    "Quota",
    "Rejected",
    "Requested",
    "Responded",
    "answer_audit",
    "answer_evidence",
    "approve",
    "ask_audit",
    "ask_evidence",
    "check_audit",
    "check_evidence",
    "create_officer_key",
    "dismiss",
    "enrol",
    "finish",
    "forget",
    "grant",
    "inspect",
    "kept_files",
    "officer_key",
    "quota",
    "request",
    "respond",
]
