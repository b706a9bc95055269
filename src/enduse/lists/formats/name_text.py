"""Names out of cells in which a list writes several, with asides and in several scripts."""

from __future__ import annotations

import re

_NOT_LATIN = re.compile(
    "[\u0370-\u1dff\u2e80-\ua71f\ua800-\ud7ff\uf900-\ufdff\ufe70-\uffdc\U00010000-\U0003ffff]"
)
_LANGUAGE = (
    r"(?:in )?(?:arabic|azerbaijani|belarus?sian|chinese|farsi|kazakh|korean|persian|rus?sian"
    r"|ukrainian)(?: (?:script|spelling))?"
)
_LABEL = re.compile(
    rf"^(?:{_LANGUAGE}|original script|other names?|stage name|married name|maiden name"
    r"|a\.?k\.?a\.?|also known as|now known as)\s*:\s*",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"^(?:f\.?k\.?a\.?|former(?:ly)?(?: name| known as)?|previously)[\s.:]+", re.IGNORECASE
)
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also known as|alternatively spelled)[\s:,]+", re.IGNORECASE)
_INNER_LABEL = re.compile(rf"\s+{_LANGUAGE}\s*:\s*|\s+(?:a\.?k\.?a\.?)[\s:]+", re.IGNORECASE)
_NUMBERED = re.compile(r"^\(?(?:[a-z]|aa|[ivx]{1,4})\)\s*")
_NEXT_NUMBER = re.compile(r"[,;]?\s+\(?\b[b-h]\)\s")
_BIOGRAPHY = re.compile(
    r"\b(?:date of birth|place of birth|dob|pob|born\s(?:on\s|in\s)?\d+|nationality"
    r"|(?:\w+ )?(?:passport|national identification|residency card|id number))\b",
    re.IGNORECASE,
)
_LISTED_BEFORE = re.compile(r"\b(?:former(?:ly)?|previously)\b[^()]*", re.IGNORECASE)
_ASIDE_WORDS = re.compile(
    r"\d{4}|\b(?:listed|nom de guerre|combat name|birth name|initials|call sign|third|identity"
    r"|when he|born)\b",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
_NOISE = {"text of image", "n/a", "none", "unknown"}
_ORDINAL = re.compile(r"[IVX]+")
_LEGAL_FORM = re.compile(
    r"^(?:co|company|corp|inc|jsc|llc|llp|limited|ltd|ojsc|ooo|pjsc|plc|s\.?a)\b\.?", re.IGNORECASE
)

_SHORT_FORM = re.compile(
    r"^(?:АО|ПАО|ОАО|ЗАО|ООО|ФГУП|ФГБУ|ФКП|AO|PAO|OAO|ZAO|OOO|FGUP|FSUE|[OP]?JSC|LLC) \S"
    r"|\S (?:АО|ООО|[OP]?JSC|LLC|Ltd|GmbH)\.?$"
)
"""A name in brackets behind the full one: (АО «Завод»), (Brightum LLC)."""


def names_in(
    text: str, name_type: str = "alias", *, by_commas: bool = True
) -> list[tuple[str, str]]:
    """Every name in a cell, with its type.

    Names are parted by semicolons, and by commas where each part is a name of several words.
    A name in another script beside or in brackets after a Latin one is a name of its own;
    numbering, labels of languages and biographical asides are left out.

    Parameters
    ----------
    name_type
        The type of the cell's names; one that is said to be an earlier name is 'former'.
    by_commas
        Whether commas may part names.

    Examples
    --------
    >>> names_in("Chinese:; Text of image; 利民公司; LIMIN CO., LTD; (b) Li Min (LM)")
    [('利民公司', 'alias'), ('LIMIN CO., LTD', 'alias'), ('Li Min (LM)', 'alias')]
    >>> names_in("Foo Bar (original script: Фу Бар); f.k.a.: Old Foo")
    [('Foo Bar', 'alias'), ('Фу Бар', 'alias'), ('Old Foo', 'former')]
    """
    found: dict[str, str] = {}
    for piece in parts(text):
        for name, kind in _names_of(piece, name_type, by_commas):
            name = _bare(name)
            if len(name) > 1 and name.lower() not in _NOISE and not _ORDINAL.fullmatch(name):
                found.setdefault(name, kind)
    return list(found.items())


def parts(text: str) -> list[str]:
    """The parts of a cell that semicolons divide, numbering taken away.

    Examples
    --------
    >>> parts("(a) Kabul (old; new), (b) Herat; Kandahar")
    ['Kabul (old; new)', 'Herat', 'Kandahar']
    """
    if not text:
        return []
    text = _NEXT_NUMBER.sub("; ", _unquoted(" ".join(text.split())))
    pieces: list[str] = []
    for piece in parted(text, ";"):
        inner = _unquoted(piece)
        pieces += [inner] if inner == piece else parted(inner, ";")
    return [p for piece in pieces if (p := _NUMBERED.sub("", piece))]


def _names_of(piece: str, name_type: str, by_commas: bool) -> list[tuple[str, str]]:
    in_script = re.search(rf"[.\s(]{_LANGUAGE}: *([^()]+)\)*$", piece, re.IGNORECASE)
    if former := _FORMER.match(piece):
        name_type, piece = "former", piece[former.end() :]
    piece = _LABEL.sub("", piece).removeprefix("and ")
    names = []
    if biography := _BIOGRAPHY.search(piece):
        if in_script and in_script.start() > biography.start():
            names.append((in_script[1], name_type))
        piece = piece[: biography.start()].rstrip(" .,;(")
    piece += ")" * (piece.count("(") - piece.count(")"))
    for part in _INNER_LABEL.split(piece):
        for one in _by_commas(part) if by_commas else [part]:
            names += _without_asides(one, name_type)
    return names


def _without_asides(name: str, name_type: str) -> list[tuple[str, str]]:
    """The name without brackets that are not part of it, and the names that were in them."""
    inside: list[tuple[str, str]] = []
    kept: list[str] = []

    def judge(match: re.Match[str]) -> str:
        nonlocal name_type
        aside = _LABEL.sub("", match[1].strip())
        former = _FORMER.match(aside)
        if former and not aside[former.end() :].startswith(("listed", "name")):
            inside.append((aside[former.end() :], "former"))
            return ""
        if variants := _ALSO.match(aside):
            inside.extend((n, name_type) for n in _varied(name, match, aside[variants.end() :]))
            return ""
        if is_foreign(aside) != is_foreign(_PARENTHESES.sub("", name)):
            inside.extend((n, name_type) for n in aside.split(";"))
            return ""
        if _LISTED_BEFORE.search(aside):
            name_type = "former"
            return ""
        if _ASIDE_WORDS.search(aside):
            return ""
        if _SHORT_FORM.search(aside):
            kept.append(aside)
        return match[0]

    rest = _PARENTHESES.sub(judge, name)
    forms = [_PARENTHESES.sub("", rest), *kept] if kept else _by_script(rest)
    return [(n, name_type) for n in forms] + inside


def _varied(name: str, bracket: re.Match[str], variants: str) -> list[str]:
    """'Wajih (a.k.a. Wajeeh) MAHMUD': the name with each variant in place of the word before."""
    head = _PARENTHESES.sub("", name[: bracket.start()])
    tail = _PARENTHESES.sub("", name[bracket.end() :])
    before, _, _ = head.rpartition(" ")
    words = (v.strip(" ‘’'") for v in re.split(r"[,;]|\bor\b", variants))
    return [w if " " in w else f"{before} {w}{tail}" for w in words if w]


def _by_script(name: str) -> list[str]:
    """A Latin name and the same in another script, written one after the other, as two."""
    words = name.split()
    foreign = [is_foreign(word) for word in words]
    turns = [i for i in range(1, len(words)) if foreign[i] != foreign[i - 1]]
    if len(turns) != 1:
        return [name]
    pieces = [" ".join(words[: turns[0]]), " ".join(words[turns[0] :])]
    return pieces if all(sum(map(str.isalpha, p)) > 3 for p in pieces) else [name]


def _by_commas(text: str) -> list[str]:
    pieces = [p.strip() for p in parted(text, ",")]
    if any(p[0].islower() or _LEGAL_FORM.match(p) for p in pieces):
        return [text]
    full = sum(" " in p for p in pieces)
    names = full == len(pieces) > 1 or (len(pieces) > 3 and full > len(pieces) / 2)
    return pieces if names else [text]


def parted(text: str, mark: str) -> list[str]:
    """The pieces of a text between marks that stand outside brackets and double quotes."""
    pieces, start, depth, quoted = [], 0, 0, False
    balanced = text.count("(") == text.count(")")
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif balanced and not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif character == mark and not quoted and depth <= 0:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return [p.strip() for p in pieces if p.strip()]


def _unquoted(text: str) -> str:
    """Without the quotes that wrap a whole cell of a table inside a cell."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', ""):
        text = text[1:-1].replace('""', '"')
    return text.strip()


def _bare(name: str) -> str:
    name = " ".join(name.split()).strip(" ,;")
    if name.count("(") < name.count(")"):
        name = name.rstrip(")").lstrip(") ")
    return name.strip()


def is_foreign(text: str) -> bool:
    """Whether most letters are of a script other than Latin."""
    foreign = len(_NOT_LATIN.findall(text))
    return foreign > sum(map(str.isalpha, text)) - foreign
