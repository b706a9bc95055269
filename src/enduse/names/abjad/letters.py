"""The letters of the Arabic and Hebrew scripts, each spelt one way."""

from __future__ import annotations

import re
import unicodedata

ARABIC = "ءابپتثجچحخدذرزژسشصضطظعغفڤقكگلمنهةوىيښځ"
HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"

# Letters that differ in their looks, by language, or in a mark that is often left out.
_SAME_LETTER = {
    "ا": "أإآٱٲٳٵ",
    "ء": "ئؤٔٴۓ",
    "ب": "ٮٻڀ",
    "ت": "ٹټٺٿٽ",
    "ج": "ڄڃ",
    "چ": "ڇڿ",
    "د": "ڈډڊڌڍڎڏڐ",
    "ر": "ڑړڕڒۯڙڔ",
    "ژ": "ږ",
    "س": "ڛ",
    "ځ": "څ",
    "ف": "ڡڢڣ",
    "ڤ": "ۋڥ",
    "ق": "ڧڨٯ",
    "ك": "کڪڬڮ",
    "گ": "ګڰڳڱڲڴݢ",
    "ل": "ڵڶڷڸ",
    "ن": "ںڼڻڽڭڠڹ",
    "ه": "ھہەۀۂ",
    "ة": "ۃۿ",
    "و": "ۆۇۈۅۉۊۄۏ",
    "ي": "یےېۍێۑؽ",
    "پ": "ڦ",
    "\u05d5\u05d5": "\u05f0",
    "\u05d5\u05d9": "\u05f1",
    "\u05d9\u05d9": "\u05f2",
    "כ": "ך",
    "מ": "ם",
    "נ": "ן",
    "פ": "ף",
    "צ": "ץ",
}
_NATIVE = frozenset(ARABIC + HEBREW)
_UNIFIED = str.maketrans(
    {
        **{variant: letter for letter, variants in _SAME_LETTER.items() for variant in variants},
        **{digit: str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")},
    }
)
# Vowel signs and other marks, tatweel, joiners and direction marks, Hebrew points.
_MARKS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05bd\u05bf-\u05c7"
    "\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u061c]"
)
_GERESH = re.compile("(?<=[א-ת])['\"׳״’”](?=[א-ת])")
# An alef that only bears the long vowel after it is read like a hamza.
_BEARER = re.compile(r"(?:(?<!\w)|(?<=\bال))ا(?=[وي]\w)")
_SCRIPT = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")


def written_alike(text: str) -> str:
    """A text with one spelling of each letter and none of the marks that come and go.

    Examples
    --------
    >>> written_alike("إِبْرَاهِيم") == written_alike("ابراهیم")
    True
    """
    text = unicodedata.normalize("NFKC", text)
    text = _GERESH.sub("", _MARKS.sub("", text).translate(_UNIFIED))
    return _BEARER.sub("ء", text)


def in_script(text: str) -> bool:
    """Whether a text holds a letter or digit of the Arabic or Hebrew script."""
    return _SCRIPT.search(text) is not None


def is_native(token: str) -> bool:
    """Whether a token is a word in Arabic or Hebrew script, as `prepared` leaves them.

    Examples
    --------
    >>> is_native("محمد"), is_native("muhammad"), is_native("")
    (True, False, False)
    """
    return token[:1] in _NATIVE
