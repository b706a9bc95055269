"""Names cut into words alike on both sides: the native name and its Latin spellings."""

from __future__ import annotations

import re

from enduse.names.abjad.letters import in_script, written_alike
from enduse.names.abjad.trade import TRADE_WORDS

_WORD = re.compile("[ء-ۿא-ת]+")
_ABD = re.compile("(عبد)(?=ال..|رب)")
_OF_GOD = re.compile("(?<=...)(?=الله$)")
_OF_FAITH = re.compile("(?<=..)(?=الدين$)")
_ABU = re.compile("(ابو|ابي)(?=ال..|بكر)")

# Spelt with less than is said, or with a letter that is not said.
_FULL_SPELLINGS = {
    "عمرو": "عمر",
    "طه": "طاها",
    "اسحق": "اسحاق",
    "رحمن": "رحمان",
    "الرحمن": "الرحمان",
    "ابرهيم": "ابراهيم",
    "اسمعيل": "اسماعيل",
    "هرون": "هارون",
    "سليمن": "سليمان",
    "ابن": "بن",
    "ابنة": "بنت",
    "ابي": "ابو",
    "ابا": "ابو",
    "عيسي": "عيسى",
    "موسي": "موسى",
    "يحيي": "يحيى",
    "مصطفي": "مصطفى",
    "مرتضي": "مرتضى",
    "مجتبي": "مجتبى",
    "هدي": "هدى",
    "ليلي": "ليلى",
}

_LATIN_ARTICLES = frozenset(("al", "el", "ul"))
_ASSIMILATED = re.compile(r"[aeu](sh|th|dh|ch|[dnrstz])$")
_LATIN_ABD = re.compile(
    r"abd(?:"
    r"(?:[aeiou]|ou|oo)?l(?=(?!la)[a-z]{4})"
    r"|(?:[aeiou]|ou)([rsnzdtj]|sh)(?=\1)"
    r"|(?:[aeu]|ou)(?=rah[im]|r[ao]su|sal[ao]m|s[ao]m[ao]d|razz?[ao]q|kar[ie]m|jal[ie]l|ja[bm])"
    r")"
)
_ABD_FORMS = re.compile(r"abd(?:[aeu]|ou|oo)?[lrsnzdt]?h?$|abdo[ul]$")
_LATIN_ALLAH = re.compile(r"(?<=...)(?:[auo]|ou)ll?ah$|(?<=....)ulla$|(?<=abd)[au]lla$")
_OF_FAITH_STEMS = (
    "n(?:u|ou|oo)r|badr|s(?:h|ch)?ams|[jg]amal|[jg][ae]lal|fa[kq]hr|za[yi]n|ze[iy]n|s[ei]ra[jg]"
    "|sa[iy]f|se[iy]f|h[ou]s+[ae]m|niz[ao]m|nasr|na[jg]m|sharaf|sh[ei]hab|b[ou]rhan|kha[iy]r|khe[iy]r"
)
_LATIN_DIN = re.compile(
    rf"(?:(\w{{3,}}?)(?:[aeiou]|ou)?dd|(\w{{2,}}?)[aeu]ld|({_OF_FAITH_STEMS})[aeiou]d)"
    r"(?:ine?|een|yn)"
)
_LATIN_ABU = re.compile(r"abo?u(?=bak|bac|bek)")
_LATIN_WORDS = {
    "ibn": "bin", "ebn": "bin", "abou": "abu", "abo": "abu", "abi": "abu", "aboo": "abu",
    "ullah": "allah", "ollah": "allah", "alla": "allah", "ulla": "allah", "oullah": "allah",
    "eddin": "din", "eddine": "din", "uddin": "din", "addin": "din", "aldin": "din",
    "deen": "din", "eldin": "din", "eddeen": "din", "uddine": "din", "aldeen": "din",
    "eldeen": "din", "adin": "din", "edin": "din",
}  # fmt: skip


def prepared(text: str) -> str:
    """A name with its native words spelt one way, cut into words, and the trade translated."""
    if not in_script(text):
        return text
    return _WORD.sub(lambda word: f" {_cut(word.group())} ", written_alike(text))


def _cut(word: str) -> str:
    if word in TRADE_WORDS:
        return TRADE_WORDS[word]
    word = _ABD.sub(r"\1 ", word)
    word = _OF_FAITH.sub(" ", _OF_GOD.sub(" ", word))
    word = _ABU.sub(r"ابو ", word)
    return " ".join(_FULL_SPELLINGS.get(part, part) for part in word.split())


def latin_prepared(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Latin tokens cut as `prepared` cuts native names; names of other languages stay as they are."""
    found: list[str] = []
    last = len(tokens) - 1
    for n, token in enumerate(tokens):
        if len(token) <= 3:
            if n < last and (
                token in _LATIN_ARTICLES
                or (
                    n
                    and (assimilated := _ASSIMILATED.match(token))
                    and tokens[n + 1].startswith(assimilated.group(1))
                )
            ):
                continue
        elif token[:3] == "abd":
            if _ABD_FORMS.match(token):
                token = "abd"
            elif cut := _LATIN_ABD.match(token):
                found.append("abd")
                token = token[cut.end() :]
        elif token[:2] == "ab" and (cut := _LATIN_ABU.match(token)):
            found.append("abu")
            token = token[cut.end() :]
        token = _LATIN_WORDS.get(token, token)
        if len(token) > 5:
            ending = token[-3:]
            if ending in ("lah", "lla"):
                if cut := _LATIN_ALLAH.search(token):
                    found.append(token[: cut.start()])
                    token = "allah"
            elif ending in ("din", "ine", "een", "dyn") and (cut := _LATIN_DIN.fullmatch(token)):
                found.append(cut[cut.lastindex or 0])
                token = "din"
        found.append(token)
    return tuple(found)
