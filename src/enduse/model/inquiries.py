"""Requests for records of sale and the answers to them, as JSON documents: the bodies of packets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from enduse.errors import InputError

REQUEST, ANSWER = "enduse/request/1", "enduse/answer/1"
"""What the field ``schema`` says."""

Body: TypeAlias = dict[str, Any]
"""A JSON document in one of the two schemas; docs/components.md describes every field."""

_LONGEST_TEXT, _LONGEST_LIST = 20_000, 20_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

_OFFICE = {"name": "text?", "contact": "text?"}
_COMPONENT = {
    "component_id": "text?",
    "marking": "text?",
    "weapon": "text?",
    "part_number": "text?",
    "family": "text?",
    "kind": "text?",
    "manufacturer": "text?",
    "manufacturer_country": "text?",
    "owner": "text?",
    "date_code": "text?",
    "date_code_earliest": "day?",
    "date_code_latest": "day?",
    "lot": "text?",
    "serials": ["text"],
    "country_of_assembly": "text?",
    "recovered_on": "day?",
    "recovered_place": "text?",
    "custody": "text?",
    "attribution_basis": "text?",
    "confidence": "text?",
    "source": "text?",
}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    REQUEST: {
        "schema": "text",
        "case": "text",
        "made": "day",
        "reply_by": "day",
        "to": _OFFICE,
        "from": _OFFICE,
        "languages": ["text"],
        "component": _COMPONENT,
        "known": [{"field": "text", "value": "text", "source": "text", "confidence": "share?"}],
        "unknown": [{"field": "text", "reason": "text"}],
        "asked": ["text"],
        "period": {"from": "day?", "to": "day?"},
        "handling": "text",
    },
    ANSWER: {
        "schema": "text",
        "case": "text",
        "made": "day",
        "to": _OFFICE,
        "from": _OFFICE,
        "languages": ["text"],
        "request": "text",
        "component": _COMPONENT,
        "outcome": "text",
        "redacted": "flag",
        "searched": [
            {
                "source": "text",
                "digest": "text?",
                "records": "number",
                "first": "day?",
                "last": "day?",
                "with_lot": "number?",
                "with_date_code": "number?",
                "with_serials": "number?",
            }
        ],
        "not_searched": [{"field": "text", "reason": "text"}],
        "sales": [
            {
                "sale": "text",
                "date": "day?",
                "part_number": "text?",
                "lot": "text?",
                "date_code": "text?",
                "quantity": "number?",
                "customer": "text?",
                "ship_to": "text?",
                "country": "text?",
                "match": "text",
                "probability": "share?",
            }
        ],
        "sales_in_all": "number",
        "customers": [
            {
                "customer": "text",
                "country": "text?",
                "sales": "number",
                "quantity": "number?",
                "lot_share": "share?",
                "probability": "share?",
            }
        ],
        "elsewhere": "share?",
        "assumptions": [{"say": "text", "values": "texts"}],
        "handling": "text",
    },
}  # fmt: skip


def check_body(document: object, schema: str | None = None) -> Body:
    """A request or an answer, if it is one.

    Every field of its schema has to be there, and no other; what is not known is null.

    Parameters
    ----------
    document
        What was parsed from JSON.
    schema
        The schema that it has to have; None: either.

    Raises
    ------
    InputError
        If it is none; the message names the field.

    Examples
    --------
    >>> check_body({"schema": "enduse/request/1", "case": 7}, REQUEST)
    Traceback (most recent call last):
    enduse.errors.InputError: The request has no field 'made'. ...
    """
    said = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(said, str) or said not in _SHAPES:
        raise InputError(
            "The document is neither a request nor an answer.",
            hint=f"Its field 'schema' has to say {REQUEST} or {ANSWER}.",
        )
    if schema not in (None, said):
        raise InputError(f"The document is {said}, and {schema} is needed.", hint=_HINT)
    name = said.split("/")[1]
    fault = _fault(document, _SHAPES[said], "")
    if fault:
        raise InputError(f"The {name} {fault}.", hint=_HINT)
    return document


_HINT = "docs/components.md describes the fields of requests and answers."


def _fault(value: object, shape: Any, path: str) -> str:
    """What is wrong with a value, after 'The request'; empty if nothing is."""
    if isinstance(shape, Mapping):
        return _fault_of_object(value, shape, path)
    if isinstance(shape, list):
        if not isinstance(value, list) or len(value) > _LONGEST_LIST:
            return f"holds no list of at most {_LONGEST_LIST:,} in '{path}'"
        faults = (_fault(item, shape[0], f"{path}[{place}]") for place, item in enumerate(value))
        return next((fault for fault in faults if fault), "")
    if value is None and shape.endswith("?"):
        return ""
    return "" if _fits(value, shape.rstrip("?")) else f"holds no {shape.rstrip('?')} in '{path}'"


def _fault_of_object(value: object, shape: Mapping[str, Any], path: str) -> str:
    if not isinstance(value, dict):
        return f"holds no object in '{path}'"
    inside = f"{path}." if path else ""
    for name in shape:
        if name not in value:
            return f"has no field '{inside}{name}'"
    for name in value:
        if name not in shape:
            return f"has a field '{inside}{str(name)[:60]}' that its schema does not know"
    faults = (_fault(value[name], part, f"{inside}{name}") for name, part in shape.items())
    return next((fault for fault in faults if fault), "")


def _fits(value: object, kind: str) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind in ("number", "share"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return 0 <= value <= (1 if kind == "share" else 1e18)
    if kind == "texts":
        return isinstance(value, dict) and all(
            _fits(part, "text") for pair in value.items() for part in pair
        )
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return False
    return kind == "text" or _is_day(value)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
