"""Cyrillic names, read by the language that the letters show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from anyascii import anyascii

from enduse.names.scripts.cyrillic_words import ADJECTIVES, NOUNS, PHRASES, WORDS
from enduse.names.scripts.tables import by_letter

LETTERS = re.compile("[\u0400-\u052f]")
_WORD = re.compile("[\u0400-\u052f]+")

# What a letter is in Latin by the usage of each country's passports and press. Letters that all
# share stand in the first; what the matcher folds anyway (kh and h, y and i) is not repeated.
_RUSSIAN = by_letter(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya e",
) | {
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u", "ђ": "dj", "ћ": "c", "љ": "lj", "њ": "nj",
    "џ": "dz", "ј": "j", "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "ә": "a", "ғ": "g", "қ": "k", "ң": "ng",
    "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "җ": "j", "ҷ": "j", "ҳ": "h", "ӣ": "i", "ӯ": "u",
    "ѣ": "e", "ѳ": "f", "ӑ": "a", "ӗ": "e",
}  # fmt: skip
_UKRAINIAN = _RUSSIAN | {"г": "h", "и": "y", "щ": "shch"}
_BELARUSIAN = _RUSSIAN | {"г": "h", "щ": "shch"}
_SERBIAN = _RUSSIAN | {
    "ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s", "й": "j",
}  # fmt: skip
_SERBIAN_BY_SOUND = _RUSSIAN | {"ћ": "ch", "х": "h", "й": "j"}
_MACEDONIAN = _SERBIAN | {"ж": "zh", "ч": "ch", "ш": "sh", "љ": "lj", "ц": "ts"}
_BULGARIAN = _RUSSIAN | {"щ": "sht", "ъ": "a", "х": "h"}

_SHOWS = (
    (re.compile("[ђћљњџ]|ј(?!.*[ыэъ])"), _SERBIAN, _SERBIAN_BY_SOUND),
    (re.compile("[ѓќѕ]"), _MACEDONIAN, _SERBIAN),
    (re.compile("ў|[іғқ].*[ыэ]|[ыэ].*і"), _BELARUSIAN, _RUSSIAN),
    (re.compile("[әғқңөұүһҳӣӯҷ]"), _RUSSIAN | {"ж": "zh"}, _RUSSIAN | {"ж": "j", "х": "h"}),
    (
        re.compile(
            r"[іїєґ]|\b(?:олександр|олексій|володимир|микола|дмитро|михайло|павло|петро|тетяна|олена)\b"
        ),
        _UKRAINIAN,
        _RUSSIAN,
    ),
    (re.compile("ъ[бвгджзклмнпрстфхцчшщ]"), _BULGARIAN, _BULGARIAN | {"ъ": "u"}),
)
# People bear names that are words of the trade: Морской, Горный, Заводов.
_PATRONYMIC = re.compile(r"[еоиэаі](?:вич|вна|ўна|віч|ўн[ая])\b|[иі]чна\b|\b(?:ильич|ілліч)\b")
# Where е begins with a y: at the beginning, after vowels and signs.
_IOTATED = re.compile(r"\bе|(?<=[аеёиоуыэюяьъ])е")
# Alone and between words; initials are letters too.
_AND = re.compile(r"(?<=\w\w)\s+(?:и|та|і|ды)\s+(?=\w\w)")
_OF_PLACE = re.compile(r"(?<=\w\w[нрдлвт]ск)(?:[иі]й|ая|ое|ого|ой)\b(?=\W+\w)")
_YO = _RUSSIAN | {"ё": "yo"}


@lru_cache(maxsize=65536)
def readings(text: str) -> tuple[str, ...]:
    """A text with its Cyrillic words in Latin letters, and its words of the trade in English.

    One reading by the language that its letters show; a second where that leaves a letter open
    (Ukrainian г is h, but stands for g in names from abroad; ё is printed e and read yo; е is
    e or ye), and where a firm may be named by an adjective of its place (Брянский завод, Bryansk Plant).

    Examples
    --------
    >>> readings("олександр григоренко"), readings("ћирић"), readings("королёв")
    (('oleksandr hryhorenko', 'oleksandr grigorenko'), ('ciric', 'chirich'), ('korolev', 'korolyov'))
    >>> readings("торговый дом квант")
    ('trading house kvant',)
    """
    if " " in text:
        text = _AND.sub(" and ", text)
        text = _PHRASE.sub(lambda phrase: PHRASES[phrase.group()], text)
    languages = _languages(text)
    ways = [_spelt(text, letters) for letters in languages]
    if _OF_PLACE.search(text) and not _PATRONYMIC.search(text):
        ways.append(_spelt(_OF_PLACE.sub("", text), languages[0]))
    if languages[0] is _RUSSIAN and _IOTATED.search(text):
        ways.append(_spelt(_IOTATED.sub("є", text), _RUSSIAN))
    return tuple(dict.fromkeys(ways))


_PHRASE = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, PHRASES), key=len, reverse=True)) + r")(?!\w)"
)


def _languages(text: str) -> tuple[Mapping[str, str], ...]:
    for shown, first, second in _SHOWS:
        if shown.search(text):
            return first, second
    return (_RUSSIAN, _YO) if "ё" in text else (_RUSSIAN,)


def _spelt(text: str, letters: Mapping[str, str]) -> str:
    if _PATRONYMIC.search(text):
        return _WORD.sub(lambda word: romanised(word.group(), letters), text)
    return _WORD.sub(
        lambda word: translated(word.group()) or romanised(word.group(), letters), text
    )


def translated(word: str) -> str | None:
    """The English of a word of the trade in any of its cases, or None for any other word."""
    if word in WORDS:
        return WORDS[word]
    if len(word) < 5:
        return None
    for table, endings in ((ADJECTIVES, _ADJECTIVE), (NOUNS, _NOUN)):
        cut = endings.search(word)
        stem = word[: cut.start()] if cut else word
        if stem in table and (cut or table is NOUNS):
            return table[stem]
    return None


_ADJECTIVE = re.compile(
    "(?:[иыі]й|[оеё]й|[оеё]го|[оеё]му|[иыі]м|[иыі]ми|[иыі]х|[аоия]я|[оеиы]е|[уюо]ю|[аеоиіїє])$"
)
_NOUN = re.compile(
    "(?:[аяіиыуюеєоьї]|ом|ем|ой|ей|ою|[ея]м|ам|ами|ями|ах|ях|ії|ия|ии|ию|ия|ія|ие|ий|ье|ья|ию|ій|ією)$"
)


def romanised(word: str, letters: Mapping[str, str] = _RUSSIAN) -> str:
    """A Cyrillic word letter by letter.

    Examples
    --------
    >>> romanised("щербаков"), romanised("объект")
    ('shcherbakov', 'obekt')
    """
    return anyascii("".join([letters.get(c, c) for c in word])).lower()


# Names of Latin lists: passports of three ages, the press, the post, and Ukrainian usage.
_LATIN_USAGES = tuple(
    str.maketrans(_RUSSIAN | usage)
    for usage in (
        {},
        {"ю": "iu", "я": "ia", "й": "i"},
        {"ю": "ju", "я": "ja", "й": "j", "х": "h", "ц": "c", "щ": "sch"},
        {"х": "h", "щ": "sch", "ы": "i", "й": "i"},
    )
)
_UKRAINIAN_ONLY = re.compile("[іїєў]")
_IE = re.compile("(?<=[aeiouy])e")
_LAST = re.compile("(?:yy|iy|ii|yi|ij|yj)$")


def spelt_in_latin() -> dict[str, str]:
    """Russian words of the trade as Latin lists write them, to their English.

    Only those that English puts in one word, and only forms in which names hold them.
    """
    found: dict[str, str] = {}
    for stem, english in ADJECTIVES.items():
        if " " not in english and not _UKRAINIAN_ONLY.search(stem):
            _add_spellings(found, stem, ("ый", "ий", "ая", "ое", "ые", "ого", "ых", "о"), english)
    for stem, english in NOUNS.items():
        if " " not in english and not _UKRAINIAN_ONLY.search(stem):
            endings = ("я", "и", "е", "й") if stem[-1] in "инт" else ("", "а", "ы", "и", "о")
            _add_spellings(found, stem, endings, english)
    return found


def _add_spellings(
    found: dict[str, str], stem: str, endings: tuple[str, ...], english: str
) -> None:
    for ending in endings:
        for letters in _LATIN_USAGES:
            plain = (stem + ending).translate(letters)
            for spelling in (
                plain,
                _IE.sub("ye", plain),
                _LAST.sub("y", plain),
                _LAST.sub("i", plain),
            ):
                if len(spelling) > 4:
                    found.setdefault(spelling, english)
