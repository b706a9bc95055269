"""Records filled in from their markings: what is stated stays, and what disagrees is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa

from enduse.components.catalogue import Catalogue
from enduse.components.reading import Reading, read
from enduse.components.stated_dates import Window, stated_windows
from enduse.model.components import KEPT_COMPONENTS
from enduse.records import part_key

# Below it a reading is a guess, which is no ground for filling in a record.
_LEAST_CONFIDENCE = 0.4
_Record = dict[str, Any]


def filled(records: pa.Table, today: date, catalogue: Catalogue | None = None) -> pa.Table:
    """Records with what their markings say where they say nothing themselves.

    Parameters
    ----------
    records
        COMPONENTS, with ``contradictions, file, digest, row``.
    today
        Day by which date codes are read.
    catalogue
        Makers to know; by default those that ship with Enduse.

    Returns
    -------
    pyarrow.Table
        In the schema KEPT_COMPONENTS. ``as_read`` names the columns that were empty.
    """

    @cache
    def readings(text: str) -> list[Reading]:
        found = read(text, catalogue=catalogue, today=today)
        return [reading for reading in found if reading.confidence >= _LEAST_CONFIDENCE]

    rows = [_filled(record, readings, today) for record in records.to_pylist()]
    return pa.Table.from_pylist(rows, schema=KEPT_COMPONENTS)


def _filled(record: _Record, readings: Callable[[str], list[Reading]], today: date) -> _Record:
    marked = readings(record["marking_raw"] or "")
    stated = readings(" ".join(filter(None, (record["manufacturer"], record["part_number"]))))
    best, named = (found[0] if found else None for found in (marked, stated))
    read_in: list[str] = []
    said = [record["contradictions"]] if record["contradictions"] else []
    maker = _maker(record["manufacturer"], named, best)
    if best:
        said += _contradicted(record, best, maker)
        for name, value in _told(best, record).items():
            if value is not None and record[name] is None:
                record[name] = value
                read_in.append(name)
    if maker:
        country = maker.manufacturer_country
        if record["manufacturer_country"] is None:
            record["manufacturer_country"] = country
            read_in.append("manufacturer_country")
        elif country and record["manufacturer_country"] != country:
            said.append(
                f"{maker.manufacturer} has its headquarters in {country}, and "
                f"manufacturer_country says {record['manufacturer_country']}"
            )
    window = _window(record, marked, today)
    if window and record["recovered_on"] and window.earliest > record["recovered_on"]:
        said.append(
            f"date_code {record['date_code']} begins on {window.earliest}, after the recovery on "
            f"{record['recovered_on']}"
        )
    elif record["date_code"] and not window:
        said.append(f"date_code {record['date_code']} means no week that has been")
    return {
        **record,
        "maker": maker.manufacturer if maker else None,
        "owner": maker.owner if maker else None,
        "maker_country": maker.manufacturer_country if maker else None,
        "family": _family(record, best, named) if maker or not record["manufacturer"] else None,
        "made_from": window.earliest if window else None,
        "made_to": window.latest if window else None,
        "as_read": ";".join(read_in) or None,
        "contradictions": "; ".join(said) or None,
    }


def _maker(stated: str | None, named: Reading | None, best: Reading | None) -> Reading | None:
    """The reading that tells the maker of a record: never another one than the record states."""
    told = [reading for reading in (named, best) if reading and reading.manufacturer]
    for reading in told:
        # The part number alone tells a maker, too, who need not be the one that is stated.
        place = named.spans.get("manufacturer") if reading is named and named else None
        is_named = place is not None and place[0] < len(stated or "")
        if stated is None or is_named or _is_one_of(stated, reading):
            return reading
    return None


def _is_one_of(stated: str, reading: Reading) -> bool:
    return any(_one_name(stated, name) for name in (reading.manufacturer, reading.owner))


def _told(reading: Reading, record: _Record) -> dict[str, str | None]:
    """What a reading says, by column; the token that is stated as the lot is no serial number."""
    is_lot = part_key(reading.serial) in _keys(record["lot"])
    is_serial = part_key(reading.lot) in _keys(*(record["serials"] or "").split(";"))
    return {
        "part_number": reading.part_number,
        "manufacturer": reading.manufacturer,
        "date_code": reading.date_code.raw if reading.date_code else None,
        "lot": None if is_serial else reading.lot,
        "serials": None if is_lot else reading.serial,
        "country_of_assembly": reading.country_of_assembly,
    }


def _keys(*texts: str | None) -> set[str]:
    return {key for text in texts if (key := part_key(text))}


def _contradicted(record: _Record, best: Reading, maker: Reading | None) -> list[str]:
    """Where the marking says otherwise: what stands in the marking itself does not."""
    marking = part_key(record["marking_raw"]) or ""
    said = []
    told = _told(best, record)
    for name in ("part_number", "date_code", "lot"):
        stated, seen = part_key(record[name]), part_key(told[name])
        if stated and seen and stated not in marking and not stated.startswith(seen):
            said.append(
                f"{name} '{record[name]}' does not stand in the marking, which reads '{seen}'"
            )
    country = best.country_of_assembly
    if country and record["country_of_assembly"] not in (None, country):
        said.append(
            f"country_of_assembly says {record['country_of_assembly']}, and the marking {country}"
        )
    if best.manufacturer and record["manufacturer"]:
        agrees = _is_one_of(record["manufacturer"], best) or (
            maker is not None
            and {maker.manufacturer, maker.owner} & {best.manufacturer, best.owner}
        )
        if not agrees:
            said.append(
                f"manufacturer '{record['manufacturer']}' is stated, and the marking reads "
                f"'{best.manufacturer}'"
            )
    return said


def _one_name(one: str | None, other: str | None) -> bool:
    first, second = part_key(one), part_key(other)
    if not first or not second:
        return False
    return first in second or second in first


def _family(record: _Record, *readings: Reading | None) -> str | None:
    """The family of the part that the record has, from whichever reading is of that part."""
    own = part_key(record["part_number"]) or ""
    for reading in readings:
        family = part_key(reading.family) if reading else None
        if reading and family and own.startswith(family):
            return reading.family
    return None


def _window(record: _Record, marked: list[Reading], today: date) -> Window | None:
    """The days that the record's date code may mean, from the first to the last of them."""
    own = part_key(record["date_code"])
    if own is None:
        return None
    codes = [r.date_code for r in marked if r.date_code and part_key(r.date_code.raw) == own]
    windows = [Window(code.earliest, code.latest) for code in codes]
    windows = windows or list(stated_windows(record["date_code"], today))
    recovered = record["recovered_on"]
    before = [w for w in windows if not recovered or w.earliest <= recovered]
    windows = before or windows
    if not windows:
        return None
    return Window(min(w.earliest for w in windows), max(w.latest for w in windows))
