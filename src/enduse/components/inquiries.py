"""Requests for records of sale, and the answers to them, from what the workspace holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enduse.components.catalogue import Catalogue, load_catalogue
from enduse.components.described import (
    described_reading,
    described_record,
    known_facts,
    read_fields,
    unknown_facts,
)
from enduse.components.kept import held_component
from enduse.components.reading import read
from enduse.components.recovered import Recovered
from enduse.components.stated_dates import windows_between
from enduse.errors import InputError, UsageError
from enduse.model.inquiries import ANSWER, REQUEST, Body, check_body
from enduse.settings import Settings

if TYPE_CHECKING:
    from enduse.components.pseudonyms import Pseudonyms
    from enduse.components.sales_files import SalesFile
    from enduse.components.supply import Supply

ASKED = ("sales", "customers", "lots", "onward", "authenticity")
"""What a request asks for."""
CASE_ONLY = "case_only"
"""The handling of a request and an answer where nothing else is said: for this case only."""
DAYS_TO_ANSWER = 30
MOST_TOLD = 500
"""So many sales stand in an answer, the likeliest; it says how many there are in all."""
_LARGEST_REQUEST = 4 * 1024 * 1024


def request_records(
    *,
    to: str,
    component: str | None = None,
    marking: str | None = None,
    languages: Sequence[str] = ("en",),
    sender: str | None = None,
    contact: str | None = None,
    case: str | None = None,
    reply_by: date | None = None,
    handling: str = CASE_ONLY,
    made: date | None = None,
    settings: Settings | None = None,
) -> Body:
    """A request to a maker, a distributor or an authority for records of sale of a part.

    Parameters
    ----------
    to
        Whom it goes to.
    component, marking
        The number of a component that the workspace holds, or a marking as photographed: one of
        them.
    languages
        In which its letter is written.
    sender, contact
        Who asks, and how to reach them; None: to be filled in by hand.
    case
        The number of the case; by default the component's.
    reply_by
        Until when an answer is hoped for; by default 30 days on.
    handling
        How it may be used, in words, or 'case_only'.
    made
        The day it is dated; today if not given.

    Returns
    -------
    dict
        In the schema enduse/request/1; see docs/components.md.

    Raises
    ------
    InputError
        If the component is not held.
    UsageError
        If neither or both of component and marking are given, or an answer is due before it is
        asked for.
    """
    settings = settings or Settings.load()
    made = made or datetime.now(UTC).date()
    reply_by = reply_by or made + timedelta(days=DAYS_TO_ANSWER)
    if (component is None) == (marking is None):
        raise UsageError(
            "A request is about one component.",
            hint="Give the ID of a component that the workspace holds, or --marking TEXT.",
        )
    if reply_by < made or not to.strip():
        raise UsageError(
            f"No answer can be due by {reply_by} to a request of {made}."
            if to.strip()
            else "The request has no addressee.",
            hint="Name whom it goes to with --to, and a later day with --reply-by.",
        )
    confidence = None
    if component is not None:
        record = held_component(component, settings)
        told, known = described_record(record), read_fields(record)
    else:
        assert marking is not None
        readings = read(marking, catalogue=_makers(settings), today=made)
        if not readings:
            raise InputError(
                f"Nothing could be read of the marking '{marking[:80]}'.",
                hint="Take the component in as a record with what else is known of it.",
            )
        told, known = described_reading(readings[0], marking), read_fields(None)
        confidence = round(float(readings[0].confidence), 4)
    return check_body(
        {
            "schema": REQUEST,
            "case": (case or "").strip()
            or told["component_id"]
            or f"M-{_short_digest(told['marking'])}",
            "made": made.isoformat(),
            "reply_by": reply_by.isoformat(),
            "to": {"name": to, "contact": None},
            "from": {"name": sender, "contact": contact},
            "languages": list(languages),
            "component": told,
            "known": known_facts(told, read=known, confidence=confidence),
            "unknown": unknown_facts(told),
            "asked": list(ASKED),
            "period": {
                "from": told["date_code_earliest"],
                "to": told["recovered_on"] or made.isoformat(),
            },
            "handling": handling,
        }
    )


def answer_request(
    request: Mapping[str, Any] | Path | str,
    *,
    sales: Path | str | pa.Table | SalesFile | None = None,
    redact: bool = False,
    languages: Sequence[str] = (),
    sender: str | None = None,
    contact: str | None = None,
    handling: str = CASE_ONLY,
    made: date | None = None,
    settings: Settings | None = None,
) -> Body:
    """The answer to a request, from the sales that a maker or distributor holds.

    Parameters
    ----------
    request
        A body in the schema enduse/request/1, or a file that holds one.
    sales
        A file of sales or a table; None: those that the workspace holds.
    redact
        Whether customers, recipients and numbers of sales are replaced by pseudonyms that are the
        same throughout the case.
    languages
        In which its letter is written; by default those of the request.
    sender, contact
        Who answers, and how to reach them; by default whom the request names.
    handling
        How it may be used, in words, or 'case_only'.
    made
        The day it is dated; today if not given.

    Returns
    -------
    dict
        In the schema enduse/answer/1; see docs/components.md.

    Raises
    ------
    InputError
        If the request is none, or the sales cannot be used at all.
    UsageError
        If there are no sales to search, or the case has no number that pseudonyms can go by.
    """
    # A request need not wait for what searches sales.
    from enduse.components.sales_files import held_sales, open_sales
    from enduse.components.supply import trace

    settings = settings or Settings.load()
    made = made or datetime.now(UTC).date()
    asked = read_request(request)
    files = [open_sales(sales, settings=settings)] if sales is not None else []
    files = files or held_sales(settings)
    if not files:
        raise UsageError(
            "There are no sales to search.",
            hint="Name a file with --sales, or take one in with `enduse component import --sales FILE`.",
        )
    supply = trace(_sought(asked["component"]), files, settings=settings, today=made)
    case = _pseudonyms(asked["case"], settings) if redact else None
    found = supply.candidates.num_rows > 0
    return check_body(
        {
            "schema": ANSWER,
            "case": asked["case"],
            "made": made.isoformat(),
            "to": asked["from"],
            "from": {"name": sender or asked["to"]["name"], "contact": contact},
            "languages": list(languages) or asked["languages"],
            "request": _digest(asked),
            "component": asked["component"],
            "outcome": "found" if found else "no_record",
            "redacted": redact,
            "searched": _searched(supply),
            "not_searched": _not_searched(asked["component"], supply),
            "sales": _sales(supply, case),
            "sales_in_all": supply.candidates.num_rows,
            "customers": _customers(supply, case),
            "elsewhere": _share(supply.elsewhere + supply.counterfeit),
            "assumptions": [
                {"say": said.template, "values": {k: str(v) for k, v in said.values.items()}}
                for said in supply.assumed
            ],
            "handling": handling,
        }
    )


def read_request(request: Mapping[str, Any] | Path | str) -> Body:
    """A request from a file or a parsed document.

    Raises
    ------
    InputError
        If it is none.
    """
    if isinstance(request, Mapping):
        return check_body(dict(request), REQUEST)
    path = Path(request)
    try:
        if path.stat().st_size > _LARGEST_REQUEST:
            raise InputError(f"{path} is too large for a request.", hint="Check the file.")
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}.", hint="Check the path.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(
            f"{path} is no JSON document.",
            hint="Give the .json file of the request, not its letter.",
        ) from error
    try:
        return check_body(document, REQUEST)
    except InputError as error:
        raise InputError(f"{path}: {error.message}", hint=error.hint) from error


def _makers(settings: Settings) -> Catalogue:
    """The catalogue of makers, with those that the workspace adds."""
    return load_catalogue(*sorted((settings.workspace / "makers").glob("*.toml")))


def _pseudonyms(case: str, settings: Settings) -> Pseudonyms:
    # Names are compared by compiled code, which a request need not wait for.
    from enduse.components.pseudonyms import Pseudonyms

    return Pseudonyms.of_case(case, settings)


def _sought(told: Mapping[str, Any]) -> Recovered:
    """The part of a request, to be searched for."""
    days = (told["date_code_earliest"], told["date_code_latest"])
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return Recovered(
        component_id=told["component_id"],
        marking=told["marking"],
        part_number=told["part_number"],
        family=told["family"],
        manufacturer=told["manufacturer"],
        date_code=told["date_code"],
        made=windows_between(told["date_code"], first, last),
        lot=told["lot"],
        serials=tuple(told["serials"]),
        recovered_on=date.fromisoformat(told["recovered_on"]) if told["recovered_on"] else None,
    )


def _searched(supply: Supply) -> list[dict[str, Any]]:
    return [
        {
            "source": Path(file.file).name or file.file,
            "digest": file.digest or None,
            "records": file.rows,
            "first": _day(file.first_date),
            "last": _day(file.last_date),
            "with_lot": file.with_lot,
            "with_date_code": file.with_date_code,
            "with_serials": file.with_serials,
        }
        for file in supply.searched
    ]


def _not_searched(told: Mapping[str, Any], supply: Supply) -> list[dict[str, str]]:
    """By what could not be searched, and why."""
    gaps = []
    rows = sum(file.rows for file in supply.searched)
    for field, column in (
        ("lot", "with_lot"),
        ("date_code", "with_date_code"),
        ("serials", "with_serials"),
    ):
        kept = sum(getattr(file, column) for file in supply.searched)
        if not told[field]:
            gaps.append({"field": field, "reason": "not_given"})
        elif not kept:
            gaps.append({"field": field, "reason": "not_kept"})
        elif kept < rows:
            gaps.append({"field": field, "reason": "partly_kept"})
    if not told["part_number"]:
        gaps.append({"field": "part_number", "reason": "not_given"})
    return gaps


def _sales(supply: Supply, case: Pseudonyms | None) -> list[dict[str, Any]]:
    return [
        {
            "sale": case.sale(sale["sale_id"]) if case else sale["sale_id"],
            "date": _day(sale["date"]),
            "part_number": sale["part_number"],
            "lot": sale["lot"],
            "date_code": sale["date_code"],
            "quantity": sale["quantity"],
            "customer": _named(sale["customer"], case),
            "ship_to": _named(sale["ship_to"], case),
            "country": sale["country"],
            "match": sale["match"],
            "probability": _share(sale["probability"]),
        }
        for sale in supply.candidates.slice(0, MOST_TOLD).to_pylist()
    ]


def _customers(supply: Supply, case: Pseudonyms | None) -> list[dict[str, Any]]:
    """Customers, most probable first; spellings that share a pseudonym are one."""
    told: dict[str, dict[str, Any]] = {}
    for row in supply.customers.to_pylist():
        name = _named(row["customer"], case) or ""
        same = told.setdefault(
            name,
            {
                "customer": name,
                "country": row["country"],
                "sales": 0,
                "quantity": 0.0,
                "lot_share": None,
                "probability": 0.0,
            },
        )
        same["sales"] += row["sales"]
        same["quantity"] += row["quantity"]
        same["probability"] = _share(same["probability"] + row["probability"])
        if row["lot_share"] is not None:
            same["lot_share"] = _share((same["lot_share"] or 0.0) + row["lot_share"])
    return sorted(told.values(), key=lambda row: -row["probability"])[:MOST_TOLD]


def _named(name: str | None, case: Pseudonyms | None) -> str | None:
    return case.customer(name) if case and name else name


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 6)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of a body, its fields in order and without spaces."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8].upper()
