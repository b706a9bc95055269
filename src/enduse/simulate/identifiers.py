"""Invented identifiers with valid check digits, from ranges that no real one uses."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.simulate.draws import Ints

_OWNERS = ("QXZU", "ZQWU", "XQJU", "WZQU")
_FIRST_IMO = 2_000_000
_IMO_SPAN = 200_000
_LEI_ISSUER = "ZZ00"


def padded(numbers: Ints, width: int) -> pa.Array:
    """Numbers as text, filled with zeros on the left."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def imo_numbers(serials: Ints) -> pa.Array:
    """IMO numbers between 2000000 and 3999999, where no ship's number is known to lie.

    Ships keep theirs for life (IMO resolution A.1117(30)); those in service begin with 5 to 9,
    and with 1.

    Examples
    --------
    >>> imo_numbers(np.array([0, 1])).to_pylist()
    ['2000004', '2000016']
    """
    stems = _FIRST_IMO // 10 + serials % _IMO_SPAN
    digits = stems[:, None] // 10 ** np.arange(5, -1, -1) % 10
    return padded(stems * 10 + (digits * np.arange(7, 1, -1)).sum(axis=1) % 10, 7)


def container_numbers(serials: Ints) -> pa.Array:
    """Container numbers of invented owner codes, with the check digit of ISO 6346.

    Examples
    --------
    >>> container_numbers(np.array([5])).to_pylist()
    ['ZQWU0000011']
    """
    owner, number = serials % len(_OWNERS), serials // len(_OWNERS) % 1_000_000
    letters = dict(
        zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [v for v in range(10, 39) if v % 11], strict=True)
    )
    base = np.array([sum(letters[c] << i for i, c in enumerate(code)) for code in _OWNERS])
    digits = number[:, None] // 10 ** np.arange(5, -1, -1) % 10
    check = (base[owner] + (digits << np.arange(4, 10)).sum(axis=1)) % 11 % 10
    return pc.binary_join_element_wise(
        pa.array(_OWNERS).take(pa.array(owner)), padded(number * 10 + check, 7), ""
    )


def lei(serial: int) -> str:
    """A legal entity identifier of an issuer that does not exist (ISO 17442, mod 97-10).

    Examples
    --------
    >>> int("".join(str(int(c, 36)) for c in lei(7))) % 97
    1
    """
    body = f"{_LEI_ISSUER}00{serial:012d}"
    return f"{body}{98 - int(''.join(str(int(c, 36)) for c in body) + '00') % 97:02d}"
