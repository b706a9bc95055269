"""The catalogue of makers: their names, marks, ordering codes and date codes.

The files are TOML, several makers in each; those that ship lie in ``makers/`` beside this module,
a workspace adds its own in ``makers/`` and a user names one with ``--makers``. A file that names a
maker which is there already adds to it: its parts come first, its other fields replace.

A maker::

    [[maker]]
    id = "maxim"                        # stable and short
    name = "Maxim Integrated"           # the brand
    country = "US"                      # of the brand's headquarters, alpha-2
    owner = "analog-devices"            # id of the present owner; left out: itself
    owned_since = "2021-08-26"          # date or year; may be left out
    also = ["Maxim", "Dallas Semiconductor"]   # its names in a text, any script: strong evidence
    marks = ["MAX"]                     # logos and initials on a package: weak evidence
    dates = ["YYWW"]                    # schemes of its date codes, most usual first
    assembly = { PHI = "PH" }           # marks of its plants; usual ones (CHN, MYS) are known
    source = "where the facts are public"
      [[maker.part]]
      pattern = 'MAX\\d{3,5}[A-Z]{3,6}\\+?T?'   # the full ordering code
      family = 'MAX\\d{3,5}'            # matched where the code begins
      kind = "interface, supervisory"
      examples = ["MAX3232ESE+"]
      named = false                     # true: counts only where the text names the maker

A part that several makers make is a ``[[shared]]`` with ``makers = [ids]`` in place of a maker.

A pattern is a regular expression of literals, classes, ``\\d``, groups, alternatives and
quantifiers, in upper case, with hyphens, spaces and slashes where the maker writes them: the reader
finds it without them, and with others, too. It covers the whole code; write what is often left out
on packages as optional. A name that is also a common word ("Linear") belongs in `also` with its
second word and in `marks` without. Capital letters of a scheme in `dates` stand for: ``YY`` and ``Y``
year, ``WW`` week, ``MM`` month in digits, ``M`` month as 1-9 and A-C (or O, N, D), ``DD`` day,
``A`` a letter, ``N`` a digit, ``X`` either, a space a gap between two words; so Microchip's is
``YYWWXXX``. Other schemes have names of their own in `enduse.components.date_codes`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from enduse.components.date_codes import known
from enduse.components.grammar import GrammarError, parse
from enduse.errors import InputError

_SHIPPED = Path(__file__).parent / "makers"


@dataclass(frozen=True, slots=True)
class Part:
    """Ordering codes that one pattern covers."""

    pattern: str
    """Regular expression of the full ordering code."""
    family: str
    """Regular expression of the family, matched where the code begins."""
    kind: str
    """What it is, in free words."""
    examples: tuple[str, ...]
    makers: tuple[str, ...]
    """Ids of those who make it; more than one for a part that is second-sourced."""
    named: bool
    """Counts only where the text names the maker: the code alone could be anything."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A brand, and who owns it now."""

    id: str
    name: str
    country: str
    """Alpha-2 of the brand's headquarters."""
    owner: str
    """Id of the present owner; its own where nobody owns it."""
    owned_since: str
    """Date or year; empty: not known, or not owned."""
    also: tuple[str, ...]
    """Names and spellings of it in texts, in any script."""
    marks: tuple[str, ...]
    """Logos and initials printed on packages: weak evidence."""
    dates: tuple[str, ...]
    """Schemes of its date codes, most usual first."""
    assembly: Mapping[str, str]
    """Marks of its plants, to alpha-2."""
    source: str
    """Where the facts are public."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Makers by id, and the parts that several of them make."""

    makers: Mapping[str, Maker]
    shared: tuple[Part, ...]

    def parts(self) -> Iterable[Part]:
        """Every pattern, those of single makers first."""
        for maker in self.makers.values():
            yield from maker.parts
        yield from self.shared

    def owner(self, maker: Maker) -> Maker:
        """The present owner of a brand, at the end of the chain of owners."""
        seen = {maker.id}
        while maker.owner not in seen:
            maker = self.makers[maker.owner]
            seen.add(maker.id)
        return maker


@cache
def load_catalogue(*files: Path) -> Catalogue:
    """The catalogue that ships with Enduse, with `files` added to it in their order.

    Raises
    ------
    InputError
        If a file is no TOML or says something that cannot be meant.

    Examples
    --------
    >>> held = load_catalogue()
    >>> held.owner(held.makers["maxim"]).name
    'Analog Devices'
    """
    makers: dict[str, Maker] = {}
    shared: list[Part] = []
    for path in (*sorted(_SHIPPED.glob("*.toml")), *files):
        written = _read(path)
        for table in _tables(written, "maker", path):
            maker = _maker(table, path)
            if path in files:
                _check(maker, path)
            held = makers.get(maker.id)
            makers[maker.id] = _joined(held, maker, table) if held else maker
        shared += [_part(table, path, None) for table in _tables(written, "shared", path)]
    _check_owners(makers, shared)
    return Catalogue(makers, tuple(shared))


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            written = tomllib.load(file)
    except FileNotFoundError as error:
        raise InputError(f"{path} is not there.", hint="Name a TOML file of makers.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as TOML: {error}.", hint="Correct that place."
        ) from error
    if unknown := set(written) - {"maker", "shared"}:
        raise InputError(
            f"{path} has '{min(unknown)}', which no catalogue knows.",
            hint="Makers stand in [[maker]], parts of several makers in [[shared]].",
        )
    return written


def _tables(written: dict[str, Any], name: str, path: Path) -> list[dict[str, Any]]:
    tables = written.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{path}: '{name}' is no list of tables.", hint=f"Write [[{name}]].")
    return tables


_TEXTS = {"also", "marks", "dates", "examples", "makers"}
_MAKER = {"id", "name", "country", "owner", "owned_since", "also", "marks", "dates"} | {
    "assembly",
    "source",
    "part",
}
_PART = {"pattern", "family", "kind", "examples", "named"}


def _checked(
    table: dict[str, Any], known: set[str], required: Iterable[str], path: Path, about: str
) -> None:
    for name in required:
        if not table.get(name):
            raise InputError(f"{path}: {about} has no '{name}'.", hint=f"Write {name} = ….")
    for name, value in table.items():
        if name not in known:
            raise InputError(
                f"{path}: {about} has '{name}', which no catalogue knows.",
                hint=f"Known are {', '.join(sorted(known))}.",
            )
        if name in _TEXTS:
            fits = isinstance(value, list) and all(isinstance(text, str) for text in value)
        elif name == "assembly":
            fits = isinstance(value, dict) and all(isinstance(at, str) for at in value.values())
        elif name == "part":
            fits = isinstance(value, list) and all(isinstance(at, dict) for at in value)
        elif name == "named":
            fits = isinstance(value, bool)
        else:
            fits = isinstance(value, str) or (name == "owned_since" and value is not None)
        if not fits:
            raise InputError(
                f"{path}: '{name}' of {about} is {value!r}.", hint="Write it as the others are."
            )


def _maker(table: dict[str, Any], path: Path) -> Maker:
    about = f"the maker '{table.get('id', '')}'"
    _checked(table, _MAKER, ("id", "name", "country"), path, about)
    return Maker(
        id=table["id"],
        name=table["name"],
        country=table["country"],
        owner=table.get("owner", table["id"]),
        owned_since=str(table.get("owned_since", "")),
        also=tuple(table.get("also", ())),
        marks=tuple(table.get("marks", ())),
        dates=tuple(table.get("dates", ())),
        assembly=dict(table.get("assembly", {})),
        source=table.get("source", ""),
        parts=tuple(_part(part, path, table["id"]) for part in table.get("part", ())),
    )


def _check(maker: Maker, path: Path) -> None:
    """What only a user's file can have wrong: tests see to those that ship."""
    for scheme in maker.dates:
        if not known(scheme):
            raise InputError(
                f"{path}: the maker '{maker.id}' has a date code '{scheme}', which nobody can read.",
                hint="Write it with one Y, YY or YYYY and WW, MM, M, DD, A, N, X.",
            )
    for part in maker.parts:
        for text in filter(None, (part.pattern, part.family)):
            try:
                re.compile(text)
                parse(text)
            except (re.error, GrammarError) as error:
                raise InputError(
                    f"{path}: '{text}' of '{maker.id}' is no ordering code: {error}.",
                    hint="Write it with literals, classes, groups, alternatives and quantifiers.",
                ) from error


def _part(table: dict[str, Any], path: Path, maker: str | None) -> Part:
    about = f"the part '{table.get('pattern', '')}'"
    shared = set() if maker else {"makers"}
    _checked(table, _PART | shared, {"pattern"} | shared, path, about)
    family = table.get("family", "")
    return Part(
        pattern=table["pattern"],
        family=family,
        kind=table.get("kind", ""),
        examples=tuple(table.get("examples", ())),
        makers=(maker,) if maker else tuple(table["makers"]),
        named=table.get("named", False),
    )


def _joined(held: Maker, added: Maker, table: dict[str, Any]) -> Maker:
    """A maker with what a later file adds to it."""
    given = {name: getattr(added, name) for name in table if name not in ("part", "also", "marks")}
    return replace(
        held,
        **given,
        also=(*added.also, *held.also),
        marks=(*added.marks, *held.marks),
        parts=(*added.parts, *held.parts),
    )


def _check_owners(makers: dict[str, Maker], shared: list[Part]) -> None:
    named = [(maker.owner, f"the maker '{maker.id}'") for maker in makers.values()]
    named += [(id, f"the shared part '{part.pattern}'") for part in shared for id in part.makers]
    for id, where in named:
        if id not in makers:
            raise InputError(
                f"The catalogue names '{id}' in {where}, and no maker has that id.",
                hint=f'Write a [[maker]] with id = "{id}".',
            )
