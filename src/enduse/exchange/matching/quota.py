"""Quotas: how many keys a partner may ask in a month. They bound guessing, and nothing else does.

Whoever may ask about a name learns whether it is held: a private match does not stop somebody
from asking names off a list. The quota says how many, officers say why, the log says that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from enduse.errors import ExchangeError
from enduse.exchange.fields import written_instant
from enduse.exchange.matching.desk import Desk

_SET = text(
    "INSERT INTO matching_quotas (partner, keys) VALUES (:partner, :keys) "
    "ON CONFLICT (partner) DO UPDATE SET keys = :keys"
)
# Writing the row locks it, so that two sessions of one partner are counted in turn.
_LOCKED = text("UPDATE matching_quotas SET keys = keys WHERE partner = :partner RETURNING keys")
_GRANTED = text("SELECT keys FROM matching_quotas WHERE partner = :partner")
_USED = text(
    "SELECT count(*) AS sessions, coalesce(sum(keys), 0) AS keys FROM matching_uses "
    "WHERE partner = :partner AND period = :period"
)
_USE = text(
    "INSERT INTO matching_uses (partner, session, period, keys) "
    "VALUES (:partner, :session, :period, :keys) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Quota:
    """What a partner may ask in a calendar month (UTC), and has asked, in keys and sessions."""

    period: str
    keys: int
    used: int
    sessions: int


def period_of(at: datetime) -> str:
    """The month in which a time counts: YYYY-MM (UTC)."""
    return written_instant(at)[:7]


def grant(desk: Desk, partner: str, keys: int) -> Quota:
    """Let a partner ask so many keys a month, padding included; 0 stops it.

    Raises
    ------
    ExchangeError
        If the partner is not pinned, or the number is negative.
    """
    if keys < 0:
        raise ExchangeError("A quota is not negative.")
    known = desk.partner(partner)
    with desk.store.begin() as connection:
        connection.execute(_SET, {"partner": known.authority_id, "keys": keys})
        desk.log(connection, "quota granted", "", partner=known.authority_id, keys=keys)
    return quota(desk, partner)


def quota(desk: Desk, partner: str) -> Quota:
    """A partner's quota of this month and what it has used of it.

    Raises
    ------
    ExchangeError
        If the partner is not pinned.
    """
    known, period = desk.partner(partner), period_of(desk.clock())
    with desk.store.read() as connection:
        asked = {"partner": known.authority_id, "period": period}
        granted = connection.execute(_GRANTED, asked).scalar_one_or_none() or 0
        used = connection.execute(_USED, asked).one()
    return Quota(period, granted, int(used.keys), int(used.sessions))


def charge(desk: Desk, connection: Connection, partner: str, session: str, keys: int) -> None:
    """Take the keys of a session off its partner's quota, once.

    Raises
    ------
    ExchangeError
        If the partner has none, or less than the session asks.
    """
    use = {
        "partner": partner,
        "session": session,
        "period": period_of(desk.clock()),
        "keys": keys,
    }
    granted = connection.execute(_LOCKED, use).scalar_one_or_none()
    if granted is None:
        raise ExchangeError(
            "The partner has no quota here.", hint="Grant one before answering anything."
        )
    connection.execute(_USE, use)
    used = connection.execute(_USED, use).one()
    if used.keys > granted:
        raise ExchangeError(
            f"The session asks {keys:,} keys; of {granted:,} that the partner may ask in "
            f"{use['period']}, {granted - (int(used.keys) - keys):,} are left."
        )
