"""How names come to be written otherwise: by hand, by machine, by another clerk."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NEIGHBOURS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        [
            "wa",
            "qes",
            "wrd",
            "etf",
            "ryg",
            "tuh",
            "yij",
            "uok",
            "ipl",
            "o",
            "qsz",
            "awdx",
            "sefc",
            "drgv",
            "fthb",
            "gyjn",
            "hukm",
            "jil",
            "ko",
            "asx",
            "zdc",
            "xfv",
            "cgb",
            "vhn",
            "bjm",
            "nk",
        ],
        strict=True,
    )
)
_MISREAD = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("o", "0"), ("l", "1"), ("i", "l"),
    ("l", "i"), ("s", "5"), ("b", "8"), ("e", "c"), ("c", "e"), ("vv", "w"), ("w", "vv"),
    ("g", "q"), ("h", "b"), ("n", "ri"), ("u", "ii"), ("a", "o"), ("t", "f"), ("z", "2"),
)  # fmt: skip
_ROMANISED = (
    ("kh", "h"), ("h", "kh"), ("q", "k"), ("k", "q"), ("dh", "z"), ("z", "dh"), ("ou", "u"),
    ("u", "ou"), ("oo", "u"), ("ee", "i"), ("i", "ee"), ("e", "i"), ("i", "e"), ("o", "u"),
    ("u", "o"), ("y", "i"), ("i", "y"), ("ya", "ia"), ("ia", "iya"), ("yu", "iu"), ("zh", "j"),
    ("j", "zh"), ("ts", "tz"), ("ch", "tch"), ("sh", "sch"), ("shch", "sch"), ("w", "v"),
    ("v", "w"), ("ks", "x"), ("x", "ks"), ("c", "k"), ("k", "c"), ("ph", "f"), ("f", "ph"),
    ("ss", "s"), ("mm", "m"), ("dd", "d"), ("ll", "l"), ("ey", "ei"), ("ei", "ey"), ("aa", "a"),
    ("gh", "g"), ("g", "gh"), ("th", "t"), ("dj", "j"), ("j", "dj"), ("al-", "el-"), ("al ", "el "),
    ("ul", "al"), ("abd al", "abdul"), ("abdul ", "abd al-"), ("mohammed", "mohamad"),
    ("muhammad", "mohamed"), ("mohammad", "muhammed"),
)  # fmt: skip
_ACCENTS = {
    "a": "áàâäãå", "e": "éèêë", "i": "íìîï", "o": "óòôöõø", "u": "úùûü", "c": "çćč", "n": "ñń",
    "s": "šśş", "z": "žźż", "y": "ýÿ", "g": "ğ", "l": "ł", "r": "ř", "d": "đ", "t": "ť",
}  # fmt: skip
_LOOKALIKES = str.maketrans("AaBCcEeHiIjJKMOoPpSsTXxy", "АаВСсЕеНіІјЈКМОоРрЅѕТХху")
_FORMS = (
    ("llc", "limited liability company", "l.l.c.", "ooo"),
    ("ltd", "limited", "ltd.", "co., ltd.", "company limited", "co ltd"),
    ("jsc", "joint stock company", "j.s.c.", "ao"),
    ("ojsc", "open joint stock company", "oao"),
    ("pjsc", "public joint stock company", "pao"),
    ("inc", "incorporated", "inc."),
    ("corp", "corporation", "corp."),
    ("co", "company", "co."),
    ("gmbh", "g.m.b.h.", "gesellschaft mit beschränkter haftung"),
    ("fze", "f.z.e.", "free zone establishment"),
    ("sarl", "s.a.r.l."),
    ("pte ltd", "private limited", "pvt ltd", "pvt. ltd."),
)
_FORM = re.compile(
    r"(?i)(?<!\w)("
    + "|".join(
        re.escape(form)
        for form in sorted({f for forms in _FORMS for f in forms}, key=len, reverse=True)
    )
    + r")(?!\w)\.?"
)
_WORDS = {
    "international": "intl", "company": "co", "engineering": "eng", "technology": "tech",
    "technologies": "tech", "trading": "trdg", "industries": "ind", "manufacturing": "mfg",
    "electronics": "elec", "shipping": "shpg", "services": "svcs", "organization": "org",
    "department": "dept", "general": "gen", "national": "natl", "development": "dev",
    "university": "univ", "institute": "inst", "management": "mgmt", "transport": "transp",
}  # fmt: skip


def keyboard(name: str, chance: random.Random) -> str | None:
    """One slip of the fingers: a letter left out, doubled, swapped or its neighbour."""
    places = [n for n, letter in enumerate(name) if letter.lower() in _NEIGHBOURS]
    if len(places) < 6:
        return None
    at = chance.choice(places)
    letter = name[at]
    slip = chance.randrange(4)
    if slip == 0:
        return name[:at] + name[at + 1 :]
    if slip == 1:
        return name[:at] + letter + name[at:]
    if slip == 2 and at + 1 < len(name) and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + letter + name[at + 2 :]
    other = chance.choice(_NEIGHBOURS[letter.lower()])
    return name[:at] + (other.upper() if letter.isupper() else other) + name[at + 1 :]


def misread(name: str, chance: random.Random) -> str | None:
    """One letter or pair read by a machine as what it looks like."""
    return _replaced(name.lower(), _MISREAD, chance) if len(name) > 6 else None


def romanised(name: str, chance: random.Random) -> str | None:
    """One to three sounds spelt in another romanisation."""
    text: str | None = name.lower()
    for _ in range(chance.choice((1, 2, 2, 3))):
        text = _replaced(text, _ROMANISED, chance) if text else None
    return text


def dropped(name: str, chance: random.Random) -> str | None:
    """One of at least three words left out, two of some length kept."""
    words = name.split()
    at = chance.randrange(len(words))
    rest = words[:at] + words[at + 1 :]
    return " ".join(rest) if sum(len(word) > 3 for word in rest) >= 2 else None


def reordered(name: str, chance: random.Random) -> str | None:
    """The words in another order, as where the family name comes first."""
    words = name.replace(",", "").split()
    if len(words) < 2:
        return None
    at = chance.randrange(1, len(words))
    return " ".join(words[at:] + words[:at])


def legal_form(name: str, chance: random.Random) -> str | None:
    """The legal form written out, shortened, in another tongue, or left out."""
    found = _FORM.search(name)
    if found is None:
        return None
    forms = next(forms for forms in _FORMS if found.group(1).lower() in forms)
    other = chance.choice([form for form in (*forms, "") if form != found.group(1).lower()])
    text = name[: found.start()] + other + name[found.end() :]
    return text.strip(" ,.") if len(text) > 6 else None


def abbreviated(name: str, chance: random.Random) -> str | None:
    """Words of the trade shortened."""
    text = re.sub(r"\w+", lambda w: _WORDS.get(w.group().lower(), w.group()), name)
    return text if text != name else None


def initials(name: str, chance: random.Random) -> str | None:
    """The first word of three or more, or the first two of four or more, as an initial."""
    words = name.replace(",", "").split()
    count = chance.choice((1, 2)) if len(words) > 3 else 1
    if len(words) < 3 or not all(word[0].isalpha() for word in words):
        return None
    if sum(len(word) > 3 for word in words[count:]) < 2:
        return None
    return " ".join([word[0] + "." for word in words[:count]] + words[count:])


def joined(name: str, chance: random.Random) -> str | None:
    """Two words written as one."""
    gaps = [n for n, letter in enumerate(name) if letter in " -"]
    if not gaps or len(name) < 8:
        return None
    at = chance.choice(gaps)
    return name[:at] + name[at + 1 :]


def parted(name: str, chance: random.Random) -> str | None:
    """A word of seven letters or more written as two."""
    words = name.split()
    long = [n for n, word in enumerate(words) if len(word) >= 7 and word.isalpha()]
    if not long:
        return None
    at = chance.choice(long)
    cut = chance.randrange(3, len(words[at]) - 2)
    words[at] = words[at][:cut] + chance.choice((" ", "-")) + words[at][cut:]
    return " ".join(words)


def accented(name: str, chance: random.Random) -> str | None:
    """A third of the letters with accents."""
    text = "".join(
        chance.choice(_ACCENTS[letter]) if letter in _ACCENTS and chance.random() < 0.33 else letter
        for letter in name.lower()
    )
    return text if text != name.lower() else None


def lookalike(name: str, chance: random.Random) -> str | None:
    """Letters of a word replaced by Cyrillic ones of the same look."""
    words = name.split()
    text = words[at := chance.randrange(len(words))]
    share = chance.choice((0.4, 1.0))
    words[at] = "".join(c.translate(_LOOKALIKES) if chance.random() < share else c for c in text)
    return " ".join(words) if words[at] != text else None


def _twice(alter: Callable[[str, random.Random], str | None]) -> Alteration:
    def altered(name: str, chance: random.Random) -> str | None:
        once = alter(name, chance)
        return alter(once, chance) if once else None

    return altered


def _replaced(text: str, pairs: tuple[tuple[str, str], ...], chance: random.Random) -> str | None:
    old, new = chance.choice([pair for pair in pairs if pair[0] in text] or [("", "")])
    if not old:
        return None
    at = chance.choice([found.start() for found in re.finditer(re.escape(old), text)])
    return text[:at] + new + text[at + len(old) :]


Alteration = Callable[[str, random.Random], str | None]
"""A name and a source of chance to the name as written otherwise; None: it does not apply."""

ALTERATIONS: dict[str, Alteration] = {
    "typing, one error": keyboard,
    "typing, two errors": _twice(keyboard),
    "misread, one letter": misread,
    "misread, two letters": _twice(misread),
    "romanised otherwise": romanised,
    "word dropped": dropped,
    "words reordered": reordered,
    "legal form": legal_form,
    "abbreviated": abbreviated,
    "initials": initials,
    "words joined": joined,
    "word parted": parted,
    "accents": accented,
    "lookalike letters": lookalike,
}
"""By what is done to the name."""
