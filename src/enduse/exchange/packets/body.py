"""What a packet says: every field that the sender signs, read strictly and written canonically."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from enduse.errors import ExchangeError
from enduse.exchange.fields import (
    HEX_256,
    Fields,
    now_utc,
    written_instant,
    written_raw,
)
from enduse.exchange.packets import canonical
from enduse.exchange.packets.attachments import MAX_PACKET_BYTES, Attachment
from enduse.exchange.packets.handling import MAX_RECIPIENTS, Handling

PAYLOAD_TYPE = "application/vnd.enduse.packet+json"
FORMAT = "enduse.packet/1"

Kind = Literal[
    "tip",
    "finding",
    "request",
    "answer",
    "feedback",
    "correction",
    "revocation",
    "consent",
    "receipt",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

UPDATES: frozenset[Kind] = frozenset({"correction", "revocation"})
"""Kinds that change an earlier packet, which `supersedes` names."""

REPLIES: frozenset[Kind] = frozenset({"answer", "feedback", "consent", "receipt"})
"""Kinds that reply to an earlier packet, which `in_reply_to` names."""

UNDERSTOOD_EXTENSIONS: frozenset[str] = frozenset()
"""Extensions that this version acts on; a packet that marks another one critical is refused."""

MAX_BODY_BYTES = 4 * 1024 * 1024
_MAX_ATTACHMENTS = 256


_MSG_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_EXTENSION = re.compile(r"[a-z][a-z0-9._-]{0,63}", re.ASCII)


def new_msg_id() -> str:
    """A name for a packet that nobody else gives: 128 random bits in hex."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where something in the packet comes from: a digest that can be compared later.

    Attributes
    ----------
    source
        What it is: a list and its version, a record, an earlier packet.
    sha256
        Digest of its bytes, in hex.
    """

    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a sender has to say, before it is addressed.

    Attributes
    ----------
    kind
        One of `KINDS`.
    purpose, legal_basis
        Why it is sent and under which rule it may be.
    content
        The matter itself, a JSON object: under ``stix`` a STIX 2.1 bundle, under ``ftm`` a list
        of FollowTheMoney entities; other names are the kind's own.
    supersedes
        The earlier packet of the same sender that this one replaces or takes back; None: none.
    in_reply_to
        The packet that this one replies to; None: none.
    log_head
        The sender's signed log head (`heads`); None: it keeps no log yet.
    critical
        Names of extensions without which the packet would be misunderstood.
    extensions
        Anything that this version of the protocol does not know, by name.
    """

    kind: Kind
    purpose: str
    legal_basis: str
    handling: Handling
    content: Mapping[str, Any]
    provenance: tuple[Provenance, ...] = ()
    supersedes: str | None = None
    in_reply_to: str | None = None
    log_head: bytes | None = None
    critical: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    msg_id: str = field(default_factory=new_msg_id)
    created_at: datetime = field(default_factory=now_utc)


@dataclass(frozen=True, slots=True)
class Channel:
    """The place of a packet in all that one authority ever sent to another.

    Attributes
    ----------
    to
        The recipient's authority id.
    sequence
        1 for the first packet, then one more each.
    previous
        SHA-256 of the envelope before it, in hex; None for the first.
    """

    to: str
    sequence: int
    previous: str | None


@dataclass(frozen=True, slots=True)
class Packet:
    """A body, addressed: what is signed, for one of its recipients.

    Attributes
    ----------
    sender
        Authority id of who says it.
    recipients
        Authority ids of all whom it is sent to, this channel's among them, sorted.
    """

    body: Body
    sender: str
    recipients: tuple[str, ...]
    channel: Channel
    attachments: tuple[Attachment, ...]

    def payload(self) -> bytes:
        """The bytes that are signed: canonical JSON.

        Raises
        ------
        ExchangeError
            If the body is not one that a recipient would read.
        """
        body, channel = self.body, self.channel
        raw = canonical.dumps(
            {
                "format": FORMAT,
                "msg_id": body.msg_id,
                "kind": body.kind,
                "sender": self.sender,
                "recipients": list(self.recipients),
                "channel": {
                    "to": channel.to,
                    "sequence": channel.sequence,
                    "previous": channel.previous,
                },
                "created_at": written_instant(body.created_at),
                "purpose": body.purpose,
                "legal_basis": body.legal_basis,
                "handling": body.handling.document(),
                "provenance": [{"source": p.source, "sha256": p.sha256} for p in body.provenance],
                "supersedes": body.supersedes,
                "in_reply_to": body.in_reply_to,
                "log_head": None if body.log_head is None else written_raw(body.log_head),
                "critical": list(body.critical),
                "extensions": dict(body.extensions),
                "content": dict(body.content),
                "attachments": [attachment.document() for attachment in self.attachments],
            }
        )
        # What others would refuse is refused before it is sent.
        Packet.read(raw)
        return raw

    @classmethod
    def read(cls, payload: bytes) -> Packet:
        """The packet that a verified payload holds.

        Raises
        ------
        ExchangeError
            If it is of an unknown version or kind, a field is missing, unknown or malformed, an
            unknown extension is critical, an attachment's name could lead somewhere, or fields
            contradict each other.
        """
        what = "The packet"
        document = canonical.loads(payload, max_bytes=MAX_BODY_BYTES, canonical=True, what=what)
        fields = Fields(document, what)
        if fields.value("format") != FORMAT:
            raise ExchangeError("The packet is of a version of the protocol that is not known.")
        kind = fields.value("kind")
        if kind not in KINDS:
            raise ExchangeError(f"The packet is of an unknown kind, {str(kind)[:60]!r}.")
        critical = fields.texts("critical", 64, pattern=_EXTENSION)
        if unknown := [name for name in critical if name not in UNDERSTOOD_EXTENSIONS]:
            raise ExchangeError(
                f"The packet has a critical extension '{unknown[0]}' that is not known here.",
                hint="A newer version of Enduse may know it.",
            )
        packet = cls(
            body=Body(
                kind=kind,
                purpose=fields.text("purpose", most=2000),
                legal_basis=fields.text("legal_basis", most=2000),
                handling=Handling.read(fields.value("handling")),
                content=fields.object("content"),
                provenance=tuple(_provenance(item) for item in fields.items("provenance", 10_000)),
                supersedes=fields.text_or_none("supersedes", pattern=_MSG_ID),
                in_reply_to=fields.text_or_none("in_reply_to", pattern=_MSG_ID),
                log_head=fields.raw_or_none("log_head"),
                critical=critical,
                extensions=fields.object("extensions"),
                msg_id=fields.text("msg_id", pattern=_MSG_ID),
                created_at=fields.instant("created_at"),
            ),
            sender=fields.text("sender", pattern=HEX_256),
            recipients=fields.texts("recipients", MAX_RECIPIENTS, pattern=HEX_256),
            channel=_channel(fields.within("channel")),
            attachments=tuple(
                Attachment.read(i) for i in fields.items("attachments", _MAX_ATTACHMENTS)
            ),
        )
        fields.done()
        packet._check()
        return packet

    def _check(self) -> None:
        body = self.body
        if self.channel.to not in self.recipients or list(self.recipients) != sorted(
            self.recipients
        ):
            raise ExchangeError("The packet's channel and its recipients do not agree.")
        if (body.kind in UPDATES) and body.supersedes is None:
            raise ExchangeError(f"A {body.kind} must name the packet that it supersedes.")
        if (body.kind in REPLIES) and body.in_reply_to is None:
            raise ExchangeError(f"A packet of kind '{body.kind}' must name what it replies to.")
        if body.msg_id in {body.supersedes, body.in_reply_to}:
            raise ExchangeError("The packet refers to itself.")
        if body.handling.not_after <= body.created_at:
            raise ExchangeError("The packet expires before it was made.")
        folded = [attachment.name.casefold() for attachment in self.attachments]
        if len(set(folded)) < len(folded):
            raise ExchangeError("Two attachments of the packet have the same name.")
        if sum(attachment.size for attachment in self.attachments) > MAX_PACKET_BYTES:
            raise ExchangeError(f"The attachments have more than {MAX_PACKET_BYTES:,} bytes.")


def _provenance(document: object) -> Provenance:
    fields = Fields(document, "The packet, in its provenance,")
    found = Provenance(fields.text("source", most=500), fields.text("sha256", pattern=HEX_256))
    fields.done()
    return found


def _channel(fields: Fields) -> Channel:
    channel = Channel(
        fields.text("to", pattern=HEX_256),
        fields.whole_number("sequence", 1, 2**53 - 1),
        fields.text_or_none("previous", pattern=HEX_256),
    )
    fields.done()
    if (channel.sequence == 1) != (channel.previous is None):
        raise ExchangeError("The packet's sequence number and previous digest do not agree.")
    return channel
