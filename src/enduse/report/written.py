"""Text that came from a file, made safe and honest to look at."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from unicodedata import name as character_name

from markupsafe import Markup, escape

from enduse.model.result import N_, Statement
from enduse.report.wording import Wording

MOST_CHARACTERS = 1_000
"""A longer value is cut in the report; the tables beside it have all of it."""

# What a reader cannot see, or what changes the order in which the rest is read: controls, format
# characters, fillers that look like nothing, and halves of surrogate pairs. Joiners are kept in the
# scripts that are written with them (from Hebrew on) and shown elsewhere.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\ud800-\udfff\U000e0000-\U000e0fff]|(?<![\u0590-\U0010ffff])[\u200c\u200d]"
)

COUNTRY_FIELDS = frozenset({"country", "countries", "destination", "embargoed", "origin", "route"})
DATE_FIELDS = frozenset(
    {"begin", "date", "first", "founded", "last", "since", "turning_point", "until"}
)
TERM_FIELDS = frozenset({"basis", "place", "relation", "role"})
"""Fields of statements that Enduse fills with its own codes, which are put into words."""


def written(text: object, most: int = MOST_CHARACTERS) -> Markup:
    """A text as it was written: escaped, isolated from its surroundings, nothing in it hidden.

    Examples
    --------
    >>> print(written("<script>"))
    <bdi>&lt;script&gt;</bdi>
    >>> print(written("a\\u202eb"))
    <bdi>a<span class="unseen" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>b</bdi>
    """
    value = str(text)
    cut = value[:most]
    shown = escape(cut) if not _UNSEEN.search(cut) else _with_unseen(cut)
    if len(value) > most:
        shown += Markup(' <span class="unseen">… +{}</span>').format(len(value) - most)
    return Markup("<bdi>{}</bdi>").format(shown)


def legible(text: object, most: int = MOST_CHARACTERS) -> str:
    """The same for a place that takes no markup, such as a drawing; not escaped yet.

    Examples
    --------
    >>> legible("a\\u202eb")
    'a[U+202E]b'
    """
    value = str(text)
    cut = value if len(value) <= most else f"{value[: most - 1]}…"
    return _UNSEEN.sub(lambda match: f"[U+{ord(match.group()):04X}]", cut)


def _with_unseen(text: str) -> Markup:
    shown = Markup()
    end = 0
    for match in _UNSEEN.finditer(text):
        character = match.group()
        shown += escape(text[end : match.start()]) + Markup(
            '<span class="unseen" title="{}">U+{}</span>'
        ).format(character_name(character, "control character"), f"{ord(character):04X}")
        end = match.end()
    return shown + escape(text[end:])


def sentence(statement: Statement, wording: Wording) -> Markup:
    """A statement in the reader's language, each value in it as written.

    Codes that Enduse itself fills in (a country, a day, a role) are put into words; everything
    else is the source's and stays as it is.
    """
    shown = Markup()
    for literal, field, _, _ in Formatter().parse(wording.text(statement.template)):
        shown += escape(literal)
        if field is not None:
            value = statement.values.get(field, "–")
            spoken = _spoken(field, value, wording)
            if spoken and not shown:
                spoken = spoken[:1].upper() + spoken[1:]
            shown += spoken or written(value)
    return shown


def _spoken(field: str, value: str, wording: Wording) -> Markup | None:
    for fields, speak in (
        (COUNTRY_FIELDS, countries),
        (DATE_FIELDS, _day),
        (TERM_FIELDS, _term),
    ):
        if field in fields:
            return speak(value, wording)
    return None


def countries(codes: str, wording: Wording) -> Markup | None:
    """Alpha-2 codes put into names, the code kept beside each; None if they are something else."""
    parts = re.split(r"(;\s*|,\s*| → )", codes)
    if not all(_is_country(part, wording) for part in parts[::2]):
        return None
    shown = Markup()
    for index, part in enumerate(parts):
        if index % 2:
            shown += escape(part if "→" in part else wording.text(N_(", ")))
        else:
            shown += Markup('{} <span class="iso">({})</span>').format(wording.country(part), part)
    return shown


def _is_country(code: str, wording: Wording) -> bool:
    return len(code) == 2 and code.isupper() and wording.country(code) != code


def _day(value: str, wording: Wording) -> Markup | None:
    try:
        return escape(wording.day(date.fromisoformat(value)))
    except ValueError:
        return None


def _term(value: str, wording: Wording) -> Markup | None:
    return escape(wording.term(value))
