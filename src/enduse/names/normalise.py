"""A name as written, brought to the tokens by which names are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from anyascii import anyascii
from rigour.names import replace_org_types_compare

from enduse.names import abjad
from enduse.names.abjad.letters import ARABIC, HEBREW
from enduse.names.encodings import repaired
from enduse.names.scripts import cyrillic, others
from enduse.names.words import LEGAL_FORMS, SAME_WORD

MAX_CHARACTERS = 400
MAX_TOKENS = 32
MAX_FORMS = 6
"""Beyond these a name says nothing more, and the work for one name stays bounded."""

Form = tuple[str, ...]

# Written as they look in print: capitals and small letters look alike in different ways
# (Cyrillic В is a Latin B, but в is no b).
_CYRILLIC, _THEIR_LATIN = "АВЕЅІЈКМНОРСТУХаеѕіјкморстухһԁԛԝ", "ABESIJKMHOPCTYXaesijkmopctyxhdqw"
_GREEK, _ITS_LATIN = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορτυχικ", "ABEZHIKMNOPTYXavoptuxik"
_TO_LATIN = str.maketrans(_CYRILLIC + _GREEK, _THEIR_LATIN + _ITS_LATIN)
_TO_CYRILLIC = str.maketrans(_THEIR_LATIN, _CYRILLIC)
_MIXED_PAIR = re.compile(r"[A-Za-z][Ͱ-ԯ]|[Ͱ-ԯ][A-Za-z]")
_WORD = re.compile(r"\w+")
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_APOSTROPHES = re.compile(r"['`´ʹʺʻʼʽʾʿˈ’‘‛′]+")
_DOTTED_LETTERS = re.compile(r"(?<!\w)(?:\w\.\s?){2,}\w(?!\w)\.?|(?<!\w)\w\.\s?\w\.")
# Two-letter words that are legal forms in one country and names or particles in many.
_NOT_LEGAL = re.compile(
    r"\b(?:yu|se|na|is|im|ii|ca|ay|en|ik|ek|ku|gu|ep|at|rf|sp|kb|sd|sc|yk|pp|j|npo)\b|\b(?:as|sa|ag|ab)\b(?=\W*\w)"
)
_OOO = re.compile(r"\bob(?:sh?ch|sch)est\w+ s ogr?anich\w+ otvetst\w+")
_SCIENCE_AND_PRODUCTION = re.compile(
    r"\b(?:scientific|science|research|nauchno)(?:\s*[-&]?\s*| and )(?:production|industrial|proizvodst\w+) "
    r"(association|enterprise|company|firm|corporation|ob[ye]+din\w+|predpr\w+|kompan\w+|firma)\b"
)
_SHORT_FORMS = {"a": "npo", "o": "npo", "e": "npp", "p": "npp", "c": "npk", "k": "npk", "f": "npf"}
_NATIVE = "[" + ARABIC + HEBREW + "]"
_OTHER_LETTERS = re.compile("[^\\x00-\\x7f" + ARABIC + HEBREW + "]+")
_TOKEN = re.compile(f"[a-z0-9]+|{_NATIVE}+")
_ASCII_TOKEN = re.compile("[a-z0-9]+")
# Letters that some spell with two, and others without their marks.
_TWO_LETTERS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "č": "ch", "š": "sh",
    "ž": "zh", "ș": "sh", "ş": "sh", "ț": "ts", "ţ": "ts", "ç": "ch", "ñ": "ny", "đ": "dj", "ź": "zh", "ś": "sh", "ğ": "gh", "ń": "ny",
}  # fmt: skip
_ONE_LETTER = str.maketrans({"ə": "a", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "ĳ": "ij"})
_MARKED = re.compile("[" + "".join(_TWO_LETTERS) + "]")
_TWO = str.maketrans(_TWO_LETTERS)


def forms(name: str) -> tuple[Form, ...]:
    """The ways in which a name may be read, each a sequence of tokens, the plainest first.

    A second way where the first leaves something open: what dotted letters are, which sound a
    letter has, whether a Chinese word is translated or spelt, in which encoding a file was.
    At most six.

    Examples
    --------
    >>> forms("Ostec LLC"), forms("!")
    ((('ostec', 'llc'),), ())
    >>> forms("Müller GmbH")
    (('muller', 'llc'), ('mueller', 'llc'))
    >>> forms("J.F. Kennedy")
    (('j', 'f', 'kennedy'), ('jf', 'kennedy'))
    """
    text = name[:MAX_CHARACTERS]
    found = _forms(text)
    for part in _parts(text):
        found += tuple(form for form in _forms(part)[:2] if len(form) > 1)
    return _distinct(list(found))


def _forms(text: str) -> tuple[Form, ...]:
    if text.isascii():
        text = text.lower()
        if "'" in text or "`" in text:
            text = _APOSTROPHES.sub("", text)
        if "." in text and _DOTTED_LETTERS.search(text):
            return _distinct([_tokens(_with_classes(way)) for way in _dotted(text)])
        found = _tokens(_with_classes(text))
        return (found,) if found else ()
    return _distinct([_tokens(way) for way in _ways(text)])


def tokens(name: str) -> Form:
    """The distinct tokens of a name, in the order written: the first of its `forms`.

    Letters of other scripts are romanised, but for words in Arabic and Hebrew script, which leave
    vowels out and stay as they are; case, accents, apostrophes, invisible characters and
    punctuation go; a legal form in any language becomes a class of its own (``llc``, ``jsc`` …);
    words of the trade are translated; letters of one script that stand in for those of another
    are read as what they look like. Numbers stay. At most 400 characters and 32 tokens of a name
    are read.

    Returns
    -------
    tuple of str
        Empty if the name holds no letter and no digit.

    Examples
    --------
    >>> tokens('O.O.O. "Ostec"'), tokens("Остек ООО"), tokens("LLC Ostec")
    (('llc', 'ostec'), ('ostek', 'llc'), ('llc', 'ostec'))
    >>> tokens("11420 CORP."), tokens("深圳华为有限公司"), tokens("\\u200f !")
    (('11420', 'corp'), ('shenzhen', 'huawei', 'llc'), ())
    """
    found = forms(name)
    return found[0] if found else ()


def normalise(name: str) -> str:
    """The tokens of a name, sorted and joined: equal for names that differ in nothing told apart.

    Examples
    --------
    >>> normalise("IVANOV, Ivan") == normalise("Ivan Ivanov")
    True
    """
    return " ".join(sorted(tokens(name)))


def unmatchable(name: str) -> str | None:
    """Why a name cannot be looked up, or None if it can.

    Examples
    --------
    >>> unmatchable("«—»"), unmatchable("Co., Ltd."), unmatchable("Ostec")
    ('holds no letter or digit', 'holds nothing but a legal form', None)
    """
    found = tokens(name)
    if not found:
        return "holds no letter or digit"
    if LEGAL_FORMS.issuperset(found):
        return "holds nothing but a legal form"
    return None


def lookalikes(name: str) -> list[str]:
    """The words of a name that mix letters of two scripts that look alike, as written.

    Examples
    --------
    >>> lookalikes("\u041estec LLC")  # the first letter is Cyrillic
    ['\u041estec']
    """
    text = unicodedata.normalize("NFKC", name[:MAX_CHARACTERS])
    return [word for word in _WORD.findall(text) if _MIXED_PAIR.search(word)]


def misencoded(name: str) -> str | None:
    """What a name says if its text was read in a wrong encoding, or None if it was not.

    Examples
    --------
    >>> misencoded("Ðîññèÿ"), misencoded("MÃ¼ller"), misencoded("Müller")
    ('Россия', 'Müller', None)
    """
    return repaired(name[:MAX_CHARACTERS])


# A cell that holds a name and another one of the same bearer.
_SEVERAL = re.compile(r"\s/\s|\b(?:a\.?\s?k\.?\s?a|f\.?k\.?a|укр)\b\.?|\bn[ée]e\b.*", re.IGNORECASE)
_VOWELLESS_OR_EAST_ASIAN = re.compile(
    "[^\\s()]*[\u0590-\u07ff\u1100-\u11ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufb1d-\ufeff][^\\s()]*"
)
_LATIN_NAME = re.compile("[A-Za-z]{2}.*[A-Za-z]{2}")


def _parts(text: str) -> list[str]:
    """Names that stand in a cell beside one another, if it holds several."""
    parts = _SEVERAL.split(text)
    if text.isascii() or len(parts) > 1:
        return parts if len(parts) > 1 else []
    other = " ".join(_VOWELLESS_OR_EAST_ASIAN.findall(text))
    latin = _VOWELLESS_OR_EAST_ASIAN.sub(" ", text)
    return [latin, other] if other and _LATIN_NAME.search(latin) else []


def _tokens(text: str) -> Form:
    if "&" in text:
        text = text.replace("&", " and ")
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    found = tuple(SAME_WORD.get(token, token) for token in pattern.findall(text))
    return tuple(dict.fromkeys(abjad.latin_prepared(found)))[:MAX_TOKENS]


def _distinct(found: list[Form]) -> tuple[Form, ...]:
    return tuple(dict.fromkeys(form for form in found if form))[:MAX_FORMS]


def _ways(name: str) -> list[str]:
    """A name that is not all ASCII, in ASCII and native letters, in each way it may be read."""
    mended = repaired(name)
    text = _plain(name)
    ways = [_with_classes(way) for way in _dotted(text)]
    ways = [spelt for way in ways for spelt in _spelt(way)]
    if mended:
        ways += _spelt(_with_classes(_dotted(_plain(mended))[0]))
    # Syllables of East Asian names are no legal forms, though they read so.
    return ways if _EAST_ASIAN.search(text) else [_with_classes(way) for way in ways]


def _plain(name: str) -> str:
    """One script a word, small letters, and nothing unseen."""
    text = _one_script(_UNSEEN.sub("", unicodedata.normalize("NFKC", name)))
    return _APOSTROPHES.sub("", text.casefold())


Readings = Callable[[str], tuple[str, ...]]
_EAST_ASIAN = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_SCRIPTS: tuple[tuple[re.Pattern[str], Readings], ...] = (
    (cyrillic.LETTERS, cyrillic.readings),
    (others.LETTERS, others.readings),
)


def _spelt(text: str) -> list[str]:
    """A text with its words of other scripts in Latin letters, in the ways these may be read."""
    if text.isascii():
        return [text]
    ways = [abjad.prepared(text)]
    for letters, readings in (*_east_asian(text), *_SCRIPTS):
        if letters.search(text):
            # All readings of the first way, then the first of each other: no product of ways.
            first, *rest = ways
            ways = [*readings(first), *(readings(way)[0] for way in rest)]
    if _MARKED.search(text):
        ways.append(ways[0].translate(_TWO))
    return [_OTHER_LETTERS.sub(_in_ascii, way.translate(_ONE_LETTER)) for way in ways]


def _east_asian(text: str) -> list[tuple[re.Pattern[str], Readings]]:
    """How the Chinese, Japanese and Korean letters of a text are read, if it has any."""
    if not _EAST_ASIAN.search(text):
        return []
    # Their tables are large, and most files hold no such name.
    from enduse.names.scripts import han, japanese, korean

    found: list[tuple[re.Pattern[str], Readings]] = []
    if japanese.is_japanese(text):
        found.append((_EAST_ASIAN, japanese.readings))
    elif han.LETTERS.search(text) and japanese.begins_japanese(text):
        found.append((han.LETTERS, lambda way: (*japanese.readings(way), *han.readings(way))))
    else:
        found.append((han.LETTERS, han.readings))
    return [*found, (korean.LETTERS, korean.readings)]


def _in_ascii(letters: re.Match[str]) -> str:
    return _APOSTROPHES.sub("", anyascii(letters.group())).lower()


def _one_script(text: str) -> str:
    return _WORD.sub(_read_as_seen, text) if _MIXED_PAIR.search(text) else text


def _read_as_seen(match: re.Match[str]) -> str:
    word = match.group()
    if not _MIXED_PAIR.search(word):
        return word
    latin, cyrillic = word.translate(_TO_LATIN), word.translate(_TO_CYRILLIC)
    return cyrillic if re.search("[Ͱ-ԯ]", latin) and not re.search("[A-Za-z]", cyrillic) else latin


def _with_classes(text: str) -> str:
    """A text with each legal form, and form of Russian enterprise, replaced by its class."""
    text = replace_org_types_compare(_NOT_LEGAL.sub(r"\g<0>_", text), generic=True)
    if "product" in text or "proizv" in text:
        text = _SCIENCE_AND_PRODUCTION.sub(_short_form, text)
    if "entrepreneur" in text:
        text = text.replace("individual entrepreneur", "sp")
    return _OOO.sub("llc", text) if "otvetst" in text else text


def _short_form(enterprise: re.Match[str]) -> str:
    return _SHORT_FORMS[enterprise.group(1)[0]]


def _dotted(text: str) -> list[str]:
    """A text with its dotted letters joined, apart, or both ways where that is open.

    A legal form of three letters (O.O.O.) is one word, and likelier one at the end if it has two
    (Kvant A.S.); else two letters are likelier the initials of a person, more those of a firm.
    """
    found = _DOTTED_LETTERS.search(text)
    if not found:
        return [text]
    joined = _DOTTED_LETTERS.sub(lambda dotted: _letters(dotted, "") + " ", text)
    letters = anyascii(_letters(found, "")).lower()
    is_form = _is_legal_form(letters)
    if is_form and len(letters) > 2:
        return [joined]
    # Parted by what is no space, so that no part is taken for a legal form (S.A. in U.S.A.).
    apart = _DOTTED_LETTERS.sub(lambda dotted: _letters(dotted, "_") + " ", text)
    is_one = len(letters) > 2 or (is_form and not text[found.end() :].strip())
    return [joined, apart] if is_one else [apart, joined]


def _is_legal_form(letters: str) -> bool:
    named = f"x {letters}"
    return letters in LEGAL_FORMS or _with_classes(named).replace("_", "") != named


def _letters(dotted: re.Match[str], between: str) -> str:
    return between.join(_LETTER.findall(dotted.group()))


_LETTER = re.compile(r"\w")
