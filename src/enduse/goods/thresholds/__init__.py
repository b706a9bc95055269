"""Threshold files: entries of a control list put as conditions on parameters, with a date."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from enduse.errors import PolicyError
from enduse.goods.conditions import Comparison, Condition, Joined, Relation, Value
from enduse.goods.units import DIMENSIONS, Unread, quantity

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_RELATIONS: tuple[Relation, ...] = ("above", "at_least", "below", "at_most", "is")
_JOINS: tuple[Literal["all", "any"], ...] = ("all", "any")
_LABELS = {"paragraph", "note"}
_CONDITION_KEYS = {"parameter", *_RELATIONS, *_JOINS, *_LABELS}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A property of goods that entries speak of."""

    name: str
    about: str
    dimension: str | None
    """A key of `enduse.goods.units.DIMENSIONS`; None: answered with yes or no."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What must be so for a paragraph to cover the goods."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What takes goods out of an entry again."""

    note: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class ParametricEntry:
    """An entry of a control list that is decided by parameters."""

    name: str
    covers: str
    """Which goods it speaks of at all."""
    hs_prefixes: tuple[str, ...]
    """HS codes that goods of this kind are declared under; empty: any."""
    paragraphs: tuple[Paragraph, ...]
    exclusions: tuple[Exclusion, ...]
    measured: tuple[str, ...]
    """Names of the parameters that its paragraphs compare, in order."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A threshold file."""

    list: str
    date: date
    source: str
    digest: str
    """SHA-256 of the file, hexadecimal."""
    parameters: Mapping[str, Parameter]
    entries: tuple[ParametricEntry, ...]

    @property
    def version(self) -> str:
        """'<date>/<digest12>', as a list snapshot is named."""
        return f"{self.date}/{self.digest[:12]}"


def read_thresholds(file: Path | Traversable) -> Thresholds:
    """Read a threshold file; docs/goods.md describes it.

    Raises
    ------
    PolicyError
        If the file says something that cannot be meant.
    """
    try:
        raw = file.read_bytes()
        data = tomllib.loads(raw.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(
            f"The threshold file {file.name} cannot be read: {error}.",
            hint="It is TOML in UTF-8; docs/goods.md shows one.",
        ) from error
    try:
        return _thresholds(data, sha256(raw).hexdigest())
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise PolicyError(
            f"The threshold file {file.name} cannot be meant so: {what}.",
            hint="docs/goods.md shows what each entry needs.",
        ) from error


@lru_cache(maxsize=1)
def shipped_thresholds() -> tuple[Thresholds, ...]:
    """The threshold files that come with Enduse.

    Examples
    --------
    >>> [(t.list, str(t.date)) for t in shipped_thresholds()]
    [('us-ccl', '2026-07-23')]
    """
    folder = package_files("enduse.goods.thresholds")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(read_thresholds(file) for file in found)


def for_day(files: Sequence[Thresholds], as_of: date) -> list[Thresholds]:
    """Of each list the newest file not after `as_of`, else its oldest.

    Raises
    ------
    PolicyError
        If two files are of the same list and date.
    """
    chosen: dict[str, Thresholds] = {}
    for candidate in sorted(files, key=lambda file: (file.list, file.date)):
        held = chosen.get(candidate.list)
        if held is not None and held.date == candidate.date:
            raise PolicyError(
                f"Two threshold files are of {held.list} and of {held.date}.",
                hint="Put their entries in one file, or give the newer one its own date.",
            )
        if held is None or candidate.date <= as_of:
            chosen[candidate.list] = candidate
    return list(chosen.values())


def _thresholds(data: dict[str, object], digest: str) -> Thresholds:
    stated = data["date"]
    if type(stated) is not date:
        raise ValueError(f"date is '{stated}', not a date such as 2026-07-23")
    parameters = {
        name: Parameter(name, str(spec["about"]), cast("str | None", spec.get("dimension")))
        for name, spec in cast("dict[str, dict[str, object]]", data["parameters"]).items()
    }
    for parameter in parameters.values():
        if parameter.dimension is not None and parameter.dimension not in DIMENSIONS:
            raise ValueError(
                f"parameter {parameter.name} has the dimension '{parameter.dimension}', "
                f"which is none of {', '.join(DIMENSIONS)}"
            )
    specs = cast("list[dict[str, object]]", data["entries"])
    entries = tuple(_entry(spec, parameters) for spec in specs)
    return Thresholds(str(data["list"]), stated, str(data["source"]), digest, parameters, entries)


def _entry(spec: dict[str, object], parameters: Mapping[str, Parameter]) -> ParametricEntry:
    name = str(spec["entry"])
    prefixes = spec.get("hs_prefixes", [])
    if not isinstance(prefixes, list):
        raise ValueError(f"hs_prefixes of {name} is '{prefixes}', not a list of codes")
    exclusions = cast("list[dict[str, object]]", spec.get("exclusions", []))
    paragraphs = tuple(
        Paragraph(str(part["paragraph"]), _condition(part, parameters))
        for part in cast("list[dict[str, object]]", spec["paragraphs"])
    )
    if not paragraphs:
        raise ValueError(f"{name} has no paragraphs")
    return ParametricEntry(
        name,
        str(spec["covers"]),
        tuple(prefixes),
        paragraphs,
        tuple(Exclusion(str(e["note"]), _condition(e, parameters)) for e in exclusions),
        tuple(dict.fromkeys(c.parameter for p in paragraphs for c in p.condition.comparisons())),
    )


def _condition(spec: Mapping[str, object], parameters: Mapping[str, Parameter]) -> Condition:
    unknown = set(spec) - _CONDITION_KEYS
    if unknown:
        raise ValueError(f"'{min(unknown)}' is no part of a condition")
    for how in _JOINS:
        if how in spec:
            parts = cast("list[dict[str, object]]", spec[how])
            if not parts or len(spec.keys() - _LABELS) > 1:
                raise ValueError(f"'{how}' holds one or more conditions and stands alone")
            return Joined(how, tuple(_condition(part, parameters) for part in parts))
    parameter = parameters[str(spec["parameter"])]
    found = tuple(
        Comparison(
            parameter.name,
            relation,
            _bound(spec[relation], parameter, relation),
            parameter.dimension == "temperature",
        )
        for relation in _RELATIONS
        if relation in spec
    )
    if not found:
        raise ValueError(f"{parameter.name} is compared with nothing")
    return found[0] if len(found) == 1 else Joined("all", found)


def _bound(written: object, parameter: Parameter, relation: Relation) -> Value:
    if (parameter.dimension is None) != (relation == "is"):
        raise ValueError(f"{parameter.name} cannot be compared by '{relation}'")
    if parameter.dimension is None:
        if not isinstance(written, bool):
            raise ValueError(f"{parameter.name} is answered with true or false")
        return written
    read = quantity(str(written), parameter.dimension)
    if isinstance(read, Unread):
        raise ValueError(f"the bound '{written}' of {parameter.name}: {read.reason}")
    return read
