"""How probable it is that a sale supplied a part: the assumptions, and what follows from them."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from enduse.errors import UsageError
from enduse.model.result import N_, Statement

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int8]

SAME, NEAR, OTHER, NOT_RECORDED, NOT_KNOWN = range(5)
"""How a sale stands to the part in one respect; NOT_KNOWN: of the part itself it is not known."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed where the records do not say; shares are from 0 to 1."""

    coverage: float = 0.8
    """Share of all pieces of the part whose sale is in the records that are searched."""
    counterfeit: float = 0.02
    """Share of recovered parts whose marking is not genuine: none of the sales is theirs."""
    lot_certainty: float = 0.97
    """Share of lots that are read and recorded right."""
    lot_near: float = 0.3
    """Weight of a lot that differs only in characters that are taken for one another."""
    lots_a_date_code: float = 2.0
    """Lots of a part that share a date code, where a sale records no lot."""
    lot_together: float = 0.7
    """How far a lot stays together: of a lot that is found, so much less is missing."""
    date_certainty: float = 0.97
    """Share of date codes that are read and recorded right."""
    other_ending: float = 0.5
    """Weight of an ordering code that goes on where the other ends: packing, plating."""
    other_member: float = 0.02
    """Weight of another member of the family."""
    serial_certainty: float = 0.99
    """Share of serial numbers that are read and recorded right."""
    sale_median_days: float = 120.0
    """Half of all pieces are sold so many days after they were made."""
    sale_spread: float = 1.0
    """Standard deviation of the logarithm of the days from production to sale."""
    use_median_days: float = 540.0
    """Half of the recovered pieces are recovered so many days after their sale."""
    use_spread: float = 0.9
    """Standard deviation of the logarithm of the days from sale to recovery."""
    tolerance_days: int = 7
    """Makers' weeks begin on different days: a sale so much before the first day is kept."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            share = not field.name.endswith(("days", "spread", "code"))
            least = 1.0 if field.name == "lots_a_date_code" else 0.0
            allowed = (0.0 < value < 1.0) if share else (value >= least and math.isfinite(value))
            if not allowed or (value == 0 and field.name != "tolerance_days"):
                raise UsageError(
                    f"{field.name} cannot be {value}.",
                    hint="Give a share between 0 and 1." if share else "Give a larger number.",
                )

    def statements(self) -> list[Statement]:
        """The assumptions in words."""
        percent = {
            name: f"{100 * getattr(self, name):g}%"
            for name in (
                "coverage", "counterfeit", "lot_certainty", "date_certainty", "serial_certainty",
                "lot_near", "lot_together", "other_ending", "other_member",
            )
        }  # fmt: skip
        days = {
            name: f"{getattr(self, name):g}"
            for name in (
                "sale_median_days", "use_median_days", "lots_a_date_code", "tolerance_days",
            )
        }  # fmt: skip
        return [
            Statement(template, {**percent, **days})
            for template in (
                N_(
                    "Before anything else, each piece sold is as likely to be the recovered one as "
                    "any other: a sale weighs by its quantity. Who and where the customer is does not "
                    "count, since that is what is to be shown."
                ),
                N_(
                    "The records searched hold {coverage} of all pieces of the part: the rest stands "
                    "as 'in none of these records'. A lot stays together: of a lot that is found there, "
                    "{lot_together} less is missing."
                ),
                N_("The markings of {counterfeit} of recovered parts are not genuine."),
                N_(
                    "{lot_certainty} of lots, {date_certainty} of date codes and {serial_certainty} of "
                    "serial numbers are read and recorded right; a lot that differs only in characters "
                    "that are taken for one another weighs {lot_near}."
                ),
                N_("Where a sale records no lot, {lots_a_date_code} lots share a date code."),
                N_(
                    "Half of all pieces are sold within {sale_median_days} days of production, and half "
                    "of the recovered ones are recovered within {use_median_days} days of their sale "
                    "(log-normal)."
                ),
                N_(
                    "Goods are not sold before they are made, but for {tolerance_days} days by which "
                    "makers' weeks differ."
                ),
                N_(
                    "An ordering code that goes on where the other ends weighs {other_ending}, another "
                    "member of the family {other_member}."
                ),
            )
        ]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How each candidate sale stands to the part; one value a sale."""

    quantity: Floats
    part: Codes
    """SAME, NEAR (one code goes on where the other ends), OTHER (family), NOT_KNOWN."""
    lot: Codes
    date: Codes
    serial: Codes
    """SAME: listed; OTHER: the sale lists as many serials as pieces, and not this one."""
    made: Floats
    """Probability that a piece sold on that day was made in the days of the date code."""
    used: Floats
    """Density of the days from the sale to the recovery; 1 where that day is not known."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities; the three together are 1."""

    sales: Floats
    elsewhere: float
    """In none of the records searched."""
    counterfeit: float


def posterior(
    evidence: Evidence,
    assumptions: Assumptions,
    *,
    onward: Floats,
    usual: float,
    lot_quantity: float | None = None,
) -> Posterior:
    """How probable each sale is, by Bayes' rule over pieces.

    A sale weighs by how many pieces it had that bear what the part bears. Pieces outside of the
    records are those that these records lack by the assumed coverage: in proportion to what was
    found, and where the lot or the date code was not, to the pieces of a usual one, so that
    records which do not fit do not win for want of others.

    Parameters
    ----------
    onward
        Share of each sale that other sales of these records passed on: those count there.
    usual
        Pieces in a usual lot of the part in these records, or with a usual date code where no lot
        of the recovered part is known; 0 where that is not known either.
    lot_quantity
        Pieces in the whole lot, where it is known: what these records do not show of it then
        stands for the lot's other pieces in place of the assumed coverage.
    """
    a = assumptions
    part = np.array([1.0, a.other_ending, a.other_member, 1.0, 1.0])[evidence.part]
    lots = np.array(
        [a.lot_certainty, a.lot_near, (1 - a.lot_certainty) / a.lots_a_date_code,
         1 / a.lots_a_date_code, 1.0]
    )  # fmt: skip
    same_lot = evidence.lot == SAME
    # Of a wrong date code nothing is known but the day of the sale; a lot tells more than that day.
    made = np.where(same_lot, 1.0, evidence.made)
    date = np.select(
        [evidence.date == SAME, evidence.date == OTHER, evidence.date == NOT_RECORDED],
        [a.date_certainty, (1 - a.date_certainty) * made, made],
        1.0,
    )
    pieces = evidence.quantity * part * lots[evidence.lot] * date
    pieces = _by_serial(evidence, a, pieces)
    weight = pieces * (1 - onward) * evidence.used
    outside = _outside(evidence, a, weight, usual)
    # A serial number that is listed tells more than how much of its lot is missing.
    if lot_quantity is not None and same_lot.any() and not (evidence.serial == SAME).any():
        seen = float((evidence.quantity * (1 - onward))[same_lot].sum())
        outside = max(lot_quantity / seen - 1, 0.0) * float(weight[same_lot].sum()) if seen else 0.0
    total = float(weight.sum()) + outside
    if total <= 0:
        return Posterior(np.zeros(len(weight)), 1 - a.counterfeit, a.counterfeit)
    genuine = (1 - a.counterfeit) / total
    return Posterior(weight * genuine, outside * genuine, a.counterfeit)


def _outside(evidence: Evidence, a: Assumptions, weight: Floats, usual: float) -> float:
    """Weight of the pieces that these records lack."""
    missing = (1 - a.coverage) / a.coverage
    found = float(weight.sum())
    if (evidence.serial == SAME).any():
        return (1 - a.serial_certainty) * found
    if (evidence.lot == SAME).any():
        return missing * (1 - a.lot_together) * found
    if (evidence.lot == NOT_KNOWN).all() and (evidence.date == SAME).any():
        return missing * (1 - a.lot_together / a.lots_a_date_code) * found
    return missing * max(found, usual * _mean(evidence.used, evidence.quantity))


def _mean(values: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0 else 0.0


def _by_serial(evidence: Evidence, a: Assumptions, pieces: Floats) -> Floats:
    """Pieces that bear the serial number.

    A serial number is one piece's. Where a sale lists it, another sale has it only by an error.
    """
    listed = evidence.serial == SAME
    if not listed.any():
        return pieces * np.where(evidence.serial == OTHER, 1 - a.serial_certainty, 1.0)
    error = (1 - a.serial_certainty) / max(float(pieces.sum()), 1.0)
    return np.where(listed, a.serial_certainty, pieces * error)


def made_within(age_to: Floats, age_from: Floats, assumptions: Assumptions) -> Floats:
    """Probability that a piece was made between so many days before its sale.

    Parameters
    ----------
    age_to, age_from
        Least and greatest age at the sale in days; may be negative by the tolerance.
    """
    return _cumulative(age_from, assumptions) - _cumulative(age_to, assumptions)


def _cumulative(days: Floats, a: Assumptions) -> Floats:
    distinct, which = np.unique(np.maximum(days, 0.0), return_inverse=True)
    scaled = [
        math.log(day / a.sale_median_days) / (a.sale_spread * math.sqrt(2)) if day > 0 else -9.0
        for day in distinct.tolist()
    ]
    return np.array([0.5 * (1 + math.erf(value)) for value in scaled])[which]


def used_after(days: Floats, assumptions: Assumptions) -> Floats:
    """Density of the days from sale to recovery, relative to its greatest value."""
    a = assumptions
    logs = np.log(np.maximum(days, 0.5) / a.use_median_days)
    density = np.exp(-0.5 * (logs / a.use_spread) ** 2 - logs)
    return np.asarray(density / math.exp(0.5 * a.use_spread**2))
