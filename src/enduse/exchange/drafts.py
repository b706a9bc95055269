"""Drafts of body files: a finding out of a check, what a tip met, leave to send on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.errors import ExchangeError, InputError
from enduse.exchange.fields import written_instant
from enduse.exchange.letters import Letter
from enduse.exchange.office import Office, wrong_kind

OUTCOMES = ("useful", "known already", "not useful", "wrong")
"""What a recipient can say of a tip."""

_MOST_LINES = 2_000


def draft_finding(check: Path, shipments: Collection[str]) -> dict[str, Any]:
    """A finding to send: lines of a check with their scores and their evidence.

    Parameters
    ----------
    check
        Folder that `enduse check --out` wrote.
    shipments
        Which shipments.

    Raises
    ------
    InputError
        If the folder holds no check, or a shipment is not in it.
    """
    findings = _table(check, "findings.parquet")
    wanted = pa.array(list(shipments), pa.string())
    chosen = findings.filter(pc.is_in(findings["shipment_id"], wanted))
    missing = sorted(set(shipments) - set(chosen["shipment_id"].to_pylist()))
    if missing:
        raise InputError(
            f"{check} has no finding on shipment {missing[0]}.",
            hint="Shipments are named as in findings.parquet.",
        )
    evidence = _table(check, "evidence.parquet")
    evidence = evidence.filter(pc.is_in(evidence["shipment_id"], wanted))
    return {
        "purpose": "A finding on shipments",
        "content": {"finding": {"check": _check(check), "lines": _lines(chosen, evidence)}},
    }


def draft_feedback(
    letter: Letter, check: Path, outcome: str, *, with_lines: bool, remark: str = ""
) -> dict[str, Any]:
    """What became of a tip: how often a check met it, and what it was worth.

    Without `with_lines` its sender learns numbers alone, and nothing of the shipments.

    Raises
    ------
    ExchangeError
        If the packet is no tip or correction, or the outcome is none of `OUTCOMES`.
    InputError
        If the folder holds no check.
    """
    if letter.kind not in ("tip", "correction"):
        raise wrong_kind(letter.msg_id, letter.kind, "tip")
    if outcome not in OUTCOMES:
        raise ExchangeError(f"'{outcome}' is no outcome; known are {', '.join(OUTCOMES)}.")
    evidence = _table(check, "evidence.parquet")
    met = evidence.filter(_cites(evidence["sources"], letter.msg_id))
    findings = _table(check, "findings.parquet")
    on = pc.is_in(findings["shipment_id"], met["shipment_id"].combine_chunks())
    chosen = findings.filter(on)
    said: dict[str, Any] = {
        "packet": letter.msg_id,
        "outcome": outcome,
        "check": _check(check),
        "lines_checked": findings.num_rows,
        "lines_met": len({(r["shipment_id"], r["line_no"]) for r in met.to_pylist()}),
        "by_rule": dict(sorted(Counter(met["rule"].to_pylist()).items())),
        "by_action": dict(sorted(Counter(chosen["action"].to_pylist()).items())),
    }
    if remark:
        said["remark"] = remark
    if with_lines:
        said["lines"] = _lines(chosen, met)
    return {"purpose": "Feedback on a tip", "content": {"feedback": said}}


def draft_consent(
    office: Office, letter: Letter, to: Sequence[str], until: datetime
) -> dict[str, Any]:
    """Leave to send on a packet of ours, for the partners named and until a day.

    Raises
    ------
    ExchangeError
        If the packet is not ours, or a partner is not pinned.
    """
    if letter.direction != "sent":
        raise ExchangeError(
            f"Packet {letter.msg_id} is {office.name(letter.sender)}'s, and so is the consent."
        )
    given = {
        "packet": letter.msg_id,
        "to": sorted(office.authority(name) for name in to),
        "not_after": written_instant(until),
    }
    return {"purpose": "Consent to sending on", "content": {"consent": given}}


def _table(folder: Path, name: str) -> pa.Table:
    try:
        return pq.read_table(folder / name)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{folder} holds no {name}: {str(error).splitlines()[0]}.",
            hint="Give the folder that 'enduse check --out' wrote.",
        ) from error


def _check(folder: Path) -> Mapping[str, Any]:
    """What the check rested on, as its run.json says."""
    try:
        run = json.loads((folder / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: run[name] for name in ("run_id", "as_of", "policy") if name in run}


def _lines(findings: pa.Table, evidence: pa.Table) -> list[dict[str, Any]]:
    if findings.num_rows > _MOST_LINES:
        raise ExchangeError(
            f"{findings.num_rows:,} lines are more than a packet's body takes ({_MOST_LINES:,}).",
            hint="Attach evidence.parquet instead.",
        )
    said: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in evidence.to_pylist():
        told = {name: row[name] for name in ("rule", "status", "weight", "statement", "sources")}
        said.setdefault((row["shipment_id"], row["line_no"]), []).append(told)
    return [
        {**line, "evidence": said.get((line["shipment_id"], line["line_no"]), [])}
        for line in findings.to_pylist()
    ]


def _cites(sources: pa.ChunkedArray, msg_id: str) -> pa.Array:
    """Whether each row's sources name a list made of the packet."""
    return pa.array(
        [any(msg_id in (s["dataset"] or "") for s in row or ()) for row in sources.to_pylist()],
        pa.bool_(),
    )
