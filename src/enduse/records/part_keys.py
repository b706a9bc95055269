"""Part numbers and lots in the form in which they are compared."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

_DROPPED = r"[^\p{L}\p{N}]+"


def part_keys(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Part numbers, lots or serials without case, hyphens, spaces and other marks.

    Parameters
    ----------
    texts
        Strings as written; null stays null, and so becomes what has no letter and no digit.

    Examples
    --------
    >>> part_keys(pa.array(["TSR 1-2433SM", "tsr1-2433sm", "ＴＳＲ１", "--", None])).to_pylist()
    ['TSR12433SM', 'TSR12433SM', 'TSR1', None, None]
    """
    # Most columns are ASCII and many have nothing to drop: both is much quicker.
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        keys, dropped = pc.ascii_upper(texts), "[^A-Z0-9]+"
    else:
        keys, dropped = pc.utf8_upper(pc.utf8_normalize(texts, form="NFKC")), _DROPPED
    if not pc.all(pc.utf8_is_alnum(keys), min_count=0).as_py():
        keys = pc.replace_substring_regex(keys, dropped, "")
    return pc.if_else(pc.equal(keys, ""), None, keys)


def part_key(text: str | None) -> str | None:
    """One part number in the form of :func:`part_keys`, for which Arrow takes too long.

    Examples
    --------
    >>> part_key("lm2575t-adj/nopb"), part_key(" ")
    ('LM2575TADJNOPB', None)
    """
    upper = unicodedata.normalize("NFKC", text or "").upper()
    return "".join(sign for sign in upper if sign.isalnum()) or None


def after_prefix(prefix: str) -> str:
    """The first text, in the order of Parquet's statistics, that no longer begins with `prefix`.

    Examples
    --------
    >>> after_prefix("LM2575")
    'LM2576'
    """
    last = ord(prefix[-1]) + 1
    # Surrogates are no characters.
    return prefix[:-1] + chr(0xE000 if last == 0xD800 else last)
