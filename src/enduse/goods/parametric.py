"""Parameters of goods against the thresholds of control entries, with the margin to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from enduse.errors import InputError, PolicyError
from enduse.goods.conditions import Comparison, Condition, Value
from enduse.goods.thresholds import (
    Paragraph,
    Parameter,
    ParametricEntry,
    Thresholds,
    shipped_thresholds,
)
from enduse.goods.units import DIMENSIONS, Unread, quantity

PREFIX = "param."
_ANSWERS = dict.fromkeys(("yes", "true", "y", "1"), True) | dict.fromkeys(
    ("no", "false", "n", "0"), False
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the parameters say of one entry or paragraph."""

    entry: str
    status: str
    """candidate, excluded or insufficient_data."""
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The parameters of some goods: what could be read, and what could not."""

    values: Mapping[str, Value]
    unread: Mapping[str, str]
    """Parameter to the value as written and why it was not taken."""

    def speaks_of(self, entry: ParametricEntry) -> bool:
        """Whether it gives anything that the entry compares."""
        return any(name in self.values or name in self.unread for name in entry.measured)


def parameter_columns(
    columns: Sequence[str], thresholds: Sequence[Thresholds]
) -> dict[str, tuple[Parameter, str]]:
    """Column of a goods table to the parameter it gives and the unit that its name carries.

    A column that no threshold file speaks of is left out.

    Raises
    ------
    InputError
        If two columns give the same parameter.
    PolicyError
        If two threshold files mean different things by one parameter.

    Examples
    --------
    >>> found = parameter_columns(["param.sample_rate_msps", "param.colour"], shipped_thresholds())
    >>> [(column, p.name, unit) for column, (p, unit) in found.items()]
    [('param.sample_rate_msps', 'sample_rate', 'MSPS')]
    """
    accepted: dict[str, tuple[Parameter, str]] = {}
    for parameter in (p for file in thresholds for p in file.parameters.values()):
        if accepted.get(parameter.name, (parameter, ""))[0].dimension != parameter.dimension:
            raise PolicyError(
                f"Threshold files give the parameter {parameter.name} different dimensions.",
                hint="Rename it in one of them: a column means the same to every list.",
            )
        accepted[parameter.name] = (parameter, "")
        if parameter.dimension is not None:
            for suffix, unit in DIMENSIONS[parameter.dimension].suffixes.items():
                accepted[f"{parameter.name}_{suffix}"] = (parameter, unit)
    found: dict[str, tuple[Parameter, str]] = {}
    given: dict[str, str] = {}
    for column in columns:
        name = column.lower().removeprefix(PREFIX).strip().replace(" ", "_").replace("-", "_")
        if not column.lower().startswith(PREFIX) or name not in accepted:
            continue
        parameter = accepted[name][0]
        if parameter.name in given:
            raise InputError(
                f"The columns {given[parameter.name]} and {column} give the same parameter.",
                hint="Keep one of them, with its unit in the values or in the column's name.",
            )
        given[parameter.name] = column
        found[column] = accepted[name]
    return found


def unknown_parameters(
    columns: Sequence[str], thresholds: Sequence[Thresholds] | None = None
) -> list[str]:
    """Columns ``param.<name>`` that no threshold file speaks of, perhaps misspelt.

    Parameters
    ----------
    thresholds
        None: the files that come with Enduse.

    Examples
    --------
    >>> unknown_parameters(["goods_id", "param.resolution", "param.sampel_rate"])
    ['param.sampel_rate']
    """
    known = parameter_columns(columns, shipped_thresholds() if thresholds is None else thresholds)
    return [c for c in columns if c.lower().startswith(PREFIX) and c not in known]


def read_sheet(written: Sequence[tuple[Parameter, str, str]]) -> Sheet:
    """Parameters as written, read with their units.

    Parameters
    ----------
    written
        Parameter, unit that the column's name carries ('' for none), and the value.
    """
    values: dict[str, Value] = {}
    unread: dict[str, str] = {}
    for parameter, unit, text in written:
        read = _read(parameter, unit, text)
        if isinstance(read, Unread):
            unread[parameter.name] = f"'{text}' was not taken: {read.reason}"
        else:
            values[parameter.name] = read
    return Sheet(values, unread)


def _read(parameter: Parameter, unit: str, text: str) -> Value | Unread:
    if parameter.dimension is not None:
        return quantity(text, parameter.dimension, unit)
    return _ANSWERS.get(text.strip().lower(), Unread("it is answered with yes or no"))


def judge(entry: ParametricEntry, sheet: Sheet, hs_code: str | None) -> Iterator[Judgement]:
    """What a sheet of parameters says of an entry: one answer, or one for each paragraph met."""
    for exclusion in entry.exclusions:
        if exclusion.condition.holds(sheet.values):
            yield Judgement(
                entry.name, "excluded", f"{entry.name} does not apply to {exclusion.note}"
            )
            return
    answers = [(p, p.condition.holds(sheet.values)) for p in entry.paragraphs]
    met = [paragraph for paragraph, holds in answers if holds]
    if met:
        for paragraph in met:
            yield _met(entry, paragraph, sheet, hs_code)
    elif any(holds is None for _, holds in answers):
        yield _undecided(entry, [p for p, holds in answers if holds is None], sheet)
    else:
        yield _not_met(entry, sheet)


def _met(
    entry: ParametricEntry, paragraph: Paragraph, sheet: Sheet, hs_code: str | None
) -> Judgement:
    comparisons = [c for c in paragraph.condition.comparisons() if c.holds(sheet.values)]
    words = f"meets {paragraph.name}: {_margins(comparisons, sheet)}; it covers {entry.covers}"
    for exclusion in entry.exclusions:
        if exclusion.condition.holds(sheet.values) is None:
            unknown = [c.parameter for c in _undecided_comparisons(exclusion.condition, sheet)]
            words += f"; it does not apply to {exclusion.note} ({_missing(unknown, sheet)})"
    unread = [name for name in entry.measured if name in sheet.unread]
    if unread:
        words += f"; {_missing(unread, sheet)}"
    if hs_code and entry.hs_prefixes and not hs_code.startswith(entry.hs_prefixes):
        return Judgement(
            paragraph.name,
            "insufficient_data",
            f"{words}; HS code {hs_code} declares something else than such goods, "
            f"which go under {', '.join(entry.hs_prefixes)}",
        )
    return Judgement(paragraph.name, "candidate", words)


def _undecided(entry: ParametricEntry, paragraphs: Sequence[Paragraph], sheet: Sheet) -> Judgement:
    names = [c.parameter for p in paragraphs for c in _undecided_comparisons(p.condition, sheet)]
    return Judgement(
        entry.name,
        "insufficient_data",
        f"{entry.name} covers {entry.covers}; it cannot be decided: {_missing(names, sheet)}",
    )


def _not_met(entry: ParametricEntry, sheet: Sheet) -> Judgement:
    failing = [
        (p.name, [c for c in p.condition.comparisons() if c.holds(sheet.values) is False])
        for p in entry.paragraphs
    ]
    fewest = min(len(comparisons) for _, comparisons in failing)
    nearest = "; ".join(
        f"{name} ({_margins(comparisons, sheet)})"
        for name, comparisons in failing
        if len(comparisons) == fewest
    )
    return Judgement(
        entry.name, "excluded", f"meets no paragraph of {entry.name}; nearest: {nearest}"
    )


def _margins(comparisons: Sequence[Comparison], sheet: Sheet) -> str:
    return "; ".join(
        f"{c.parameter.replace('_', ' ')} {c.margin(sheet.values[c.parameter])}"
        for c in comparisons
    )


def _undecided_comparisons(condition: Condition, sheet: Sheet) -> list[Comparison]:
    return [c for c in condition.comparisons() if c.holds(sheet.values) is None]


def _missing(names: Sequence[str], sheet: Sheet) -> str:
    return "; ".join(
        f"{PREFIX}{name} {sheet.unread.get(name, 'is missing')}" for name in dict.fromkeys(names)
    )
