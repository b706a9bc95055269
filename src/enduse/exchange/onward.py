"""Whether what others told us may be told to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant
from enduse.exchange.packets.handling import MAX_RECIPIENTS, PAP, TLP, Handling, Onward


@dataclass(frozen=True, slots=True)
class Told:
    """A packet that was opened here, as far as its handling goes.

    Attributes
    ----------
    sender
        Authority id of its originator.
    recipients
        Authority ids of all whom the originator told, ours among them.
    state
        As in `letters.Letter`.
    """

    msg_id: str
    sender: str
    recipients: tuple[str, ...]
    handling: Handling
    state: str


@dataclass(frozen=True, slots=True)
class Consent:
    """An originator's leave to send on a packet of its own.

    Attributes
    ----------
    sender
        Who gives it; it counts only for the sender's own packets.
    packet
        The packet that may be sent on.
    to
        Authority ids that it may go to.
    """

    sender: str
    packet: str
    to: tuple[str, ...]
    not_after: datetime


def read_consent(sender: str, content: Mapping[str, Any], handling: Handling) -> Consent:
    """The leave that the content of a packet of kind ``consent`` gives, no longer than it lasts.

    Raises
    ------
    ExchangeError
        If nobody can read it: then it gives none.
    """
    given = Fields(content, "The consent").within("consent")
    return Consent(
        sender,
        given.text("packet", most=64),
        given.texts("to", MAX_RECIPIENTS, pattern=HEX_256),
        min(given.instant("not_after"), handling.not_after),
    )


def check_onward(
    basis: Iterable[Told],
    recipients: Sequence[str],
    handling: Handling,
    consents: Sequence[Consent],
    now: datetime,
    name: Callable[[str], str] = lambda authority_id: f"{authority_id[:16]}…",
) -> None:
    """Refuse to send what rests on others' packets where an originator forbade it.

    An originator may always be told what came of its own packet, and so may the others whom it
    told itself. Everybody else needs a rule of the packet that allows it, or the originator's
    consent, which names the recipient and has not run out. What is sent is handled at least as
    strictly, and no longer, than what it rests on.

    Parameters
    ----------
    basis
        The packets that it rests on.
    recipients
        Authority ids of whom it is sent to.
    handling
        What the new packet allows.
    name
        What an authority is called in a refusal.

    Raises
    ------
    ExchangeError
        Naming the packet and the rule.
    """
    for told in basis:
        new = [one for one in recipients if one != told.sender]
        if not new:
            continue
        what = f"The packet rests on packet {told.msg_id} of {name(told.sender)}, which"
        if told.state != "in force":
            raise ExchangeError(f"{what} is {told.state}: it may not be sent on any more.")
        if told.handling.not_after <= now:
            raise ExchangeError(
                f"{what} expired at {written_instant(told.handling.not_after)}: it may not be "
                "sent on any more."
            )
        ends = [told.handling.not_after]
        for recipient in new:
            if recipient in told.recipients or recipient in told.handling.onward.to:
                continue
            ends.append(_consented(told, recipient, consents, now, what, name).not_after)
        _check_as_strict(told, handling, min(ends), what)


def _consented(
    told: Told,
    recipient: str,
    consents: Sequence[Consent],
    now: datetime,
    what: str,
    name: Callable[[str], str],
) -> Consent:
    """The consent that lasts longest."""
    given = [
        consent
        for consent in consents
        if consent.sender == told.sender
        and consent.packet == told.msg_id
        and recipient in consent.to
    ]
    valid = [consent for consent in given if consent.not_after > now]
    if valid:
        return max(valid, key=lambda consent: consent.not_after)
    rule = f"'onward: {told.handling.onward.rule}' (TLP:{told.handling.tlp.upper()})"
    ran_out = "; the consent given has run out" if given else ""
    raise ExchangeError(
        f"{what} says {rule}: it may not go to {name(recipient)} without the originator's "
        f"consent{ran_out}.",
        hint=f"Ask {name(told.sender)} for a packet of kind 'consent' that names the recipient.",
    )


def _check_as_strict(told: Told, handling: Handling, ends: datetime, what: str) -> None:
    for label, levels, new, old in (
        ("TLP", TLP, handling.tlp, told.handling.tlp),
        ("PAP", PAP, handling.pap, told.handling.pap),
    ):
        if levels.index(new) < levels.index(old):
            raise ExchangeError(f"{what} is {label}:{old.upper()}, and {new.upper()} is less.")
    looser = set(handling.onward.to) - set(told.handling.onward.to)
    if looser or (handling.onward.rule == "ask" and told.handling.onward.rule == "prohibited"):
        raise ExchangeError(
            f"{what} says 'onward: {told.handling.onward.rule}', and the new packet would allow more."
        )
    if handling.not_after > ends:
        raise ExchangeError(
            f"{what} may be used until {written_instant(ends)}, and the new packet would be "
            f"until {written_instant(handling.not_after)}.",
            hint="Let it expire no later, with --expires.",
        )


def strictest(basis: Sequence[Told], wanted: Handling) -> Handling:
    """The handling of a packet that rests on others, where its sender leaves it open.

    A consent that ends sooner than what it is for is not counted here.
    """
    tlp = max([wanted.tlp, *(t.handling.tlp for t in basis)], key=TLP.index)
    pap = max([wanted.pap, *(t.handling.pap for t in basis)], key=PAP.index)
    ends = min([wanted.not_after, *(t.handling.not_after for t in basis)])
    onward = wanted.onward
    for told in basis:
        if told.handling.onward.rule == "prohibited":
            onward = Onward("prohibited")
        elif onward.rule == "allowed" and not set(onward.to) <= set(told.handling.onward.to):
            onward = Onward("ask")
    return Handling(tlp, pap, onward, ends)
