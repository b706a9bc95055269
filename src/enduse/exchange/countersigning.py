"""Log heads that the other side has seen: whoever holds one, holds its owner to its history."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant
from enduse.exchange.heads import MAX_HEAD_BYTES, verify_head
from enduse.exchange.office import Office
from enduse.exchange.packets import canonical, envelope
from enduse.store import Head, Log

PAYLOAD_TYPE = "application/vnd.enduse.log-head-seen+json"
FORMAT = "enduse.log-head-seen/1"


def partner_log(office: Office, authority_id: str) -> Log:
    """Where the heads of a partner's log are kept; it holds no entries."""
    return Log.open(office.store, f"heads of {authority_id}")


def keep_partner_head(office: Office, sender: str, head: Head, document: bytes) -> list[str]:
    """Keep a head that a partner sent; says where it contradicts one that is held."""
    log = partner_log(office, sender)
    held = [kept.head for kept in log.kept_heads()]
    log.keep_head(sender, head, document)
    name = office.name(sender)
    if any(other.size == head.size and other.root != head.root for other in held):
        return [
            f"{name} has rewritten its log: it signed two heads over {head.size} entries. Keep "
            "both; 'enduse exchange log show --of' has them."
        ]
    if any(other.size > head.size and other.at < head.at for other in held):
        return [f"{name}'s log has become shorter since an earlier packet: ask for the reason."]
    return []


def countersign(office: Office, sender: str, now: datetime) -> bytes | None:
    """The newest head that a partner sent, attested by our log key; None: it sent none."""
    heads = partner_log(office, sender).kept_heads()
    if not heads:
        return None
    payload = canonical.dumps(
        {
            "format": FORMAT,
            "authority_id": office.identity.authority_id,
            "of": sender,
            "head": heads[-1].document.decode("utf-8"),
            "sha256": sha256(heads[-1].document).hexdigest(),
            "at": written_instant(now),
        }
    )
    return envelope.sign(PAYLOAD_TYPE, payload, [office.identity.signing_key("log", now)])


def keep_countersigned(office: Office, partner: str, document: bytes) -> None:
    """Keep our own head with the partner's word that it holds it.

    Raises
    ------
    ExchangeError
        If its log key did not sign it, or the head is not ours.
    """
    public = office.partners.get(partner).identity
    what = f"The countersigned head of {public.name}"
    payload, _ = public.verified(
        document, PAYLOAD_TYPE, "log", max_bytes=2 * MAX_HEAD_BYTES, what=what
    )
    fields = Fields(canonical.loads(payload, canonical=True, what=what), what)
    if fields.value("format") != FORMAT or fields.value("authority_id") != partner:
        raise ExchangeError(f"{what} is of an unknown version or of another authority.")
    if fields.value("of") != office.identity.authority_id:
        raise ExchangeError(f"{what} is over the head of another authority.")
    raw = fields.text("head", most=MAX_HEAD_BYTES).encode()
    if fields.text("sha256", pattern=HEX_256) != sha256(raw).hexdigest():
        raise ExchangeError(f"{what} has another digest than the head in it.")
    fields.instant("at")
    fields.done()
    office.log.keep_head(partner, verify_head(raw, office.identity.public()), document)
