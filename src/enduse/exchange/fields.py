"""Reading a document of another party field by field: exact types, known names, stated limits."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from enduse.errors import ExchangeError

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
HEX_256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A SHA-256 digest, a key id or an authority id."""

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far ahead of this machine another's clock may run before it is called the future."""


def now_utc() -> datetime:
    """The time now, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def written_instant(instant: datetime) -> str:
    """A point in time as documents write it: UTC, whole seconds.

    Examples
    --------
    >>> written_instant(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01T09:30:00Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: str) -> datetime:
    """The point in time that `written_instant` wrote.

    Raises
    ------
    ValueError
        If the text has another form or no such time exists.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Fields:
    """The fields of one document; every read field is ticked off, and `done` refuses the rest.

    Examples
    --------
    >>> fields = Fields({"name": "Customs", "colour": "red"}, "The identity")
    >>> fields.text("name")
    'Customs'
    >>> fields.done()
    Traceback (most recent call last):
    enduse.errors.ExchangeError: The identity has a field 'colour' that is not known.
    """

    def __init__(self, document: object, what: str) -> None:
        if not isinstance(document, Mapping):
            raise ExchangeError(f"{what} is not a JSON object.")
        self._left: dict[str, Any] = dict(document)
        self._what = what

    def value(self, name: str) -> Any:
        """The field as it is."""
        if name not in self._left:
            raise ExchangeError(f"{self._what} has no field '{name}'.")
        return self._left.pop(name)

    def text(self, name: str, *, most: int = 200, pattern: re.Pattern[str] | None = None) -> str:
        """A printable text on one line, of 1 to `most` characters, that `pattern` matches whole."""
        value = self.value(name)
        if (
            not isinstance(value, str)
            or not 1 <= len(value) <= most
            or not _is_printable(value)
            or (pattern is not None and not pattern.fullmatch(value))
        ):
            raise self.wrong(name)
        return value

    def text_or_none(self, name: str, *, pattern: re.Pattern[str]) -> str | None:
        """A text, or None where the document says null."""
        return None if self._is_null(name) else self.text(name, pattern=pattern)

    def whole_number(self, name: str, least: int, most: int) -> int:
        """An integer within limits."""
        value = self.value(name)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(name)
        return value

    def instant(self, name: str) -> datetime:
        """A point in time, as `written_instant` writes it."""
        value = self.value(name)
        try:
            return read_instant(value)
        except (TypeError, ValueError):
            raise self.wrong(name) from None

    def raw(self, name: str, length: int | None = None) -> bytes:
        """Bytes written in base64, of one length if it is given."""
        value = self.value(name)
        try:
            found = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise self.wrong(name) from None
        if (length is not None and len(found) != length) or written_raw(found) != value:
            raise self.wrong(name)
        return found

    def raw_or_none(self, name: str) -> bytes | None:
        """Bytes, or None where the document says null."""
        return None if self._is_null(name) else self.raw(name)

    def items(self, name: str, most: int) -> list[Any]:
        """A list of at most so many items."""
        value = self.value(name)
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(name)
        return value

    def texts(self, name: str, most: int, *, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """A list of different texts, each of which `pattern` matches whole."""
        values = self.items(name, most)
        if any(not isinstance(v, str) or not pattern.fullmatch(v) for v in values):
            raise self.wrong(name)
        if len(set(values)) < len(values):
            raise self.wrong(name)
        return tuple(values)

    def object(self, name: str) -> dict[str, Any]:
        """A JSON object as it is."""
        value = self.value(name)
        if not isinstance(value, dict):
            raise self.wrong(name)
        return value

    def within(self, name: str) -> Fields:
        """The fields of an object within."""
        return Fields(self.value(name), f"{self._what}, field '{name}',")

    def done(self) -> None:
        """Refuse the document if it has a field that nobody read."""
        for name in sorted(self._left):
            raise ExchangeError(f"{self._what} has a field {name[:60]!r} that is not known.")

    def _is_null(self, name: str) -> bool:
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return True
        return False

    def wrong(self, name: str) -> ExchangeError:
        """The refusal of a field with a value that it cannot have."""
        return ExchangeError(f"{self._what} has a field '{name}' with a value that it cannot have.")


def _is_printable(text: str) -> bool:
    # Joiners count as unprintable, and Persian and Hindi are not written without them.
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()


def written_raw(raw: bytes) -> str:
    """Bytes as documents write them: base64 with padding."""
    return base64.b64encode(raw).decode("ascii")
