"""Templates of letters: those that ship with Enduse, and an authority's own in its workspace."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from enduse.engine.files import whole_file
from enduse.errors import InputError

SHIPPED = Path(__file__).parent / "templates"

KINDS = ("request", "answer")

NAMES = frozenset({
    "attribution_basis", "case", "component", "confidence", "contact", "custody",
    "elsewhere", "handling", "made", "manufacturer", "manufacturer_country", "owner", "page",
    "pages", "part_number", "period_from", "period_to", "recovered_on", "recovered_place",
    "reply_by", "sales_in_all", "sales_shown", "sender", "source", "to", "weapon",
})  # fmt: skip
"""What may stand in braces in a text."""

SHOWN = {
    "request": ("asked", "known", "unknown"),
    "answer": ("searched", "not_searched", "sales", "customers", "assumptions"),
}
"""Tables and lists that a part may show."""

CONDITIONS = {"request": (), "answer": ("found", "no_record", "redacted")}
"""When a part may stand in the letter."""

_HINT = "Compare with the letter that ships: `enduse component templates` writes it out."


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a letter; what it lacks is empty."""

    heading: str
    text: str
    show: str
    when: str


@dataclass(frozen=True, slots=True)
class Template:
    """A letter in one language, not filled in yet."""

    title: str
    foot: str
    parts: tuple[Part, ...]
    words: Mapping[str, str]
    """The letter's own words for fields, reasons and column heads."""


def read_template(kind: str, language: str, own: Path | None = None) -> Template:
    """The template of a letter: the authority's own if there is one, else the shipped one.

    Parameters
    ----------
    kind
        ``request`` or ``answer``.
    language
        As a report takes it: ``en``, ``uk`` or ``zh_Hant``.
    own
        Folder of the authority's own templates.

    Raises
    ------
    InputError
        If the template cannot be used; the message names the file and what is wrong.
    """
    name = file_name(kind, language)
    words: dict[str, str] = _read(SHIPPED / name)["words"]
    path = own / name if own is not None and (own / name).is_file() else SHIPPED / name
    given = _read(path)
    fault = _fault(given, kind, words)
    if fault:
        raise InputError(f"{path}: {fault}.", hint=_HINT)
    return Template(
        given["title"],
        given["foot"],
        tuple(
            Part(*(part.get(field, "") for field in ("heading", "text", "show", "when")))
            for part in given["part"]
        ),
        {**words, **given.get("words", {})},
    )


def file_name(kind: str, language: str) -> str:
    """The file of a template.

    Examples
    --------
    >>> file_name("request", "zh_Hant")
    'request.zh-Hant.toml'
    """
    return f"{kind}.{language.replace('_', '-')}.toml"


def write_templates(folder: Path) -> tuple[list[Path], list[Path]]:
    """Copy the shipped templates to a folder, to be edited; what is there already stays.

    Returns
    -------
    tuple of list of Path
        Files that were written, and files that were there already.
    """
    written, kept = [], []
    for shipped in sorted(SHIPPED.glob("*.toml")):
        target = folder / shipped.name
        if target.exists():
            kept.append(target)
            continue
        with whole_file(target) as part:
            part.write_bytes(shipped.read_bytes())
        written.append(target)
    return written, kept


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text.", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is no TOML file: {error}.", hint=_HINT) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}.", hint="Check your rights.") from error


def _fault(given: Mapping[str, Any], kind: str, words: Mapping[str, str]) -> str:
    """What is wrong with a template; empty if nothing is."""
    for field in ("title", "foot"):
        if not isinstance(given.get(field), str):
            return f"'{field}' is missing or no text"
    unknown = sorted(given.keys() - {"title", "foot", "part", "words"})
    if unknown:
        return f"'{unknown[0]}' is nothing that a letter has"
    parts, own = given.get("part"), given.get("words", {})
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return "there is no [[part]]"
    if not isinstance(own, dict) or not all(isinstance(word, str) for word in own.values()):
        return "a word is no text"
    strange = sorted(own.keys() - words.keys())
    if strange:
        return f"'{strange[0]}' is no word that the letter uses"
    for word, text in own.items():
        # Most words stand in the letter as they are, braces and all.
        known = frozenset(_names_in(words[word]))
        if known and (fault := _fault_of_text(text, known)):
            return fault
    texts = [given["title"], given["foot"]]
    for place, part in enumerate(parts, 1):
        fault = _fault_of_part(part, kind)
        if fault:
            return f"part {place} {fault}"
        texts += [part.get("heading", ""), part.get("text", "")]
    return next((fault for text in texts if (fault := _fault_of_text(text, NAMES))), "")


def _fault_of_part(part: Mapping[str, Any], kind: str) -> str:
    choices = {"heading": None, "text": None, "show": SHOWN[kind], "when": CONDITIONS[kind]}
    for field, value in part.items():
        if field not in choices:
            return f"has '{field}', which no part has"
        if not isinstance(value, str):
            return f"has a '{field}' that is no text"
        known = choices[field]
        if known is not None and value not in known:
            return f"has '{field} = {value}'; known are {', '.join(known) or 'none'}"
    return ""


def _names_in(text: str) -> list[str]:
    """What stands in braces, with whatever beside a name would say how to write it."""
    return [
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    ]


def _fault_of_text(text: str, known: frozenset[str]) -> str:
    try:
        names = _names_in(text)
    except ValueError:
        return f"the braces in '{text.strip()[:40]}' do not match"
    unknown = next((name for name in names if name not in known), None)
    if unknown is None:
        return ""
    return f"{{{unknown}}} is no name that is filled in; known are {', '.join(sorted(known))}"
