"""Korean names in Hangul: words of the trade by meaning, the rest by sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from enduse.names.scripts.cut import cut
from enduse.names.scripts.korean_words import SURNAMES, TRADE_WORDS

LETTERS = re.compile("[가-힣]")
_RUN = re.compile("[가-힣]+")


def _sounds(text: str) -> list[str]:
    return [sound.replace("_", "") for sound in text.split()]


_FIRST = _sounds("g kk n d tt r m b pp s ss _ j jj ch k t p h")
_VOWELS = _sounds("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_LAST = _sounds("_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
# As the North writes, by McCune and Reischauer: voiceless where a word begins.
_OLD_FIRST = _sounds("k kk n t tt r m p pp s ss _ j jj ch k t p h")
_OLD_VOWELS = _sounds("a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i")
_VOICED = {"k": "g", "t": "d", "p": "b"}

Way = Callable[[str], str]


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """A text with its Korean words in Latin letters, in up to five ways.

    Words of the trade by meaning; the rest in today's romanisation, names of people with the
    usual English spelling of the family name; as the North and McCune-Reischauer write it; as the
    English word that a loan word renders; and the syllables apart.

    Examples
    --------
    >>> readings("삼성전자")[0], readings("김영철")[:2]
    ('samsung electronics', ('kim yeongcheol', 'kim yong chol'))
    """
    runs = {run: cut(run, TRADE_WORDS) for run in _RUN.findall(text)}
    spelt = [word for run in runs.values() for word in run if word not in TRADE_WORDS]
    joined = text.replace(" ", "")
    if _is_person(joined) and joined == "".join(spelt):
        text, runs = joined, {joined: [joined]}
        ways: Sequence[Way] = (_person, _northern_person, _other_person, _apart)
    else:
        ways = (_today, _northern, _loan, _loan_with_l, _apart)

    def read(way: Way) -> str:
        return _RUN.sub(lambda run: f" {_spelt(runs[run.group()], way)} ", text)

    return tuple(dict.fromkeys(" ".join(read(way).split()) for way in ways))


def _spelt(words: Sequence[str], way: Way) -> str:
    return " ".join(TRADE_WORDS[word] if word in TRADE_WORDS else way(word) for word in words)


def _is_person(text: str) -> bool:
    return 2 <= len(text) <= 4 and (text[0] in SURNAMES or text[:2] in SURNAMES)


def _parts(text: str) -> tuple[str, str]:
    length = 2 if len(text) > 2 and text[:2] in SURNAMES else 1
    return text[:length], text[length:]


def _person(text: str) -> str:
    surname, given = _parts(text)
    return f"{SURNAMES[surname][0]} {_today(given)}"


def _northern_person(text: str) -> str:
    surname, given = _parts(text)
    return " ".join((SURNAMES[surname][-1], *map(_northern, given)))


def _other_person(text: str) -> str:
    surname, given = _parts(text)
    middle = SURNAMES[surname][min(1, len(SURNAMES[surname]) - 1)]
    return f"{middle} {_colloquial(_today(given))}"


def _colloquial(text: str) -> str:
    """As people spell their own names: young, sung, chul, hyun, woo, jung."""
    return re.sub("eo(?=[nrlm])", "u", text.replace("yeo", "you"))


def _letters(syllable: str) -> tuple[int, int, int]:
    number = ord(syllable) - 0xAC00
    return number // 588, number % 588 // 28, number % 28


def _today(text: str) -> str:
    """By the Revised Romanisation, syllable by syllable, as names are."""
    return "".join(
        _FIRST[first] + _VOWELS[vowel] + _LAST[last] for first, vowel, last in map(_letters, text)
    )


def _apart(text: str) -> str:
    return " ".join(map(_today, text))


def _northern(text: str) -> str:
    written = ""
    for first, vowel, last in map(_letters, text):
        initial = _OLD_FIRST[first]
        if written[-1:] in tuple("aeiounmlg"):
            initial = _VOICED.get(initial, initial)
        written += initial + _OLD_VOWELS[vowel] + _LAST[last]
    return written


def _loan(text: str) -> str:
    """As the foreign word that is rendered: without the vowels that Korean puts between."""
    sound = "".join(
        _FIRST[first]
        + ("" if _VOWELS[vowel] == "eu" else _VOWELS[vowel].replace("eo", "e"))
        + _LAST[last]
        for first, vowel, last in map(_letters, text)
    )
    return re.sub("(?<=j|c)hi$|(?<=[sz])i$", "", sound.replace("lr", "l").replace("ae", "a"))


def _loan_with_l(text: str) -> str:
    return _loan(text).replace("r", "l")
