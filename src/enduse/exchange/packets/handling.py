"""What recipients may do with what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant

TLP = ("clear", "green", "amber", "amber+strict", "red")
"""Traffic Light Protocol 2.0 (FIRST, 2022): who may be told."""

PAP = ("clear", "green", "amber", "red")
"""Permissible Actions Protocol (MISP taxonomy): what may be done with it."""

MAX_RECIPIENTS = 64
"""Most authorities that a packet is sent to, or may be sent on to."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Whether a recipient may send on what it was told.

    Attributes
    ----------
    rule
        ``prohibited``, ``ask`` (the originator must consent) or ``allowed``.
    to
        Authority ids that it may be sent on to; filled only with ``allowed``.
    """

    rule: Literal["prohibited", "ask", "allowed"]
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handling:
    """What recipients may do with a packet, and how long.

    Attributes
    ----------
    tlp
        One of `TLP`.
    pap
        One of `PAP`.
    onward
        Whether it may be sent on.
    not_after
        From then on it is not opened any more and what came of it is to be purged.
    """

    tlp: str
    pap: str
    onward: Onward
    not_after: datetime

    def document(self) -> dict[str, Any]:
        """The rules as a packet writes them."""
        onward = {"allowed": list(self.onward.to)}
        return {
            "tlp": self.tlp,
            "pap": self.pap,
            "onward": onward if self.onward.rule == "allowed" else self.onward.rule,
            "not_after": written_instant(self.not_after),
        }

    @classmethod
    def read(cls, document: object) -> Handling:
        """The rules that `document` wrote.

        Raises
        ------
        ExchangeError
            If a rule is not known, or TLP:RED goes with leave to send on.
        """
        fields = Fields(document, "The handling of the packet")
        handling = cls(
            _one_of(fields, "tlp", TLP),
            _one_of(fields, "pap", PAP),
            _read_onward(fields),
            fields.instant("not_after"),
        )
        fields.done()
        if handling.tlp == "red" and handling.onward.rule == "allowed":
            raise ExchangeError("TLP:RED is for the recipients alone: onward cannot be allowed.")
        return handling


def _one_of(fields: Fields, name: str, known: tuple[str, ...]) -> str:
    value = fields.value(name)
    if value not in known:
        raise ExchangeError(
            f"The packet's {name.upper()} is {str(value)[:60]!r}; known are {', '.join(known)}."
        )
    return str(value)


def _read_onward(fields: Fields) -> Onward:
    value = fields.value("onward")
    if value == "prohibited":
        return Onward("prohibited")
    if value == "ask":
        return Onward("ask")
    if not isinstance(value, dict):
        raise ExchangeError(
            f"The packet's onward rule is {str(value)[:60]!r}; known are prohibited, ask, allowed."
        )
    allowed = Fields(value, "The onward rule of the packet")
    to = allowed.texts("allowed", MAX_RECIPIENTS, pattern=HEX_256)
    allowed.done()
    return Onward("allowed", to)
