"""Private matching: which keys both sides hold, and nothing of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console
from enduse.cli.exchange.group import (
    FILE,
    exchange_group,
    keyed,
    office_of,
    passphrase_of,
    root_keys,
    signed_by_root,
)
from enduse.errors import UsageError

if TYPE_CHECKING:
    from enduse.exchange.matching import Approved, Desk, Rejected

_FAMILIES = ("A", "B", "C")


@exchange_group.group("match")
def match_group() -> None:
    """Find what both sides hold without showing the rest: request, approve, respond, finish."""


@contextmanager
def desk_of(console: Console, passphrase: str) -> Iterator[Desk]:
    """The desk of the workspace at which matches are asked and answered."""
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


def written_to(what: str) -> Callable[[Any], Any]:
    """The option that names a file to write."""
    return click.option("--out", type=FILE, required=True, help=what)


@keyed(match_group, "officer")
@click.argument("name")
@click.option("--key", type=FILE, help="The officer's key; made if not there.")
@click.option("--officer-passphrase-file", type=FILE, help="[default: the passphrase of all]")
@signed_by_root
@click.option("--dismiss", is_flag=True, help="Let the officer approve no more.")
def officer(
    console: Console,
    passphrase: str,
    name: str,
    key: Path | None,
    officer_passphrase_file: Path | None,
    roots: tuple[Path, ...],
    root_files: tuple[Path, ...],
    dismiss: bool,
) -> None:
    """Let a person approve requests for a year; two root keys sign it."""
    from enduse.exchange import matching
    from enduse.exchange.fields import now_utc

    with desk_of(console, passphrase) as desk:
        if dismiss:
            matching.dismiss(desk, name)
            console.answer({"dismissed": name}, f"{name} approves no more.")
            return
        if key is None:
            raise UsageError("An officer needs a key.", hint="Name its file with --key.")
        signers = root_keys(roots, root_files, passphrase)
        if len({signer.key_id for signer in signers}) < 2:
            raise UsageError("Two root keys name an officer.", hint="Give --root twice.")
        secret = passphrase_of(officer_passphrase_file) if officer_passphrase_file else passphrase
        if key.exists():
            public = matching.officer_key(key, secret).public
        else:
            public = matching.create_officer_key(key, secret, now_utc())
        enrolled = matching.enrol(desk, name, public, signers)
    console.answer(
        {"officer": name, "valid_to": enrolled.valid_to},
        f"{name} approves requests until {enrolled.valid_to.date()}. The key is {key}: it is the "
        "officer's alone.",
    )


@keyed(match_group, "quota")
@click.argument("partner", required=False)
@click.option(
    "--grant",
    type=click.IntRange(0, 2**53 - 1),
    help="Keys that the partner may ask for each month.",
)
def quota(console: Console, passphrase: str, partner: str | None, grant: int | None) -> None:
    """Show how many keys each partner may ask for, or set it for one."""
    from enduse.exchange import matching
    from enduse.exchange.partners import Partners

    with desk_of(console, passphrase) as desk:
        if grant is not None:
            if partner is None:
                raise UsageError("A quota is granted to one partner.", hint="Name it.")
            matching.grant(desk, partner, grant)
        names = [partner] if partner else [
            one.identity.name for one in Partners(desk.store).list() if one.revoked_at is None
        ]  # fmt: skip
        quotas = {name: matching.quota(desk, name) for name in names}
    lines = [
        f"{name}: {held.used:,} of {held.keys:,} keys used in {held.period}, in {held.sessions} "
        "sessions."
        for name, held in quotas.items()
    ]
    rows = [{"partner": name, **asdict(held)} for name, held in quotas.items()]
    console.answer({"quotas": rows}, "\n".join(lines) or "No partner.")


@keyed(match_group, "sessions")
def sessions(console: Console, passphrase: str) -> None:
    """List the sessions, and whether keys of them are kept in the workspace."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        rows = [
            {
                "session": one.session,
                "side": one.side,
                "partner": _name(desk, one.partner),
                "state": one.state,
                "at": one.at,
                "keys_kept": bool(matching.kept_files(desk, one)),
            }
            for one in desk.sessions()
        ]
    lines = [
        f"{str(row['at'])[:10]}  {row['session']}  {row['side']} with {row['partner']}, "
        f"{row['state']}" + (", keys kept" if row["keys_kept"] else "")
        for row in rows
    ]
    console.answer({"sessions": rows}, "\n".join(lines) or "No session yet.")


def _name(desk: Desk, authority_id: str) -> str:
    from enduse.exchange.partners import Partners

    found = Partners(desk.store).find(authority_id)
    return found.identity.name if found else authority_id


@keyed(match_group, "forget")
@click.argument("session")
def forget(console: Console, passphrase: str, session: str) -> None:
    """Destroy the keys and the secret of a session that are kept in the workspace."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
        removed = [str(path) for path in matching.forget(desk, session)]
    console.answer(
        {"session": session, "removed": removed},
        f"{len(removed)} files of session {session} are destroyed; nothing of it can be opened any "
        "more. The tables that were matched, and hits written elsewhere, are yours to find.",
    )


@keyed(match_group, "request")
@click.option("--to", required=True, metavar="NAME")
@click.option("--rows", type=FILE, required=True, help="CSV: kind, value, …")
@_FAMILY
@click.option("--purpose", required=True, help="What for; the partner's officers read it.")
@click.option(
    "--audit", type=click.IntRange(0, 64), default=0, help="Positions each side may have opened."
)
@written_to("The request, to be carried to the partner.")
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

    with desk_of(console, passphrase) as desk:
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
        f"Session {asked.session}: {asked.keys} keys, of which {to} learns that they are at "
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

    with desk_of(console, passphrase) as desk:
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
        f"Session {standing.session}: {standing.client} asks about up to {standing.bucket} keys of family "
        f"{' and '.join(standing.families)}: {standing.purpose}\n"
        + (f"Officers who have still to approve: {lacking}." if lacking else "It can be answered.")
    )


@keyed(match_group, "respond")
@click.argument("request_file", metavar="REQUEST", type=FILE)
@click.option("--rows", type=FILE, required=True, help="CSV of what we hold: kind, value, …")
@written_to("The reply, to be carried back.")
def respond(console: Console, passphrase: str, request_file: Path, rows: Path, out: Path) -> None:
    """Answer a request that two officers have approved; we learn the number of its keys alone."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
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
@written_to("CSV of the hits.")
def finish(console: Console, passphrase: str, reply: Path, out: Path) -> None:
    """Verify a reply and write which of our keys the partner holds."""
    from enduse.exchange import matching

    with desk_of(console, passphrase) as desk:
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


def _rejected(rejected: tuple[Rejected, ...]) -> list[dict[str, Any]]:
    return [{"row": one.row, "reason": one.reason} for one in rejected]


def _rejected_text(rejected: tuple[Rejected, ...]) -> str:
    return "".join(f"\n  row {one.row} gave no key: {one.reason}" for one in rejected)
