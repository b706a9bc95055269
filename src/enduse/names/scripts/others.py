"""Greek, Georgian and Armenian names; letters of any other script one by one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from anyascii import anyascii

from enduse.names.scripts.tables import by_letter

LETTERS = re.compile(
    "[\u0370-\u03ff\u1f00-\u1fff\u10a0-\u10ff\u1c90-\u1cbf\u0530-\u058f\ufb13-\ufb17]"
)
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GEORGIAN = re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]")
_ARMENIAN = re.compile("[\u0530-\u058f\ufb13-\ufb17]")

_GREEK_WORDS = {
    "ανωνυμη εταιρεια": "jsc", "αε": "jsc", "επε": "llc", "ικε": "llc", "οε": "gp", "εε": "lp",
    "εταιρεια": "co", "εμπορικη": "commercial", "ναυτιλιακη": "shipping", "ναυτιλια": "shipping",
    "ελλας": "hellas", "ελλαδα": "greece", "ελλαδοσ": "greece", "ελληνικη": "hellenic",
    "ελληνικα": "hellenic", "τραπεζα": "bank", "εθνικη": "national", "διεθνης": "international",
    "ομιλος": "group", "βιομηχανια": "industry", "βιομηχανιες": "industry",
    "πετρελαια": "petroleum", "ενεργεια": "energy", "ηλεκτρισμου": "electricity",
    "ηλεκτρονικα": "electronics", "μεταφορες": "transport", "και": "and", "κυπρου": "cyprus",
    "κυπρος": "cyprus", "αθηνα": "athens", "αθηνων": "athens", "πειραιως": "piraeus",
    "θεσσαλονικη": "thessaloniki", "πανεπιστημιο": "university", "αεροπορια": "aviation",
    "τσιμεντα": "cement", "υιοι": "sons", "αδελφοι": "brothers", "αφοι": "brothers",
}  # fmt: skip
_GREEK_PAIRS = (
    (re.compile("^μπ"), "b"), (re.compile("μπ"), "mp"), (re.compile("^ντ"), "d"), (re.compile("ντ"), "nt"),
    (re.compile("^γκ"), "g"), (re.compile("γκ|γγ"), "ng"), (re.compile("γξ"), "nx"), (re.compile("γχ"), "nch"),
    (re.compile("τζ"), "tz"), (re.compile("ου"), "ou"),
    (re.compile("([αε])υ(?=[βγδζλμνραεηιουω])"), r"\1v"), (re.compile("([αε])υ"), r"\1f"),
)  # fmt: skip
_GREEK_LETTERS = str.maketrans(
    by_letter(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
    )
)
_GREEK_BY_BOOK = str.maketrans({"η": "e", "υ": "u", "β": "b", "χ": "kh", "φ": "ph"})

_GEORGIAN_WORDS = {
    "შპს": "llc", "სს": "jsc", "ბანკი": "bank", "საქართველოს": "georgia", "საქართველო": "georgia",
    "კომპანია": "co", "ჯგუფი": "group", "და": "and", "თბილისი": "tbilisi", "ენერგო": "energy",
    "სადაზღვევო": "insurance", "უნივერსიტეტი": "university",
}  # fmt: skip
_GEORGIAN_LETTERS = str.maketrans(
    by_letter(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h",
    )
)

_ARMENIAN_WORDS = {
    "սպը": "llc", "փբը": "jsc", "բբը": "jsc", "սպընկերություն": "llc", "ընկերություն": "co",
    "բանկ": "bank", "հայաստան": "armenia", "հայաստանի": "armenia", "խումբ": "group",
    "երևան": "yerevan", "համալսարան": "university", "ինստիտուտ": "institute", "գործարան": "plant",
    "գիտահետազոտական": "scientific research",
}  # fmt: skip
_ARMENIAN_LETTERS = by_letter(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f",
) | {"և": "ev", "ﬓ": "mn", "ﬔ": "me", "ﬕ": "mi", "ﬖ": "vn", "ﬗ": "mkh"}
_EASTERN = str.maketrans(_ARMENIAN_LETTERS)
# Western Armenian speaks voiced letters voiceless, and the other way round.
_WESTERN = str.maketrans(
    _ARMENIAN_LETTERS
    | {
        "բ": "p",
        "գ": "k",
        "դ": "t",
        "ծ": "dz",
        "կ": "g",
        "ձ": "ts",
        "ճ": "j",
        "պ": "b",
        "ջ": "ch",
        "տ": "d",
    }
)


def readings(text: str) -> tuple[str, ...]:
    """A text with its Greek, Georgian and Armenian words in Latin letters, in one or two ways.

    Greek as it is spoken and as books write it, Armenian of the East and of the West.

    Examples
    --------
    >>> readings("γεώργιος παπανδρέου")[0], readings("შპს ქართლი"), readings("պետրոսյան")
    ('georgios papandreou', ('llc kartli',), ('petrosyan', 'bedrosyan'))
    """
    first, second = text, text
    if _GREEK.search(text):
        plain = _without_accents(text)
        first = second = _words(plain, _GREEK, _GREEK_WORDS, _spoken_greek)
        second = _words(plain, _GREEK, _GREEK_WORDS, _written_greek)
    if _GEORGIAN.search(text):
        first, second = (_words(t, _GEORGIAN, _GEORGIAN_WORDS, _georgian) for t in (first, second))
    if _ARMENIAN.search(text):
        first = _words(first, _ARMENIAN, _ARMENIAN_WORDS, _eastern)
        second = _words(second, _ARMENIAN, _ARMENIAN_WORDS, _western)
    return (first,) if first == second else (first, second)


def _words(
    text: str, letters: re.Pattern[str], known: Mapping[str, str], spell: Callable[[str], str]
) -> str:
    return re.sub(
        f"(?:{letters.pattern})+",
        lambda word: (
            known.get(word.group().replace("ς", "σ"), "")
            or known.get(word.group(), "")
            or spell(word.group())
        ),
        text,
    )


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _spoken_greek(word: str) -> str:
    for pair, sound in _GREEK_PAIRS:
        word = pair.sub(sound, word)
    return word.translate(_GREEK_LETTERS)


def _written_greek(word: str) -> str:
    return word.replace("ου", "ou").translate(_GREEK_BY_BOOK).translate(_GREEK_LETTERS)


def _georgian(word: str) -> str:
    return anyascii(word.translate(_GEORGIAN_LETTERS)).lower()


def _eastern(word: str) -> str:
    return _armenian(word).translate(_EASTERN)


def _western(word: str) -> str:
    return _armenian(word).translate(_WESTERN)


def _armenian(word: str) -> str:
    word = re.sub("^ո(?!վ)", "vo", re.sub("^ե", "ye", word.replace("ու", "u")))
    return word
