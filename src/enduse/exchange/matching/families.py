"""Families of match keys: what two authorities must write alike for a private match to find it.

**A**: an identifier, a serial or waybill number, or a part number with its date code.
**B**: the tokens of a name, sorted, as the room `names` reads it, without legal forms.
**C**: the words of a name in Latin letters with one letter or one word missing, joined to a
country or a heading: finds a typing error, and says more of what is near a name, so that it is
approved by itself.

A family has a version: a digest of how it normalises. Both sides must have the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args

from anyascii import anyascii

from enduse.errors import ExchangeError, UsageError
from enduse.model.identifiers import container_number, imo_number
from enduse.names.normalise import MAX_CHARACTERS, MAX_TOKENS, forms, tokens
from enduse.names.words import LEGAL_FORMS, SAME_WORD

Family = Literal["A", "B", "C"]
FAMILIES: tuple[Family, ...] = get_args(Family)

SEPARATELY_APPROVED: frozenset[Family] = frozenset({"C"})
"""Families that are approved by themselves, whatever else a session asks."""

LONGEST_KEY = 2048
"""Bytes of the longest key; a name that gives a longer one is refused."""

KINDS = (
    "name", "imo", "container", "part", "lei", "tax", "registration", "passport", "account",
    "serial", "waybill",
)  # fmt: skip
"""What a row can hold; all but names are identifiers."""

_SHORTEST = 4
_FEWEST_LETTERS = 3
_FEWEST_TOKENS = 3
_COUNTRY = re.compile("[A-Z]{2}")
_HEADING = re.compile("[0-9]{4}")
_DATE_CODE = re.compile("(?:[0-9]{2})?([0-9]{2}(?:0[1-9]|[1-4][0-9]|5[0-3]))")
_NOT_ALNUM = re.compile("[^0-9A-Z]+")
_LATIN = re.compile("[0-9a-z]+")
_APOSTROPHES = re.compile("['`]+")
_PADDING = re.compile(r"P\|(?:client|server)\|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Row:
    """What an authority asks about or holds: a name or an identifier.

    Attributes
    ----------
    kind
        One of `KINDS`.
    value
        As written.
    country, heading
        ISO 3166 alpha-2 and the first four digits of an HS code; '' if unknown. Family C needs
        one of them.
    date_code
        Of a part: YYWW or YYYYWW.
    """

    kind: str
    value: str
    country: str = ""
    heading: str = ""
    date_code: str = ""


def keys(row: Row, families: Sequence[Family]) -> list[str]:
    """The match keys of a row, none twice; empty if it has none in these families.

    Raises
    ------
    ExchangeError
        If the row cannot be meant: an unknown kind, a number too short, an impossible country.

    Examples
    --------
    >>> keys(Row("imo", "IMO 9074729"), ["A"])
    ['A|imo|9074729']
    >>> keys(Row("part", "xc7a35t-1", date_code="202143"), ["A"])
    ['A|part|XC7A35T1|2143']
    >>> keys(Row("name", "OOO Ostec"), ["A", "B"]), keys(Row("name", "Ostec LLC"), ["B"])
    (['B|ostec'], ['B|ostec'])
    >>> keys(Row("name", "Ostec", country="RU"), ["C"])[:3]
    ['C|RU|ostec', 'C|RU|stec', 'C|RU|otec']
    """
    if row.kind not in KINDS:
        raise ExchangeError(
            f"'{row.kind[:40]}' is no kind of match key.", hint=f"Kinds are {', '.join(KINDS)}."
        )
    found = [key for family in families for key in _KEYS[family](row)]
    if any(len(key.encode()) > LONGEST_KEY for key in found):
        raise ExchangeError(f"A {row.kind} gives a key of more than {LONGEST_KEY} bytes.")
    return list(dict.fromkeys(found))


def family_of(key: str) -> str:
    """The letter of a key's family; P is padding.

    Examples
    --------
    >>> family_of("A|imo|9074729")
    'A'
    """
    return key[:1]


def check_normal(key: str, families: Sequence[str], side: str) -> None:
    """Refuse a key that no row gives in these families, and that is no padding of its side.

    Raises
    ------
    ExchangeError
        If it is of another family or not in its normal form.

    Examples
    --------
    >>> check_normal("B|ivan petrov", ["B"], "client")
    >>> check_normal("B|petrov ivan", ["B"], "client")
    Traceback (most recent call last):
    enduse.errors.ExchangeError: An opened key is not in the normal form of family B.
    """
    family, *parts = key.split("|")
    if family == "P":
        if not _PADDING.fullmatch(key) or parts[0] != side:
            raise ExchangeError("An opened key looks like padding and is none.")
        return
    if family not in families:
        raise ExchangeError(f"An opened key is of family {family[:1]}, which was not approved.")
    if not _is_normal(family, parts):
        raise ExchangeError(f"An opened key is not in the normal form of family {family}.")


def _is_normal(family: str, parts: Sequence[str]) -> bool:
    if family == "A":
        kind, value, date_code = (*parts, "", "", "")[:3]
        try:
            return keys(Row(kind, value, date_code=date_code), ["A"]) == ["|".join(("A", *parts))]
        except ExchangeError:
            return False
    if family == "C" and not (
        len(parts) == 2 and (_COUNTRY.fullmatch(parts[0]) or _HEADING.fullmatch(parts[0]))
    ):
        return False
    tokens = parts[-1].split(" ")
    return len(parts) == 1 + (family == "C") and all(tokens) and tokens == sorted(tokens)


@cache
def version(family: Family) -> str:
    """The digest of how this Enduse makes the keys of a family (64 hexadecimal digits).

    SHA-256 over the keys of probes, one a line: for A numbers of every kind, for B and C every
    letter of the scripts in U+00A0 to U+33FF and every fourth Chinese and Korean character, in
    words of sixteen, and every word that the vocabulary of names reads as another. Two programs
    of which the digests agree read the same letters in the same way.
    """
    digest = hashlib.sha256(f"enduse.match.family/1 {family}\n".encode())
    for row in _probes(family):
        for key in keys(row, [family]):
            digest.update(key.encode() + b"\n")
        digest.update(b"\n")
    return digest.hexdigest()


def known_families(families: Sequence[str]) -> list[Family]:
    """Families by their letters, each once, in order.

    Raises
    ------
    UsageError
        If there is none, or one is unknown.

    Examples
    --------
    >>> known_families(["C", "B", "B"])
    ['B', 'C']
    """
    known = [family for family in FAMILIES if family in families]
    if not known or len(known) < len(set(families)):
        raise UsageError(
            f"'{', '.join(families)}' are no families of match keys.",
            hint="Families are A (identifiers), B (names) and C (names near a name).",
        )
    return known


def versions(families: Sequence[Family]) -> dict[str, str]:
    """The version of each family, by its letter."""
    return {family: version(family) for family in families}


def check_versions(theirs: Mapping[str, str]) -> list[Family]:
    """The families of a session, once it is sure that both sides make their keys alike.

    Raises
    ------
    ExchangeError
        If there is none, one is unknown, or one has another version here.
    """
    families = [family for family in FAMILIES if family in theirs]
    if not theirs or len(families) < len(theirs):
        raise ExchangeError("The session asks for a family of keys that is not known.")
    for family in families:
        if theirs[family] != version(family):
            raise ExchangeError(
                f"The partner makes keys of family {family} in another way than we do: "
                f"version {theirs[family][:12]} there, {version(family)[:12]} here.",
                hint="Both sides must use the same version of Enduse, or of its tables of letters.",
            )
    return families


def _identifier(row: Row) -> Iterator[str]:
    if row.kind == "name":
        return
    value = _plain(row)
    if len(value) < _SHORTEST:
        raise ExchangeError(
            f"A {row.kind} number of {len(value)} letters and digits tells nobody apart."
        )
    if row.kind != "part":
        yield f"A|{row.kind}|{value}"
        return
    found = _DATE_CODE.fullmatch(row.date_code.strip())
    if not found:
        raise ExchangeError(
            "A part has no date code of the form YYWW.",
            hint="Family A joins a part number to its date code; one without it is no identifier.",
        )
    yield f"A|part|{value}|{found[1]}"


def _plain(row: Row) -> str:
    """A number in the one spelling in which it is compared."""
    if row.kind == "imo":
        number = imo_number(row.value)
        if number is None:
            raise ExchangeError("An IMO number has no seven digits.")
        return number
    text = container_number(row.value) if row.kind == "container" else row.value
    return _NOT_ALNUM.sub("", anyascii(unicodedata.normalize("NFKC", text)).upper())


def _name(row: Row) -> Iterator[str]:
    if row.kind == "name":
        for tokens in (_word_by_word(row.value), *map(_telling, forms(row.value))):
            if tokens:
                yield "B|" + " ".join(sorted(tokens))


def _neighbourhood(row: Row) -> Iterator[str]:
    joins = [
        join
        for join in (row.country.strip().upper(), row.heading.strip().replace(".", "")[:4])
        if join
    ]
    if row.kind != "name" or not joins:
        return
    for join in joins:
        if not (_COUNTRY.fullmatch(join) or _HEADING.fullmatch(join)):
            raise ExchangeError(f"'{join[:20]}' is neither a country (alpha-2) nor a heading.")
    for near in _near(_as_written(row.value)):
        for join in joins:
            yield f"C|{join}|" + " ".join(sorted(near))


def _word_by_word(name: str) -> tuple[str, ...]:
    """The tokens of each word read by itself, so that the order of words changes nothing.

    A name as a whole is read with more understanding ('limited liability company'), which an
    unusual order of its words can take away.
    """
    read = (_word(word) for word in name[:MAX_CHARACTERS].split())
    return _telling(tuple(dict.fromkeys(token for tokens in read for token in tokens))[:MAX_TOKENS])


def _as_written(name: str) -> tuple[str, ...]:
    """The words of a name in Latin letters, as they are: a mistyped word is in no vocabulary."""
    words = (
        word for word in name[:MAX_CHARACTERS].split() if not LEGAL_FORMS.issuperset(_word(word))
    )
    spelt = (token for word in words for token in _spelt(word))
    return tuple(dict.fromkeys(spelt))[:MAX_TOKENS] or _word_by_word(name)


@lru_cache(maxsize=65_536)
def _spelt(word: str) -> tuple[str, ...]:
    latin = anyascii(unicodedata.normalize("NFKC", word)).lower()
    return tuple(_LATIN.findall(_APOSTROPHES.sub("", latin)))


@lru_cache(maxsize=65_536)
def _word(word: str) -> tuple[str, ...]:
    return tokens(word)


def _telling(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens that are no legal form, if there are any."""
    return tuple(token for token in tokens if token not in LEGAL_FORMS) or tokens


def _near(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """The tokens, then with each letter of a long one missing, then with each token missing.

    Two names that differ by one letter agree in one of these (Bocek and others, 'Fast similarity
    search in large dictionaries', 2007).
    """
    if tokens:
        yield tokens
    fewest = _FEWEST_LETTERS if len(tokens) > 1 else _FEWEST_LETTERS + 1
    for at, token in enumerate(tokens):
        if len(token) >= fewest:
            for letter in range(len(token)):
                shorter = token[:letter] + token[letter + 1 :]
                yield (*tokens[:at], shorter, *tokens[at + 1 :])
    if len(tokens) >= _FEWEST_TOKENS:
        for at in range(len(tokens)):
            yield (*tokens[:at], *tokens[at + 1 :])


_KEYS: Mapping[Family, Callable[[Row], Iterator[str]]] = {
    "A": _identifier,
    "B": _name,
    "C": _neighbourhood,
}

_PROBED = ((0xA0, 0x3400, 1), (0x4E00, 0xA000, 4), (0xAC00, 0xD7A4, 4), (0xF900, 0xFFF0, 1))


def _probes(family: Family) -> Iterator[Row]:
    if family == "A":
        for kind in KINDS[1:]:
            value = "IMO 9074729" if kind == "imo" else " ab-12/34.Жщ·ＡＢ９ "
            yield Row(kind, value, date_code="202143")
        return
    letters = [chr(at) for first, end, step in _PROBED for at in range(first, end, step)]
    for at in range(0, len(letters), 16):
        yield Row("name", " ".join(letters[at : at + 16]), country="RU")
    for word, same in sorted(SAME_WORD.items()):
        yield Row("name", f"{word} {same} Ostek OOO", country="RU")
