"""The one family of errors that Enduse raises on purpose."""

from __future__ import annotations


class EnduseError(Exception):
    """What was wrong, where, and what to do about it.

    Parameters
    ----------
    message
        What was wrong and where (file, row, column), in one sentence.
    hint
        What the reader can do about it, in one sentence; may be empty.

    Examples
    --------
    >>> print(InputError("orders.csv is empty.", hint="Export the table again."))
    orders.csv is empty. Export the table again.
    """

    code = "error"
    http_status = 500
    exit_status = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, str]:
        """The error as the one JSON shape that every command prints."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class InputError(EnduseError):
    """An input that could not be used at all."""

    code = "input_unusable"
    http_status = 422


class ListRefusedError(EnduseError):
    """A list that was fetched or given, and not taken in: the old snapshot stays in force."""

    code = "list_refused"
    http_status = 422


class PolicyError(EnduseError):
    """A policy or settings file that says something that cannot be meant."""

    code = "policy_invalid"
    http_status = 422


class StorageError(EnduseError):
    """The workspace could not be read or written: a full disk, a missing right."""

    code = "storage_failed"
    http_status = 507


class ExchangeError(EnduseError):
    """Something between authorities that was refused: a packet, an identity, a session."""

    code = "exchange_refused"
    http_status = 422


class UsageError(EnduseError):
    """A call that does not fit the interface."""

    code = "usage"
    http_status = 400
    exit_status = 2
