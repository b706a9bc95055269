"""JSON in one form only: written by RFC 8785, read without a second meaning."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

from enduse.errors import ExchangeError

MAX_BYTES = 8 * 1024 * 1024
"""Largest JSON document that is read unless a caller says otherwise."""

MAX_DEPTH = 32
"""Deepest nesting that is read unless a caller says otherwise."""

# RFC 7493 (I-JSON), section 2.2: integers beyond this are not the same number everywhere.
_SAFE_INTEGER = 2**53 - 1


def dumps(document: Mapping[str, Any]) -> bytes:
    """The one canonical form of a document (RFC 8785).

    Raises
    ------
    ExchangeError
        If it holds what JSON cannot carry exactly: NaN, an integer beyond 2^53 - 1, half a
        surrogate pair, a value of another type.

    Examples
    --------
    >>> dumps({"b": 1.0, "a": [True, "é"]}).decode()
    '{"a":[true,"é"],"b":1}'
    """
    import rfc8785

    try:
        return rfc8785.dumps(dict(document))
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"The document has no canonical JSON form: {error}.") from None


def loads(
    raw: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    canonical: bool = False,
    what: str = "The document",
) -> dict[str, Any]:
    """The JSON object in `raw`, if it can be read in one way only.

    Parameters
    ----------
    canonical
        Whether any other spelling than that of `dumps` is refused too.
    what
        What the error calls the document.

    Raises
    ------
    ExchangeError
        If it is too large, too deep, not UTF-8, not JSON, not an object, names a key twice,
        holds NaN or a number that is not the same everywhere, or is not canonical as asked.

    Examples
    --------
    >>> loads(b'{"a":1,"a":2}')
    Traceback (most recent call last):
    enduse.errors.ExchangeError: The document names the key 'a' twice.
    """
    if len(raw) > max_bytes:
        raise ExchangeError(f"{what} has {len(raw):,} bytes; at most {max_bytes:,} are read.")
    try:
        document = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_real,
        )
    except RecursionError:
        raise _too_deep(what, max_depth) from None
    except _FaultError as fault:
        raise ExchangeError(f"{what} {fault}.") from None
    except UnicodeDecodeError:
        raise ExchangeError(f"{what} is not UTF-8.") from None
    except ValueError:
        raise ExchangeError(f"{what} is not JSON.") from None
    if not isinstance(document, dict):
        raise ExchangeError(f"{what} is not a JSON object.")
    if _is_deeper(document, max_depth):
        raise _too_deep(what, max_depth)
    if canonical and dumps(document) != raw:
        raise ExchangeError(f"{what} is not in canonical form (RFC 8785).")
    return document


class _FaultError(Exception):
    """What is wrong with a document, found while it is parsed."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _FaultError(f"names the key {twice[:60]!r} twice")
    return found


def _constant(text: str) -> NoReturn:
    raise _FaultError(f"holds {text}, which is no number")


def _integer(text: str) -> int:
    # The length first: int() of a million digits takes quadratic time.
    if len(text) > 17 or abs(int(text)) > _SAFE_INTEGER:
        raise _FaultError("holds an integer beyond 2^53 - 1, which is not the same everywhere")
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _FaultError("holds a number that is too large")
    return number


def _is_deeper(document: Any, max_depth: int) -> bool:
    level = [document]
    for _ in range(max_depth):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _too_deep(what: str, max_depth: int) -> ExchangeError:
    return ExchangeError(f"{what} is nested deeper than {max_depth} levels.")
