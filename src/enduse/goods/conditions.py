"""Conditions on the parameters of goods: comparisons, joined by 'all' and 'any'.

A parameter that is not known makes a comparison neither true nor false (Kleene's strong logic): a
condition holds, fails, or cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from enduse.goods.units import Quantity

Value: TypeAlias = Quantity | bool
Relation: TypeAlias = Literal["above", "at_least", "below", "at_most", "is"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One parameter against one bound."""

    parameter: str
    relation: Relation
    bound: Value
    in_degrees: bool = False
    """Whether a distance is said in degrees; a share of a temperature says nothing."""

    def holds(self, values: Mapping[str, Value]) -> bool | None:
        """Whether it holds; None: the parameter is not known."""
        value = values.get(self.parameter)
        if value is None:
            return None
        if not isinstance(value, Quantity) or not isinstance(self.bound, Quantity):
            return value == self.bound
        match self.relation:
            case "above":
                return value.value > self.bound.value
            case "at_least":
                return value.value >= self.bound.value
            case "below":
                return value.value < self.bound.value
            case _:
                return value.value <= self.bound.value

    def comparisons(self) -> Iterator[Comparison]:
        """The comparison itself."""
        yield self

    def margin(self, value: Value) -> str:
        """How far a value lies from the bound, in words.

        Examples
        --------
        >>> from enduse.goods.units import quantity
        >>> rate = Comparison("sample_rate", "above", quantity("400 MSPS", "sample_rate"))
        >>> rate.margin(quantity("0.5 GSPS", "sample_rate"))
        '0.5 GSPS is 25% above the threshold of 400 MSPS'
        >>> rate.margin(quantity("400 MSPS", "sample_rate"))
        '400 MSPS is exactly the threshold of 400 MSPS, which must be exceeded'
        """
        if not isinstance(value, Quantity) or not isinstance(self.bound, Quantity):
            return f"declared {'yes' if value else 'no'}"
        gap = value.value - self.bound.value
        threshold = f"the threshold of {self.bound.written}"
        if gap == 0:
            strict = {"above": ", which must be exceeded", "below": ", which it must stay below"}
            return f"{value.written} is exactly {threshold}{strict.get(self.relation, '')}"
        side = "above" if gap > 0 else "below"
        if self.in_degrees:
            far = f"{_brief(float(abs(gap)))} °C"
        elif self.bound.value:
            far = f"{_brief(float(abs(gap / self.bound.value)) * 100)}%"
        else:
            return f"{value.written} is {side} {threshold}"
        return f"{value.written} is {far} {side} {threshold}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions of which all, or any one, must hold."""

    how: Literal["all", "any"]
    parts: tuple[Condition, ...]

    def holds(self, values: Mapping[str, Value]) -> bool | None:
        """Whether it holds; None: it cannot be told from what is known."""
        answers = [part.holds(values) for part in self.parts]
        decisive = self.how == "any"
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison in it, in order."""
        for part in self.parts:
            yield from part.comparisons()


Condition: TypeAlias = Comparison | Joined


def _brief(number: float) -> str:
    """A number of three digits that never rounds a distance away.

    Examples
    --------
    >>> _brief(25.0), _brief(0.0004), _brief(284.61)
    ('25', '0.0004', '285')
    """
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"
