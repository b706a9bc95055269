"""Names cut into words alike on both sides: the native name and its Latin spellings."""

from __future__ import annotations

import re

from enduse.names.abjad.letters import ARABIC, HEBREW, in_script, written_alike
from enduse.names.abjad.trade import LEGAL_FORMS, TRADE_WORDS

# Spelt with less than is said or with a letter that is not said, or in two ways.
_FULL_SPELLINGS = {
    written_alike(usual): full
    for usual, full in {
        "طه": "طاها", "اسحق": "اسحاق", "رحمن": "رحمان", "ابرهيم": "ابراهيم",
        "اسمعيل": "اسماعيل", "هرون": "هارون", "سليمن": "سليمان", "داود": "داوود", "يس": "ياسين",
        "ابن": "بن", "ابنة": "بنت", "ابي": "ابو", "ابا": "ابو",
        "عيسي": "عيسى", "موسي": "موسى", "يحيي": "يحيى", "مصطفي": "مصطفى", "مرتضي": "مرتضى",
        "مجتبي": "مجتبى", "هدي": "هدى", "ليلي": "ليلى", "سلمي": "سلمى", "مني": "منى",
        "يحيى": "يحيا",
    }.items()
}  # fmt: skip

_WORD = re.compile(f"[{ARABIC}{HEBREW}]+")
_INITIALS = re.compile(r"(?<!\w)(?:[ء-ي][. ]+){1,4}[ء-ي](?!\w)\.?")
_AND = re.compile("وال(?=.{4})")
_BEFORE_TRADE_WORD = re.compile("(و?)(?:ال|لل|بال|ل|ه|ו|ה)?(.+)")
_FIRST_NAMES = "محمد|علي|احمد|امير|غلام|حسين|حسن|سيد|حميد|مهدي|محمود|شير|نور|گل|شاه|عبد"
_SECOND_NAMES = (
    "رضا|علي|حسين|حسن|مهدي|محمد|عباس|تقي|نقي|كاظم|جواد|اكبر|اصغر|حيدر|باقر|صادق|هادي|قلي"
    "|محسن|رسول|احمد|محمود|خان|جان|آغا|اغا"
)
# Where a word is cut in two.
_SEAM = re.compile(
    "(?<=^عبد)(?=ال..|رب|رس)"
    "|(?<=..)(?=الله$|الدين$)"
    "|(?<=^ابو)(?=...)|(?<=^ابي)(?=ال..|بكر)"
    "|(?<=..)(?=(?:زاده|پور|نژاد|خواه|خيل)$)"
)
_PAIR = re.compile(f"({_FIRST_NAMES})({_SECOND_NAMES})(ي?)")

_LATIN_ARTICLES = frozenset(("al", "el", "ul"))
_LATIN_ASSIMILATED = re.compile(r"[aeu](sh|th|dh|ch|[dnrstz])")
_LATIN_WORDS = {
    "ibn": "bin", "ebn": "bin", "abou": "abu", "abo": "abu", "abi": "abu", "aboo": "abu",
    "ullah": "allah", "ollah": "allah", "alla": "allah", "ulla": "allah", "oullah": "allah",
    "eddin": "din", "eddine": "din", "uddin": "din", "addin": "din", "aldin": "din",
    "deen": "din", "eldin": "din", "eddeen": "din", "uddine": "din", "aldeen": "din",
    "eldeen": "din", "edin": "din",
}  # fmt: skip
_LATIN_ABD = re.compile(
    r"abd(?:(?:[aeu]|ou|oo)?[lrsnzdt]h?|o[ul])"
    r"|(abd(?:"
    r"(?:[aeiou]|ou|oo)?l(?!la|ov|in|ae|ah?[iy])"
    r"|(?:[aeiou]|ou)([rsnzdtj]|sh)(?=\2)"
    r"|(?:[aeu]|ou)(?=rah[im]|r[ao]su|sal[ao]m|s[ao]m[ao]d|razz?[ao]q|kar[ie]m|jal[ie]l|ja[bm])"
    r"))([a-z]{3,})"
)
_LATIN_ALLAH = re.compile(
    r"(\w{3,}?)(?:(?:[auo]|ou)llah)|(abd|\w{4,}?)(?:[ou]lla)|(abd)ala|(abd)alla"
)
_OF_FAITH_STEMS = (
    "n(?:u|ou|oo)r|badr|s(?:h|ch)?ams|[jg]amal|[jg][ae]lal|fa[kq]hr|za[yi]n|ze[iy]n|s[ei]ra[jg]"
    "|sa[iy]f|se[iy]f|h[ou]s+[ae]m|niz[ao]m|nasr|na[jg]m|sharaf|sh[ei]hab|b[ou]rhan|kh[ae][iy]r"
)
_LATIN_DIN = re.compile(
    rf"(?:(\w{{3,}}?)(?:[aeiou]|ou)?dd|(\w{{2,}}?)[aeu]ld|({_OF_FAITH_STEMS})[aeiou]d)"
    r"(?:ine?|een|yn)"
)
_LATIN_ABU = re.compile(
    r"ab(?:(?:u|ou|oo)(?=[^aeiouyl])|(?:u|o|ou)l(?=f|gh|q|has|hos|kh|ka|ma))(\w{4,})(?<!ov)(?<!ev)"
)
_LATIN_PERSIAN = re.compile(
    r"(m[ou]ham+[ae]d|ali|ahmad|amir|gh?[ou]lam|h[ou]s+[ae][iy]?n|hassan|hamid|mahd?i|mehdi|se?y+ed)"
    r"(re[zd]+a|ri[zd]a|ali|h[ou]s+[ae][iy]?n|hass?an|m[ae]h+di|m[ou]ham+[ae]d|abb?as|taghi|naghi"
    r"|kaz[ei]m|javad|akbar|asghar|heydar|baq[ei]r|bagh[ei]r|sade[gq]h?|gholi|mohsen|rasoul|khan|jan)"
)
_LATIN_SURNAME = re.compile(r"(\w{3,}?)(zadeh?|(?<![ae])zada|pour|ne[jz]h?ad|khah|khel)")


def prepared(text: str) -> str:
    """A name with its native words spelt one way and cut into words; those of the trade in English.

    The article stays, `likeness` and `keys` take it or leave it; ``عبد``, ``الله`` and ``الدين``
    stand alone, as do the parts of Persian double names. The rest of the text is untouched.

    Examples
    --------
    >>> prepared("عبدالرحمن بن محمد").split()
    ['عبد', 'الرحمن', 'بن', 'محمد']
    >>> prepared("شركة النور للتجارة ذ.م.م").split()
    ['company', 'النور', 'trading', 'llc']
    """
    if not in_script(text):
        return text
    text = _INITIALS.sub(_legal_form, written_alike(text))
    return _WORD.sub(lambda word: f" {_cut(word.group())} ", text)


def latin_prepared(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Latin tokens cut as `prepared` cuts native names; names of other languages stay as they are.

    Examples
    --------
    >>> latin_prepared(("abdurrahman", "al", "rashid")), latin_prepared(("abdul", "aziz"))
    (('abd', 'rahman', 'rashid'), ('abd', 'aziz'))
    >>> latin_prepared(("noureddine", "alexander", "el"))
    ('nour', 'din', 'alexander', 'el')
    """
    found: list[str] = []
    for n, token in enumerate(tokens):
        if len(token) <= 3:
            if not _is_article(tokens, n):
                found.append(_LATIN_WORDS.get(token, token))
        elif len(token) <= 5:
            found += ("abd",) if _LATIN_ABD.fullmatch(token) else (_LATIN_WORDS.get(token, token),)
        else:
            found += _latin_cut(token)
    return tuple(found)


def _legal_form(letters: re.Match[str]) -> str:
    joined = re.sub("[. ]", "", letters.group())
    return f" {LEGAL_FORMS[joined]} " if joined in LEGAL_FORMS else letters.group()


def _cut(word: str) -> str:
    if english := _english(word):
        return english
    if conjunction := _AND.match(word):
        return "and " + _cut(word[conjunction.start() + 1 :])
    if pair := _PAIR.fullmatch(word):
        return f"{pair[1]} {pair[2]}{pair[3]}"
    parts = _SEAM.sub(" ", word).split()
    return " ".join(_FULL_SPELLINGS.get(part, part) for part in parts)


def _english(word: str) -> str:
    if word in TRADE_WORDS:
        return TRADE_WORDS[word]
    inner = _BEFORE_TRADE_WORD.fullmatch(word)
    if inner and inner[2] in TRADE_WORDS and len(inner[2]) > 2:
        return ("and " if inner[1] else "") + TRADE_WORDS[inner[2]]
    return ""


def _is_article(tokens: tuple[str, ...], n: int) -> bool:
    if n == len(tokens) - 1:
        return False
    if tokens[n] in _LATIN_ARTICLES:
        return True
    assimilated = _LATIN_ASSIMILATED.fullmatch(tokens[n]) if n else None
    return assimilated is not None and tokens[n + 1].startswith(assimilated[1])


def _latin_cut(token: str) -> tuple[str, ...]:
    """The words in a glued Latin one, if it is one of the usual Arabic or Persian compounds."""
    if token in _LATIN_WORDS:
        return (_LATIN_WORDS[token],)
    if token[-3:] in ("lah", "lla", "ala") and (cut := _LATIN_ALLAH.fullmatch(token)):
        return (cut[cut.lastindex or 0], "allah")
    if token[:2] == "ab":
        if cut := _LATIN_ABD.fullmatch(token):
            return ("abd", cut[3]) if cut[3] else ("abd",)
        if cut := _LATIN_ABU.fullmatch(token):
            return ("abu", cut[1])
    if token[-3:] in ("din", "ine", "een", "dyn") and (cut := _LATIN_DIN.fullmatch(token)):
        return (cut[cut.lastindex or 0], "din")
    if cut := _LATIN_PERSIAN.fullmatch(token) or _LATIN_SURNAME.fullmatch(token):
        return (cut[1], cut[2])
    return (token,)
