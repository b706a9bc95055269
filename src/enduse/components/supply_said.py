"""What is said beside the sales that could have supplied a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.components.possible_sales import PossibleSales
from enduse.components.posterior import SAME, Floats
from enduse.components.recovered import Recovered
from enduse.model.result import N_, Statement
from enduse.records import part_key

_NAMED = 5
"""Sales that a statement names."""

_NO_LOT = N_(
    "{file} records no lot in any of its {rows} rows: by it the part could not be found there."
)
_NO_SERIAL = N_(
    "{file} records no serial number in any of its {rows} rows: by it the part could not be found "
    "there."
)
_NO_DATE_CODE = N_(
    "{file} records no date code in any of its {rows} rows: by it the part could not be found there."
)


@dataclass(frozen=True, slots=True)
class Searched:
    """Sales that were searched, and what there was in them to find the part by."""

    file: str
    digest: str
    """SHA-256 of the file; empty for a table."""
    rows: int
    first_date: date | None
    last_date: date | None
    with_lot: int
    with_date_code: int
    with_serials: int
    part_rows: int
    """Of the part or its family, whatever their date."""
    rejected: int
    """Rows that could not be read: of the whole file, or of this part's if it is searched as it
    lies."""


def of_other_parts(others: pa.Table, part: Recovered, serials: list[str]) -> list[Statement]:
    """What is said of lines with the lot or the serial number, and another part number."""
    if not others.num_rows:
        return []
    return [
        Statement(
            N_(
                "{file}: {count} lines with the same lot or serial number are of other part numbers "
                "({parts}) and are left out."
            ),
            {
                "file": others["file"][0].as_py(),
                "count": f"{others.num_rows:,}",
                "parts": _some(pc.unique(others["part_number"]).to_pylist()),
            },
        )
    ]


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_NAMED]) + (", …" if len(texts) > _NAMED else "")


def left_out(found: PossibleSales) -> list[Statement]:
    return [
        Statement(template, {"count": f"{lines.num_rows:,}"})
        for lines, template in (
            (
                found.too_early,
                N_(
                    "{count} sales of the part are left out: sold before it was made by its date code."
                ),
            ),
            (
                found.too_late,
                N_("{count} sales of the part are left out: sold after it was recovered."),
            ),
        )
        if lines.num_rows
    ]


def _contradictions(found: PossibleSales, part: Recovered) -> list[Statement]:
    """Sales that name this very lot or piece and cannot be its, and what of it disagrees."""
    told = []
    lot = part_key(part.lot)
    early = found.too_early
    named = early.filter(pc.equal(early["lot_key"], lot)) if lot else early.slice(0, 0)
    if named.num_rows:
        told.append(
            Statement(
                N_(
                    "Lot {lot} was sold before the first day of the date code {code} in {sales}: the "
                    "date code, the lot or these records are wrong there."
                ),
                {
                    "lot": part.lot or "",
                    "code": part.date_code or "",
                    "sales": _some(named["sale_id"].to_pylist()),
                },
            )
        )
    of_lot = found.evidence.lot == SAME
    codes = pc.unique(found.lines["date_code"].filter(pa.array(of_lot)).drop_null()).to_pylist()
    if len({part_key(code) for code in codes}) > 1:
        told.append(
            Statement(
                N_("Sales of lot {lot} state several date codes: {codes}."),
                {"lot": part.lot or "", "codes": _some(codes)},
            )
        )
    doubted = found.lines.filter(pc.is_valid(found.lines["doubts"]))
    if doubted.num_rows:
        told.append(
            Statement(
                N_("{count} candidate sales have something doubtful in them: {sales}."),
                {
                    "count": f"{doubted.num_rows:,}",
                    "sales": _some(
                        [
                            f"{sale} ({doubt})"
                            for sale, doubt in zip(
                                doubted["sale_id"].to_pylist(),
                                doubted["doubts"].to_pylist(),
                                strict=True,
                            )
                        ]
                    ),
                },
            )
        )
    return told


def sums(
    found: PossibleSales, part: Recovered, share: Floats, lot_quantity: float | None
) -> list[Statement]:
    told = _contradictions(found, part)
    of_lot = found.evidence.lot == SAME
    if not of_lot.any():
        return told
    with np.errstate(divide="ignore"):
        sold = float((found.evidence.quantity[of_lot] / share[of_lot])[0])
    values = {"lot": part.lot or "", "sold": f"{sold:,g}", "whole": f"{lot_quantity or 0:,g}"}
    if lot_quantity is None:
        values["sales"] = f"{int(of_lot.sum()):,}"
        told.append(
            Statement(
                N_(
                    "These records sold {sold} pieces of lot {lot} in {sales} line(s); how large the lot "
                    "was is not stated, so that what was not sold here is not known."
                ),
                values,
            )
        )
    elif sold > lot_quantity:
        told.append(
            Statement(
                N_(
                    "The sums do not add up: these records sold {sold} pieces of lot {lot}, which had "
                    "{whole}. Lots are mixed up, sales are recorded twice, or goods came back."
                ),
                values,
            )
        )
    else:
        values["rest"] = f"{lot_quantity - sold:,g}"
        told.append(
            Statement(
                N_(
                    "Of the {whole} pieces of lot {lot} these records sold {sold}; {rest} are not "
                    "accounted for."
                ),
                values,
            )
        )
    return told


def not_known(
    part: Recovered, searched: Sequence[Searched], found: PossibleSales
) -> list[Statement]:
    told = []
    if not (part.prefix or part.lot or part.serials):
        told.append(
            Statement(
                N_("Nothing could be searched for: no part number, lot or serial number is known.")
            )
        )
    elif not found.lines.num_rows:
        told.append(
            Statement(
                N_(
                    "No sale in these records could have supplied the part. That is not to say that it "
                    "was not sold: only the files, rows and days named were searched."
                )
            )
        )
    if part.date_code and not part.made:
        told.append(
            Statement(
                N_(
                    "The date code {code} means no week that has been, so that no sale could be left "
                    "out as too early."
                ),
                {"code": part.date_code},
            )
        )
    for file in searched:
        if file.rejected:
            told.append(
                Statement(
                    N_("{count} rows of {file} could not be read and were not searched."),
                    {"count": f"{file.rejected:,}", "file": file.file},
                )
            )
        told += [
            Statement(template, {"file": file.file, "rows": f"{file.rows:,}"})
            for wanted, count, template in (
                (part.lot, file.with_lot, _NO_LOT),
                (part.serials, file.with_serials, _NO_SERIAL),
                (part.made, file.with_date_code, _NO_DATE_CODE),
            )
            if wanted and not count
        ]
        if part.recovered_on and file.last_date and part.made and file.first_date:
            made = min(window.earliest for window in part.made)
            if file.last_date < made or file.first_date > part.recovered_on:
                told.append(
                    Statement(
                        N_(
                            "{file} covers {first} to {last}: none of the days on which the part can "
                            "have been sold."
                        ),
                        {
                            "file": file.file,
                            "first": str(file.first_date),
                            "last": str(file.last_date),
                        },
                    )
                )
    return told


_PART_SAID = (
    N_("the same ordering code"),
    N_("the ordering codes differ in their ending"),
    N_("only the family is the same"),
    "",
    N_("the part number is not known"),
)
_LOT_SAID = (
    N_("the same lot"),
    N_("the lot differs in characters that are taken for one another"),
    N_("another lot is recorded"),
    N_("no lot is recorded"),
    "",
)
_DATE_SAID = (
    N_("the date code agrees"),
    "",
    N_("another date code is recorded"),
    N_("no date code is recorded"),
    "",
)
_SERIAL_SAID = (
    N_("the serial number is listed"),
    "",
    N_("other serial numbers are listed"),
    "",
    "",
)


def reasons_of(found: PossibleSales, part: Recovered, onward: Floats) -> pa.Array:
    """What each candidate rests on, joined by '; '."""
    evidence = found.evidence
    said = [
        pa.array(texts).take(pa.array(codes.astype(np.int32)))
        for texts, codes in (
            (_SERIAL_SAID, evidence.serial),
            (_LOT_SAID, evidence.lot),
            (_PART_SAID, evidence.part),
            (_DATE_SAID, evidence.date),
        )
    ]
    if part.made:
        first = min(window.earliest for window in part.made)
        days = pc.days_between(pa.scalar(first), found.lines["date"]).combine_chunks()
        said.append(
            pc.binary_join_element_wise(
                "sold ", days.cast(pa.string()), " days after the date code begins", ""
            )
        )
    said.append(pa.array(np.where(onward > 0, "its customer's own sales are in these records", "")))
    said = [pc.if_else(pc.equal(text, ""), None, text) for text in said]
    return pc.binary_join_element_wise(*said, "; ", null_handling="skip")
