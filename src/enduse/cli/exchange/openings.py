"""What a private match has found, opened: hits as evidence, positions for an audit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from enduse.cli.app import Console
from enduse.cli.exchange.group import FILE, keyed
from enduse.cli.exchange.matching import desk_of, match_group, written_to


@match_group.group("evidence")
def evidence_group() -> None:
    """Open one hit on both sides: both are bound to their record before either sees the other's."""


@keyed(evidence_group, "ask")
@click.argument("session")
@click.option(
    "--position", type=click.IntRange(0, 2**20), required=True, help="Of the hit, as the hits say."
)
@written_to("The question; it shows our record, so seal it.")
def ask_evidence(console: Console, passphrase: str, session: str, position: int, out: Path) -> None:
    """Open a hit of ours to the partner, and ask for theirs."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        key = matching.ask_evidence(desk, session, position, out)
    console.answer({"key": key}, f"The question about {key} is {out}.")


@keyed(evidence_group, "answer")
@click.argument("question", type=FILE)
@written_to("The answer; it shows our record, so seal it.")
def answer_evidence(console: Console, passphrase: str, question: Path, out: Path) -> None:
    """Check what the partner opened, and open the same."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        key = matching.answer_evidence(desk, question, out)
    console.answer({"key": key}, f"The answer about {key} is {out}.")


@keyed(evidence_group, "check")
@click.argument("answer", type=FILE)
@written_to("Both records, as JSON.")
def check_evidence(console: Console, passphrase: str, answer: Path, out: Path) -> None:
    """Check the partner's record against what it was bound to."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        found = matching.check_evidence(desk, answer, out)
    console.answer(asdict(found), f"{found.key}: ours {found.ours}, theirs {found.theirs}.")


@match_group.group("audit")
def audit_group() -> None:
    """Have positions of a session, drawn at random, opened by the other side."""


@keyed(audit_group, "ask")
@click.argument("session")
@written_to("The question.")
def ask_audit(console: Console, passphrase: str, session: str, out: Path) -> None:
    """Ask for openings of a session."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        matching.ask_audit(desk, session, out)
    console.answer({"asked": str(out)}, f"The question is {out}.")


@keyed(audit_group, "answer")
@click.argument("question", type=FILE)
@written_to("The answer; it shows keys, so seal it.")
def answer_audit(console: Console, passphrase: str, question: Path, out: Path) -> None:
    """Open the positions that were drawn."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        opened = matching.answer_audit(desk, question, out)
    console.answer({"opened": opened}, f"{opened} positions are opened in {out}.")


@keyed(audit_group, "check")
@click.argument("answer", type=FILE)
def check_audit(console: Console, passphrase: str, answer: Path) -> None:
    """Check the openings against what the partner was bound to."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        checked = asdict(matching.check_audit(desk, answer))
    console.answer(checked, "\n".join(f"{name}: {value}" for name, value in checked.items()))
