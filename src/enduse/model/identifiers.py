"""Identifiers with check digits."""

from __future__ import annotations

import re

_IMO = re.compile(r"^(?:IMO)?[\s#:.-]*(\d{7})$", re.IGNORECASE)
_CONTAINER = re.compile(r"^[A-Z]{3}[UJZ]\d{7}$")
# ISO 6346: letters count from 10, leaving out the multiples of 11.
_LETTERS = dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [v for v in range(10, 39) if v % 11], strict=True)
)


def imo_number(text: str) -> str | None:
    """The seven digits of an IMO ship number, or None if it has another form.

    Examples
    --------
    >>> imo_number("IMO 9074729"), imo_number("907472")
    ('9074729', None)
    """
    match = _IMO.match(text.strip())
    return match.group(1) if match else None


def is_imo_valid(digits: str) -> bool:
    """Whether the check digit of seven digits holds (IMO resolution A.1117(30)).

    Examples
    --------
    >>> is_imo_valid("9074729"), is_imo_valid("9074728")
    (True, False)
    """
    if len(digits) != 7 or not digits.isascii() or not digits.isdigit():
        return False
    return sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=False)) % 10 == int(
        digits[6]
    )


def container_number(text: str) -> str:
    """A container number without spaces and hyphens, in capitals.

    Examples
    --------
    >>> container_number("csqu 305438-3")
    'CSQU3054383'
    """
    return re.sub(r"[\s\-./]", "", text).upper()


def is_container_valid(number: str) -> bool:
    """Whether form and check digit of a container number hold (ISO 6346).

    Examples
    --------
    >>> is_container_valid("CSQU3054383"), is_container_valid("CSQU3054384")
    (True, False)
    """
    if not _CONTAINER.match(number):
        return False
    values = [_LETTERS[c] if c.isalpha() else int(c) for c in number[:10]]
    return sum(v << i for i, v in enumerate(values)) % 11 % 10 == int(number[10])
