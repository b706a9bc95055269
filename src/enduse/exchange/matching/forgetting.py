"""Forgetting a session: its keys lie on the disk as they are, and need not for ever."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from enduse.errors import ExchangeError
from enduse.exchange.keyfiles import destroy_key
from enduse.exchange.matching.desk import Desk, Session

_FORGET = text(
    "UPDATE matching_sessions SET state = 'forgotten', secret = :nothing "
    "WHERE session = :session AND side = :side AND state <> 'forgotten'"
)


def kept_files(desk: Desk, session: Session) -> tuple[Path, ...]:
    """Files with keys of a session that are on the disk, readable by their owner alone."""
    mine = [desk.room(session)]
    if session.side == "client":
        mine += [desk.blinded(session), desk.hits(session)]
    return tuple(path for path in mine if path.exists())


def forget(desk: Desk, session: str) -> tuple[Path, ...]:
    """Destroy the keys and the secret of a session; answer the files that were removed.

    What both sides signed, what was opened as evidence, the log and the hits that were written
    elsewhere stay. What broke off is done by forgetting it again.

    Raises
    ------
    ExchangeError
        If there is no such session.
    StorageError
        If a file cannot be removed.
    """
    sides = [one for one in desk.sessions() if one.session == session]
    if not sides:
        raise ExchangeError(
            f"There is no session {session[:32]!r} here.",
            hint="'enduse exchange match sessions' lists those that are.",
        )
    with desk.store.begin() as connection:
        for one in sides:
            values = {"session": session, "side": one.side, "nothing": b""}
            if connection.execute(_FORGET, values).rowcount:
                desk.log(connection, "forgotten", session, side=one.side)
    desk.store.forget_erased()
    kept = tuple(path for one in sides for path in kept_files(desk, one))
    for path in kept:
        destroy_key(path)
    return kept
