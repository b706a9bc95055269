"""An invented request and an invented answer, as documents."""

from __future__ import annotations

from typing import Any

COMPONENT: dict[str, Any] = {
    "component_id": "R-17",
    "marking": "QX32F765VIT6\n22 GQ 2230 CHN",
    "weapon": "Winged missile X-1, board 3 (навігація)",
    "part_number": "QX32F765VIT6",
    "family": "QX32F7",
    "kind": None,
    "manufacturer": "Invented Microelectronics",
    "manufacturer_country": "CH",
    "owner": None,
    "date_code": "2230",
    "date_code_earliest": "2022-07-25",
    "date_code_latest": "2022-07-31",
    "lot": "GQ22",
    "serials": [],
    "country_of_assembly": "CN",
    "recovered_on": "2024-03-05",
    "recovered_place": "Вигадана область, ґанок № 7",
    "custody": "Sealed bag 0042",
    "attribution_basis": "fragment of the same hull",
    "confidence": "high",
    "source": "protocol 17/2024",
}


def request(**more: Any) -> dict[str, Any]:
    """A request in three languages; `more` overrides its fields."""
    return {
        "schema": "enduse/request/1",
        "case": "UA-2026-0042",
        "made": "2026-11-22",
        "reply_by": "2026-12-22",
        "to": {"name": "Invented Semiconductors Ltd. / 虛構半導體股份有限公司", "contact": None},
        "from": {"name": "Бюро вигаданих розслідувань", "contact": "liaison@example.org"},
        "languages": ["uk", "en", "zh-Hant"],
        "component": dict(COMPONENT),
        "known": [
            {"field": "part_number", "value": "QX32F765VIT6", "source": "marking",
             "confidence": 0.97},
            {"field": "date_code", "value": "2230", "source": "marking", "confidence": 0.9},
            {"field": "manufacturer_country", "value": "CH", "source": "catalogue",
             "confidence": None},
        ],
        "unknown": [{"field": "serials", "reason": "not_marked"}],
        "asked": ["sales", "customers", "lots", "onward", "authenticity"],
        "period": {"from": "2022-07-25", "to": "2024-03-05"},
        "handling": "case_only",
        **more,
    }  # fmt: skip


def answer(sales: int = 3, **more: Any) -> dict[str, Any]:
    """An answer with so many sales; `more` overrides its fields."""
    return {
        "schema": "enduse/answer/1",
        "case": "UA-2026-0042",
        "made": "2026-11-25",
        "to": {"name": "Бюро вигаданих розслідувань", "contact": None},
        "from": {"name": "Invented Semiconductors Ltd.", "contact": None},
        "languages": ["en", "zh-Hant", "uk"],
        "request": "0" * 64,
        "component": dict(COMPONENT),
        "outcome": "found" if sales else "no_record",
        "redacted": False,
        "searched": [
            {"source": "sales-2021-2024.parquet", "digest": "a" * 64, "records": 1234567,
             "first": "2021-01-01", "last": "2024-06-30", "with_lot": 900000,
             "with_date_code": 1000000, "with_serials": 0}
        ],
        "not_searched": [{"field": "serials", "reason": "not_kept"}],
        "sales": [
            {"sale": f"S{number:04}", "date": "2022-09-01", "part_number": "QX32F765VIT6",
             "lot": "GQ22", "date_code": "2230", "quantity": 1000.0 + number,
             "customer": "深圳市虚构简体贸易有限公司", "ship_to": None, "country": "CN",
             "match": "lot", "probability": 0.2}
            for number in range(1, sales + 1)
        ],
        "sales_in_all": sales,
        "customers": [
            {"customer": "深圳市虚构简体贸易有限公司", "country": "CN", "sales": sales,
             "quantity": 3006.0, "lot_share": 0.6, "probability": 0.6}
        ],
        "elsewhere": 0.22,
        "assumptions": [
            {"say": "The markings of {percent} of recovered parts are not genuine.",
             "values": {"percent": "2%"}}
        ],
        "handling": "case_only",
        **more,
    }  # fmt: skip
