"""Signed log heads: what one side shows of its log, so that it cannot rewrite it later."""

from __future__ import annotations

from datetime import datetime

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant
from enduse.exchange.identity import Identity
from enduse.exchange.packets import canonical, envelope
from enduse.exchange.public_identity import PublicIdentity
from enduse.store import Head

PAYLOAD_TYPE = "application/vnd.enduse.log-head+json"
FORMAT = "enduse.log-head/1"
MAX_HEAD_BYTES = 4096


def sign_head(identity: Identity, head: Head, now: datetime | None = None) -> bytes:
    """The head of an authority's log, signed with its log key.

    Raises
    ------
    ExchangeError
        If no log key is valid now.
    """
    payload = canonical.dumps(
        {
            "format": FORMAT,
            "authority_id": identity.authority_id,
            "size": head.size,
            "root": head.root.hex(),
            "at": written_instant(head.at),
        }
    )
    return envelope.sign(PAYLOAD_TYPE, payload, [identity.signing_key("log", now)])


def verify_head(document: bytes, public: PublicIdentity) -> Head:
    """The head that an authority signed.

    Raises
    ------
    ExchangeError
        If its log key of that time did not sign it, or it is malformed or another authority's.
    """
    what = f"The log head of {public.name}"
    payload, signer = public.verified(
        document, PAYLOAD_TYPE, "log", max_bytes=MAX_HEAD_BYTES, what=what
    )
    fields = Fields(canonical.loads(payload, canonical=True, what=what), what)
    if fields.value("format") != FORMAT or fields.value("authority_id") != public.authority_id:
        raise ExchangeError(f"{what} is of an unknown version or of another authority.")
    head = Head(
        fields.whole_number("size", 0, 2**53 - 1),
        bytes.fromhex(fields.text("root", pattern=HEX_256)),
        fields.instant("at"),
    )
    fields.done()
    if not signer.is_valid(head.at):
        raise ExchangeError(f"{what} is signed by a key that was not valid at its time.")
    return head
