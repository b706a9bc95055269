"""Packets: sealed, opened, taken back, and drafts of what goes into them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console, command
from enduse.cli.exchange.group import DAY, FILE, exchange_group, keyed, office_of
from enduse.errors import ExchangeError, UsageError

if TYPE_CHECKING:
    from enduse.exchange.office import Office
    from enduse.exchange.packets import Handling, Onward, Sealed

_KINDS = ("tip", "finding", "request", "answer", "feedback", "correction", "consent")
_TLP = ("clear", "green", "amber", "amber+strict", "red")
_PAP = ("clear", "green", "amber", "red")
_VALID_DAYS = 180
_ALL_KINDS = (*_KINDS, "revocation", "receipt")


@keyed(exchange_group, "seal")
@click.option("--to", multiple=True, required=True, metavar="NAME", help="A partner; repeatable.")
@click.option("--kind", type=click.Choice(_KINDS), required=True)
@click.option("--body", "body_file", type=FILE, required=True, help="What it says; see the docs.")
@click.option("--attach", multiple=True, type=FILE, help="A file to send along; repeatable.")
@click.option("--tlp", type=click.Choice(_TLP), help="Who may be told  [default: amber]")
@click.option("--pap", type=click.Choice(_PAP), help="What may be done with it  [default: amber]")
@click.option(
    "--onward",
    metavar="RULE",
    help="prohibited, ask, or names of partners it may be sent on to, with commas "
    "[default: prohibited]",
)
@click.option(
    "--expires", type=DAY, help="First day on which it counts no more  [default: in 180 days]"
)
@click.option("--purpose", help="Why it is sent  [default: as the body says]")
@click.option("--legal-basis", help="Under which rule it may be  [default: as the body says]")
@click.option("--in-reply-to", metavar="MSG_ID")
@click.option("--supersedes", metavar="MSG_ID", help="What a correction replaces.")
@click.option("--basis", multiple=True, metavar="MSG_ID", help="A packet that it rests on.")
@click.option("--out", type=FILE, required=True, help="The sealed file; a folder for several.")
def seal(console: Console, passphrase: str, to: tuple[str, ...], out: Path, **given: Any) -> None:
    """Seal a packet for partners; refused where an originator forbade to send it on."""
    from enduse.exchange.bodies import read_body
    from enduse.exchange.fields import now_utc
    from enduse.exchange.outgoing import send
    from enduse.exchange.packets import Body

    _check_files(out, len(to), given["attach"])
    with office_of(console, passphrase) as office:
        now, public = now_utc(), office.identity.public()
        written = read_body(
            given["body_file"],
            authority_id=public.authority_id,
            authority=public.name,
            tlp=given["tlp"] or "amber",
            at=now,
        )
        body = Body(
            kind=given["kind"],
            purpose=given["purpose"] or written.purpose,
            legal_basis=given["legal_basis"] or written.legal_basis,
            handling=_handling(office, given, written.basis, now),
            content=written.content,
            supersedes=given["supersedes"],
            in_reply_to=given["in_reply_to"],
            log_head=office.head(now),
            created_at=now,
        )
        sealed = send(
            office,
            body,
            to,
            out,
            attachments=given["attach"],
            basis=(*given["basis"], *written.basis),
            now=now,
        )
        _answer_sealed(console, office, sealed)


def _check_files(out: Path, recipients: int, attachments: tuple[Path, ...] = ()) -> None:
    """Refuse what cannot be written or read before a packet takes its place on a channel."""
    for path in attachments:
        if not path.is_file():
            raise ExchangeError(f"{path} is no file that can be attached.")
    if recipients == 1 and out.is_dir():
        raise ExchangeError(f"{out} is a folder; --out names the file to write.")
    if recipients > 1 and out.exists() and not out.is_dir():
        raise ExchangeError(f"{out} is a file; with several recipients --out names a folder.")


def _handling(
    office: Office, given: dict[str, Any], basis: tuple[str, ...], now: datetime
) -> Handling:
    """What was asked for; what was left open is as strict as what it is known to rest on."""
    from enduse.exchange.onward import strictest
    from enduse.exchange.packets import Handling

    onward = _onward(office, "prohibited" if given["onward"] is None else given["onward"])
    ends = given["expires"]
    wanted = Handling(
        given["tlp"] or "amber",
        given["pap"] or "amber",
        onward,
        ends.replace(tzinfo=UTC) if ends else now + timedelta(days=_VALID_DAYS),
    )
    named = [*given["basis"], *basis, *([given["in_reply_to"]] if given["in_reply_to"] else [])]
    told = [office.letters.get(one) for one in named]
    strict = strictest([one.told for one in told if one.direction == "received"], wanted)
    return Handling(
        given["tlp"] or strict.tlp,
        given["pap"] or strict.pap,
        onward if given["onward"] else strict.onward,
        wanted.not_after if ends else strict.not_after,
    )


def _onward(office: Office, rule: str) -> Onward:
    from enduse.exchange.packets import Onward

    if rule == "ask":
        return Onward("ask")
    if rule == "prohibited":
        return Onward("prohibited")
    names = [name.strip() for name in rule.split(",") if name.strip()]
    if not names:
        raise UsageError(f"'{rule}' is no rule.", hint="It is prohibited, ask, or names partners.")
    return Onward("allowed", tuple(sorted(office.authority(name) for name in names)))


def _answer_sealed(console: Console, office: Office, sealed: Sealed) -> None:
    rows = [
        {
            "to": office.name(copy.recipient),
            "file": str(copy.path),
            "sequence": copy.sequence,
            "sha256": copy.digest,
        }
        for copy in sealed.copies
    ]
    console.answer(
        {"msg_id": sealed.msg_id, "copies": rows},
        f"Packet {sealed.msg_id} is sealed:\n"
        + "\n".join(f"  for {row['to']}, number {row['sequence']}: {row['file']}" for row in rows),
    )


@keyed(exchange_group, "open")
@click.argument("file", type=FILE)
@click.option("--receipt", type=FILE, help="Seal a receipt for its sender here.")
def open_command(console: Console, passphrase: str, file: Path, receipt: Path | None) -> None:
    """Open a packet and act on it: a tip is watched for from now on."""
    from enduse.exchange.incoming import receive

    with office_of(console, passphrase) as office:
        arrived = receive(office, file)
        said = describe_arrived(office, arrived)
        if receipt is not None:
            said["receipt"] = str(seal_receipt(office, arrived.letter.msg_id, receipt))
        console.answer(said, arrived_text(said))


def describe_arrived(office: Office, arrived: Any) -> dict[str, Any]:
    """An opened packet, for JSON."""
    letter = arrived.letter
    return {
        "msg_id": letter.msg_id,
        "kind": letter.kind,
        "from": office.name(letter.sender),
        "purpose": letter.purpose,
        "handling": letter.handling.document(),
        "in_reply_to": letter.in_reply_to,
        "supersedes": letter.supersedes,
        "content": letter.content,
        "folder": str(arrived.folder),
        "attachments": [str(path) for path in arrived.attachments],
        "notices": list(arrived.notices),
    }


def arrived_text(said: dict[str, Any]) -> str:
    """The same for a person."""
    handling = said["handling"]
    lines = [
        f"Packet {said['msg_id']}: a {said['kind']} of {said['from']}. {said['purpose']}",
        f"  TLP:{handling['tlp'].upper()}, PAP:{handling['pap'].upper()}, onward: "
        f"{handling['onward']}, until {handling['not_after'][:10]}",
        *(f"  attached: {path}" for path in said["attachments"]),
        *(f"  {notice}" for notice in said["notices"]),
    ]
    if "receipt" in said:
        lines.append(f"  receipt: {said['receipt']}")
    return "\n".join(lines)


def seal_receipt(office: Office, msg_id: str, out: Path) -> Path:
    """Seal a receipt for an opened packet."""
    from enduse.exchange.fields import now_utc
    from enduse.exchange.incoming import receipt_content
    from enduse.exchange.outgoing import send
    from enduse.exchange.packets import Body, Handling, Onward

    now, letter = now_utc(), office.letters.get(msg_id)
    body = Body(
        kind="receipt",
        purpose="Receipt",
        legal_basis="As the packet that it is for",
        handling=Handling(
            letter.handling.tlp,
            letter.handling.pap,
            Onward("prohibited"),
            now + timedelta(days=_VALID_DAYS),
        ),
        content=receipt_content(office, letter, now),
        in_reply_to=msg_id,
        log_head=office.head(now),
        created_at=now,
    )
    return send(office, body, [letter.sender], out, now=now).copies[0].path


@keyed(exchange_group, "inbox")
@click.option("--kind", type=click.Choice(_ALL_KINDS), help="Only packets of this kind.")
@click.option("--ids", is_flag=True, help="Print their ids alone.")
def inbox(console: Console, passphrase: str, kind: str | None, ids: bool) -> None:
    """List what was sent and opened, and which revocations await an answer."""
    from enduse.exchange.fields import written_instant

    with office_of(console, passphrase) as office:
        packets = [p for p in office.overview() if kind in (None, p["kind"])]
        awaited = [
            {
                "revocation": one.msg_id,
                "packet": one.about,
                "from": office.name(one.recipient),
                "due_at": written_instant(one.due_at),
                "answer": one.answer,
                "escalated_at": one.escalated_at and written_instant(one.escalated_at),
            }
            for one in office.letters.awaited()
        ]
    if ids:
        found = [packet["msg_id"] for packet in packets]
        console.answer(found, "\n".join(found))
        return
    lines = [_packet_line(packet) for packet in packets]
    lines += [_awaited_line(one) for one in awaited]
    console.answer({"packets": packets, "awaited": awaited}, "\n".join(lines) or "Nothing yet.")


def _packet_line(packet: Any) -> str:
    other = f"from {packet['from']}" if packet["direction"] == "received" else (
        f"to {', '.join(packet['to'])}"
    )  # fmt: skip
    handling = packet["handling"]
    return (
        f"{packet['created_at'][:10]}  {packet['msg_id']}  {packet['kind']:<10} {other}, "
        f"TLP:{handling['tlp'].upper()}, onward: {handling['onward']}, {packet['state']}"
    )


def _awaited_line(one: dict[str, Any]) -> str:
    if one["answer"]:
        return f"{one['from']} answered the revocation of {one['packet']}: {one['answer']}."
    if one["escalated_at"]:
        return (
            f"OVERDUE since {one['due_at'][:10]}: {one['from']} has not answered the revocation "
            f"of {one['packet']}. Take it up with them in person."
        )
    return (
        f"{one['from']} has until {one['due_at'][:10]} to answer the revocation of {one['packet']}."
    )


@keyed(exchange_group, "revoke")
@click.argument("msg_id")
@click.option("--reason", required=True)
@click.option(
    "--out", type=FILE, required=True, help="The sealed revocation; a folder for several."
)
def revoke(console: Console, passphrase: str, msg_id: str, reason: str, out: Path) -> None:
    """Take a packet of ours back; every recipient must answer."""
    from enduse.exchange import revoking

    with office_of(console, passphrase) as office:
        _check_files(out, len(office.letters.get(msg_id).recipients))
        _answer_sealed(console, office, revoking.revoke(office, msg_id, out, reason=reason))


@keyed(exchange_group, "comply")
@click.argument("revocation", metavar="MSG_ID")
@click.option("--answer", type=click.Choice(["purged", "retained", "acted-on"]), required=True)
@click.option("--out", type=FILE, required=True, help="Folder for the sealed files.")
def comply(console: Console, passphrase: str, revocation: str, answer: str, out: Path) -> None:
    """Answer a revocation, and take back what was sent on."""
    from enduse.exchange import revoking

    with office_of(console, passphrase) as office:
        done = revoking.comply(office, revocation, out, answer=answer)
        passed_on = [str(copy.path) for sealed in done.passed_on for copy in sealed.copies]
        document = {
            "answer": str(done.answer.copies[0].path),
            "passed_on": passed_on,
            "runs_removed": list(done.runs),
        }
    lines = [f"The answer is sealed: {document['answer']}"]
    lines += [f"To be passed on: {path}" for path in passed_on]
    lines += [f"Removed run {run} of 'enduse check', which had met it." for run in done.runs]
    if answer == "purged":
        lines.append("What was exported to elsewhere is yours to find.")
    console.answer(document, "\n".join(lines))


@exchange_group.group("draft")
def draft_group() -> None:
    """Write drafts of body files, to be read and changed before they are sealed."""


@command(draft_group, "finding")
@click.option("--check", type=FILE, required=True, help="Folder that 'enduse check --out' wrote.")
@click.option("--shipment", multiple=True, required=True, help="A shipment's id; repeatable.")
@click.option("--out", type=FILE, required=True)
def draft_finding(console: Console, check: Path, shipment: tuple[str, ...], out: Path) -> None:
    """A finding, with its evidence and the lists that it rests on."""
    from enduse.exchange import drafts

    _write(console, drafts.draft_finding(check, shipment), out)


@keyed(draft_group, "feedback")
@click.argument("msg_id")
@click.option("--check", type=FILE, required=True, help="Folder that 'enduse check --out' wrote.")
@click.option(
    "--outcome",
    type=click.Choice(["useful", "known already", "not useful", "wrong"]),
    default="useful",
    show_default=True,
)
@click.option("--with-lines", is_flag=True, help="Tell the shipments, and not their number alone.")
@click.option("--remark", default="")
@click.option("--out", type=FILE, required=True)
def draft_feedback(console: Console, passphrase: str, msg_id: str, **given: Any) -> None:
    """Feedback on a tip: how often a check met it, and what it was worth."""
    from enduse.exchange import drafts

    with office_of(console, passphrase) as office:
        draft = drafts.draft_feedback(
            office.letters.get(msg_id),
            given["check"],
            given["outcome"],
            with_lines=given["with_lines"],
            remark=given["remark"],
        )
    _write(console, draft, given["out"])


@keyed(draft_group, "consent")
@click.argument("msg_id")
@click.option("--onward-to", multiple=True, required=True, metavar="NAME")
@click.option("--until", type=DAY, required=True)
@click.option("--out", type=FILE, required=True)
def draft_consent(
    console: Console,
    passphrase: str,
    msg_id: str,
    onward_to: tuple[str, ...],
    until: datetime,
    out: Path,
) -> None:
    """Leave to send on a packet of ours; seal it with --in-reply-to MSG_ID."""
    from enduse.exchange import drafts
    from enduse.exchange.fields import now_utc

    ends = until.replace(tzinfo=UTC)
    if ends <= now_utc():
        raise UsageError(f"A consent until {until.date()} has run out already.")
    with office_of(console, passphrase) as office:
        draft = drafts.draft_consent(office, office.letters.get(msg_id), onward_to, ends)
    _write(console, draft, out)


def _write(console: Console, draft: dict[str, Any], out: Path) -> None:
    from enduse.engine.files import whole_file
    from enduse.exchange.bodies import written_json

    with whole_file(out) as part:
        part.write_text(written_json(draft), "utf-8")
    console.answer(draft, f"The draft is {out}: read it before you seal it.")
