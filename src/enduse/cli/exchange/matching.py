"""Private matching: which keys both sides hold, and nothing of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console
from enduse.cli.exchange.group import FILE, exchange_group, keyed, office_of, passphrase_of
from enduse.errors import UsageError

if TYPE_CHECKING:
    from enduse.exchange.matching import Approved, Desk, Rejected

_FAMILIES = ("A", "B", "C")


@exchange_group.group("match")
def match_group() -> None:
    """Find what both sides hold without showing the rest: request, approve, respond, finish."""


@contextmanager
def _desk(console: Console, passphrase: str) -> Iterator[Desk]:
    from enduse.exchange.matching import Desk

    with office_of(console, passphrase) as office:
        yield Desk.open(
            office.identity,
            office.store,
            console.settings.workspace / "matching",
            threads=console.settings.thread_count,
        )


_FAMILY = click.option(
    "--family",
    "families",
    multiple=True,
    type=click.Choice(_FAMILIES),
    help="A: identifiers, serials, parts; B: names in any order; C: names with an error. "
    "Repeatable  [default: A]",
)


def _out(what: str) -> Callable[[Any], Any]:
    return click.option("--out", type=FILE, required=True, help=what)


@keyed(match_group, "officer")
@click.argument("name")
@click.option("--key", type=FILE, required=True, help="The officer's key; made if not there.")
@click.option("--officer-passphrase-file", type=FILE, help="[default: the passphrase of all]")
@click.option("--root", "roots", multiple=True, type=FILE, help="Twice: a root key's file.")
@click.option("--root-passphrase-file", "root_files", multiple=True, type=FILE)
@click.option("--dismiss", is_flag=True, help="Let the officer approve no more.")
def officer(
    console: Console,
    passphrase: str,
    name: str,
    key: Path,
    officer_passphrase_file: Path | None,
    roots: tuple[Path, ...],
    root_files: tuple[Path, ...],
    dismiss: bool,
) -> None:
    """Let a person approve requests for a year; two root keys sign it."""
    from enduse.exchange import matching
    from enduse.exchange.fields import now_utc
    from enduse.exchange.identity import root_key

    with _desk(console, passphrase) as desk:
        if dismiss:
            matching.dismiss(desk, name)
            console.answer({"dismissed": name}, f"{name} approves no more.")
            return
        secret = passphrase_of(officer_passphrase_file) if officer_passphrase_file else passphrase
        if key.exists():
            public = matching.officer_key(key, secret).public
        else:
            public = matching.create_officer_key(key, secret, now_utc())
        secrets = [passphrase_of(file) for file in root_files] or [passphrase] * len(roots)
        if len(secrets) != len(roots):
            raise UsageError("There is one --root-passphrase-file for each --root, or none.")
        signers = [root_key(path, given) for path, given in zip(roots, secrets, strict=True)]
        enrolled = matching.enrol(desk, name, public, signers)
    console.answer(
        {"officer": name, "valid_to": enrolled.valid_to},
        f"{name} approves requests until {enrolled.valid_to.date()}. The key is {key}: it is the "
        "officer's alone.",
    )


@keyed(match_group, "quota")
@click.argument("partner")
@click.option("--grant", type=int, help="Keys that the partner may ask for each month.")
def quota(console: Console, passphrase: str, partner: str, grant: int | None) -> None:
    """Show or set how many keys a partner may ask for."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        held = (
            matching.quota(desk, partner) if grant is None else matching.grant(desk, partner, grant)
        )
    said = asdict(held)
    console.answer(said, "\n".join(f"{name}: {value}" for name, value in said.items()))


@keyed(match_group, "request")
@click.option("--to", required=True, metavar="NAME")
@click.option("--rows", type=FILE, required=True, help="CSV: kind, value, …")
@_FAMILY
@click.option("--purpose", required=True, help="What for; the partner's officers read it.")
@click.option("--audit", type=int, default=0, help="Positions each side may have opened.")
@_out("The request, to be carried to the partner.")
def request(
    console: Console,
    passphrase: str,
    to: str,
    rows: Path,
    families: Any,
    purpose: str,
    audit: int,
    out: Path,
) -> None:
    """Ask a partner which of our keys it holds, without showing it any."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        asked = matching.request(
            desk, to, rows, out, families=families or ("A",), purpose=purpose, audited=audit
        )
    console.answer(
        {
            "session": asked.session,
            "keys": asked.keys,
            "bucket": asked.bucket,
            "rejected": _rejected(asked.rejected),
        },
        f"Session {asked.session[:12]}…: {asked.keys} keys, of which {to} learns that they are at "
        f"most {asked.bucket}. The request is {out}.{_rejected_text(asked.rejected)}",
    )


@keyed(match_group, "approve")
@click.argument("request_file", metavar="REQUEST", type=FILE)
@click.option("--officer", "key", type=FILE, help="The officer's key; none: show what is asked.")
@click.option("--officer-passphrase-file", type=FILE, help="[default: the passphrase of all]")
@_FAMILY
def approve(
    console: Console,
    passphrase: str,
    request_file: Path,
    key: Path | None,
    officer_passphrase_file: Path | None,
    families: tuple[str, ...],
) -> None:
    """Show what a partner asks, or enter one officer's consent to it; two are needed."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        if key is None:
            standing = matching.inspect(desk, request_file)
        else:
            secret = (
                passphrase_of(officer_passphrase_file) if officer_passphrase_file else passphrase
            )
            signer = matching.officer_key(key, secret)
            standing = matching.approve(desk, request_file, signer, families=families or None)
    console.answer(
        {
            "session": standing.session,
            "client": standing.client,
            "purpose": standing.purpose,
            "families": list(standing.families),
            "bucket": standing.bucket,
            "missing": standing.missing,
        },
        _standing_text(standing),
    )


def _standing_text(standing: Approved) -> str:
    lacking = ", ".join(
        f"{count} for family {family}" for family, count in standing.missing.items() if count
    )
    return (
        f"{standing.client} asks about up to {standing.bucket} keys of family "
        f"{' and '.join(standing.families)}: {standing.purpose}\n"
        + (f"Officers who have still to approve: {lacking}." if lacking else "It can be answered.")
    )


@keyed(match_group, "respond")
@click.argument("request_file", metavar="REQUEST", type=FILE)
@click.option("--rows", type=FILE, required=True, help="CSV of what we hold: kind, value, …")
@_out("The reply, to be carried back.")
def respond(console: Console, passphrase: str, request_file: Path, rows: Path, out: Path) -> None:
    """Answer a request that two officers have approved; we learn the number of its keys alone."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        done = matching.respond(desk, request_file, rows, out)
    console.answer(
        {
            "session": done.session,
            "bucket": done.bucket,
            "keys": done.keys,
            "held": done.held,
            "rejected": _rejected(done.rejected),
        },
        f"The reply is {out}. We learnt that they asked about at most {done.bucket} keys, and "
        f"nothing of them; they see that we hold at most {done.held}."
        f"{_rejected_text(done.rejected)}",
    )


@keyed(match_group, "finish")
@click.argument("reply", type=FILE)
@_out("CSV of the hits.")
def finish(console: Console, passphrase: str, reply: Path, out: Path) -> None:
    """Verify a reply and write which of our keys the partner holds."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        done = matching.finish(desk, reply, out)
    console.answer(
        {
            "session": done.session,
            "hits": [
                {"rows": list(hit.rows), "key": hit.key, "position": hit.position}
                for hit in done.hits
            ],
            "held": done.held,
            "officers": list(done.officers),
        },
        f"{len(done.hits)} of our keys are held there, among at most {done.held}; approved by "
        f"{', '.join(done.officers)}. The hits are {out}. A hit is a hint: have its record opened "
        "with 'enduse exchange match evidence' before you act on it.",
    )


@match_group.group("evidence")
def evidence_group() -> None:
    """Open one hit on both sides: both are bound to their record before either sees the other's."""


@keyed(evidence_group, "ask")
@click.argument("session")
@click.option("--position", type=int, required=True, help="Of the hit, as the hits say.")
@_out("The question; it shows our record, so seal it.")
def ask_evidence(console: Console, passphrase: str, session: str, position: int, out: Path) -> None:
    """Open a hit of ours to the partner, and ask for theirs."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        key = matching.ask_evidence(desk, session, position, out)
    console.answer({"key": key}, f"The question about {key} is {out}.")


@keyed(evidence_group, "answer")
@click.argument("question", type=FILE)
@_out("The answer; it shows our record, so seal it.")
def answer_evidence(console: Console, passphrase: str, question: Path, out: Path) -> None:
    """Check what the partner opened, and open the same."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        key = matching.answer_evidence(desk, question, out)
    console.answer({"key": key}, f"The answer about {key} is {out}.")


@keyed(evidence_group, "check")
@click.argument("answer", type=FILE)
@_out("Both records, as JSON.")
def check_evidence(console: Console, passphrase: str, answer: Path, out: Path) -> None:
    """Check the partner's record against what it was bound to."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        found = matching.check_evidence(desk, answer, out)
    console.answer(asdict(found), f"{found.key}: ours {found.ours}, theirs {found.theirs}.")


@match_group.group("audit")
def audit_group() -> None:
    """Have positions of a session, drawn at random, opened by the other side."""


@keyed(audit_group, "ask")
@click.argument("session")
@_out("The question.")
def ask_audit(console: Console, passphrase: str, session: str, out: Path) -> None:
    """Ask for openings of a session."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        matching.ask_audit(desk, session, out)
    console.answer({"asked": str(out)}, f"The question is {out}.")


@keyed(audit_group, "answer")
@click.argument("question", type=FILE)
@_out("The answer; it shows keys, so seal it.")
def answer_audit(console: Console, passphrase: str, question: Path, out: Path) -> None:
    """Open the positions that were drawn."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        opened = matching.answer_audit(desk, question, out)
    console.answer({"opened": opened}, f"{opened} positions are opened in {out}.")


@keyed(audit_group, "check")
@click.argument("answer", type=FILE)
def check_audit(console: Console, passphrase: str, answer: Path) -> None:
    """Check the openings against what the partner was bound to."""
    from enduse.exchange import matching

    with _desk(console, passphrase) as desk:
        checked = asdict(matching.check_audit(desk, answer))
    console.answer(checked, "\n".join(f"{name}: {value}" for name, value in checked.items()))


def _rejected(rejected: tuple[Rejected, ...]) -> list[dict[str, Any]]:
    return [{"row": one.row, "reason": one.reason} for one in rejected]


def _rejected_text(rejected: tuple[Rejected, ...]) -> str:
    return "".join(f"\n  row {one.row} gave no key: {one.reason}" for one in rejected)
