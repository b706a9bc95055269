"""The group ristretto255 (RFC 9496), as libsodium computes it, in chunks and over cores.

An element is 32 bytes in its one canonical encoding, and is never the identity; a scalar is 32
bytes, little-endian, below the order of the group.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import TypeVar

import rbcl

from enduse.errors import ExchangeError

ELEMENT = SCALAR = 32
"""Bytes of an element and of a scalar."""
ORDER = 2**252 + 27742317777372353535851937790883648493
"""How many elements the group has (RFC 9496, section 4)."""
GENERATED = 64
"""Uniform bytes from which an element or a scalar is made."""

T = TypeVar("T")

_PART = 2048
_BLOCK = bytes(hashlib.sha512().block_size)

# The library unpacks libsodium to a temporary file at each import and leaves it there; once
# loaded, it needs no name.
with suppress(OSError, AttributeError):
    Path(sys.modules["rbcl._sodium"].lib_path).unlink()


def expand(message: bytes, tag: bytes) -> bytes:
    """64 uniform bytes of a message under a domain tag.

    expand_message_xmd with SHA-512 (RFC 9380, section 5.3.1), for an output of one digest.
    """
    tag += bytes([len(tag)])
    first = hashlib.sha512(
        b"".join((_BLOCK, message, GENERATED.to_bytes(2, "big"), b"\0", tag))
    ).digest()
    return hashlib.sha512(b"".join((first, b"\1", tag))).digest()


def element_of(uniform: bytes) -> bytes:
    """The element that 64 uniform bytes stand for (RFC 9496, section 4.3.4)."""
    return bytes(rbcl.crypto_core_ristretto255_from_hash(uniform))


def scalar_of(uniform: bytes) -> bytes:
    """The scalar that 64 uniform bytes stand for: the little-endian number, modulo the order."""
    return (int.from_bytes(uniform, "little") % ORDER).to_bytes(SCALAR, "little")


def number(scalar: bytes) -> int:
    """A scalar as a number.

    Raises
    ------
    ExchangeError
        If it is not 32 bytes below the order of the group.
    """
    value = int.from_bytes(scalar, "little")
    if len(scalar) != SCALAR or value >= ORDER:
        raise ExchangeError("A scalar is not a number below the order of the group.")
    return value


def random_scalar() -> bytes:
    """A random scalar that is not zero."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_random())


def inverses(scalars: Sequence[bytes]) -> list[bytes]:
    """The inverse of each scalar, none of them zero, with one inversion for all of them.

    Montgomery, 'Speeding the Pollard and elliptic curve methods of factorization', 1987,
    section 10.3.1.
    """
    values = [int.from_bytes(scalar, "little") for scalar in scalars]
    products = [1]
    for value in values:
        products.append(products[-1] * value % ORDER)
    left = pow(products[-1], -1, ORDER)
    found = [b""] * len(values)
    for at in range(len(values) - 1, -1, -1):
        found[at] = (left * products[at] % ORDER).to_bytes(SCALAR, "little")
        left = left * values[at] % ORDER
    return found


def base_times(scalar: bytes) -> bytes:
    """The generator of the group, times a scalar that is not zero.

    Raises
    ------
    ExchangeError
        If the scalar is zero.
    """
    try:
        return bytes(rbcl.crypto_scalarmult_ristretto255_base(scalar))
    except (RuntimeError, ValueError) as error:
        raise ExchangeError("A scalar is zero.") from error


def times(scalar: bytes, element: bytes) -> bytes:
    """An element times a scalar that is not zero.

    Raises
    ------
    ExchangeError
        If the element is malformed, not canonical, or the identity.
    """
    try:
        return bytes(rbcl.crypto_scalarmult_ristretto255(scalar, element))
    except (RuntimeError, ValueError) as error:
        raise ExchangeError(
            "An element is not one of the group: malformed, not canonical, or the identity."
        ) from error


def plus(one: bytes, other: bytes) -> bytes:
    """The sum of two elements that `times` or `element_of` gave."""
    return bytes(rbcl.crypto_core_ristretto255_add(one, other))


def total(elements: Sequence[bytes]) -> bytes:
    """The sum of elements; at least one."""
    return reduce(plus, elements)


def parted(elements: bytes) -> list[bytes]:
    """Elements that stand one after another, one by one."""
    return [elements[at : at + ELEMENT] for at in range(0, len(elements), ELEMENT)]


def in_parts(count: int, threads: int, work: Callable[[int, int], T]) -> list[T]:
    """What `work` gives for each part ``first, last`` of `count` items, in order.

    Threads serve: libsodium computes without the interpreter's lock.
    """
    parts = [(at, min(at + _PART, count)) for at in range(0, count, _PART)]
    if threads < 2 or len(parts) < 2:
        return [work(first, last) for first, last in parts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda part: work(*part), parts))
