"""A name as written, brought to the Latin tokens by which names are compared."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii
from rigour.names import replace_org_types_compare

from enduse.names.words import HAN_WORDS, LEGAL_FORMS, SAME_WORD

MAX_CHARACTERS = 400
MAX_TOKENS = 32
"""Beyond these a name says nothing more, and the work for one name stays bounded."""

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
_DOTTED_LETTERS = re.compile(r"(?<!\w)(?:\w\.\s?){2,}\w(?!\w)\.?")
# Two-letter words that are legal forms in one country and names or particles in many.
_NOT_LEGAL = re.compile(
    r"\b(?:yu|se|na|is|im|ii|ca|ay|en|ik|ek|ku|gu|ep|at|rf|sp|kb|sd|sc|yk|pp|j)\b|\b(?:as|sa|ag|ab)\b(?=\W*\w)"
)
_HAN_LEGAL = re.compile(
    r"股份有限公司|有限責任公司|有限责任公司|有限公司|股份公司|株式会社|有限会社|合同会社|주식회사|유한회사|\(주\)|公司"
)
_OOO = re.compile(r"\bob(?:sh?ch|sch)est\w+ s ogr?anich\w+ otvetst\w+")
_HAN_WORD = re.compile("|".join(sorted(HAN_WORDS, key=len, reverse=True)))
_HAN = re.compile(r"([㐀-䶿一-鿿豈-﫿])")
_ARABIC_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{3})")
_TOKEN = re.compile(r"[a-z0-9]+")


def forms(name: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a name may be read, each a sequence of tokens, the plainest first.

    Examples
    --------
    >>> forms("Ostec LLC"), forms("!")
    ((('ostec', 'llc'),), ())
    """
    found = _read(name)
    return (found,) if found else ()


def tokens(name: str) -> tuple[str, ...]:
    """The distinct Latin tokens of a name, in the order written: the first of its `forms`.

    Letters of other scripts are romanised; case, accents, apostrophes, invisible characters and
    punctuation go; a legal form in any language becomes a class of its own (``llc``, ``jsc`` …);
    Chinese words of the trade are translated, and other characters become one syllable each;
    letters of one script that stand in for those of another are read as what they look like.
    Numbers stay. At most 400 characters and 32 tokens of a name are read.

    Returns
    -------
    tuple of str
        Empty if the name holds no letter and no digit.

    Examples
    --------
    >>> tokens('O.O.O. "Ostec"'), tokens("Остек ООО"), tokens("LLC Ostec")
    (('llc', 'ostec'), ('ostek', 'llc'), ('llc', 'ostec'))
    >>> tokens("11420 CORP."), tokens("深圳华为有限公司"), tokens("\\u200f !")
    (('11420', 'corp'), ('shen', 'zhen', 'hua', 'wei', 'llc'), ())
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


def _read(name: str) -> tuple[str, ...]:
    text = name[:MAX_CHARACTERS]
    if not text.isascii():
        text = _one_script(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    text = _APOSTROPHES.sub("", text.casefold())
    text = _DOTTED_LETTERS.sub(_join_letters, text)
    text = _legal_forms_to_classes(text)
    if not text.isascii():
        text = _HAN_LEGAL.sub(" llc ", text)
        text = _HAN_WORD.sub(lambda word: f" {HAN_WORDS[word.group()]} ", text)
        text = _HAN.sub(r" \1 ", text)
        text = anyascii(_ARABIC_ARTICLE.sub("al ", text)).casefold()
        text = _legal_forms_to_classes(_APOSTROPHES.sub("", text))
    found = _TOKEN.findall(text.replace("&", " and "))
    return tuple(dict.fromkeys(SAME_WORD.get(token, token) for token in found))[:MAX_TOKENS]


def _one_script(text: str) -> str:
    return _WORD.sub(_read_as_seen, text) if _MIXED_PAIR.search(text) else text


def _read_as_seen(match: re.Match[str]) -> str:
    word = match.group()
    if not _MIXED_PAIR.search(word):
        return word
    latin, cyrillic = word.translate(_TO_LATIN), word.translate(_TO_CYRILLIC)
    return cyrillic if re.search("[Ͱ-ԯ]", latin) and not re.search("[A-Za-z]", cyrillic) else latin


def _legal_forms_to_classes(text: str) -> str:
    text = replace_org_types_compare(_NOT_LEGAL.sub(r"\g<0>_", text), generic=True)
    return _OOO.sub("llc", text) if "otvetst" in text else text


def _join_letters(letters: re.Match[str]) -> str:
    return re.sub(r"[.\s]", "", letters.group()) + " "
