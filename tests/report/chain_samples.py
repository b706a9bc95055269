"""Invented chains: a plain one, two that branch, one of whose goods hardly anything is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from enduse.model.chains import CHAIN_STEPS

HOSTILE = "<script>window.hurt = 1</script>"
_FORMOSA = ("Formosa Lantern Components Co., Ltd.", "TW")
_PALM = ("شركة النخلة للتجارة العامة ذ.م.م", "AE")
_ALATOO = ("Ala-Too Elektronik OsOO", "KG")
_SEVER = ("ООО «Северный Вектор»", "RU")
_RIVER = ("新竹青石半導體股份有限公司", "TW")
_HARBOUR = ("Green Harbour Trading (Hong Kong) International Logistics Ltd", "HK")
_BOSPHORUS = ("Bosphorus Yarı İletken San. Tic. A.Ş.", "TR")


def leg(
    chain_id: int,
    hop: int,
    when: str,
    sender: tuple[str, str],
    receiver: tuple[str, str],
    quantity: float,
    carried: float | None,
    **more: Any,
) -> dict[str, Any]:
    """A row of CHAIN_STEPS; `more` overrides what is made up."""
    return {
        "chain_id": chain_id,
        "hop": hop,
        "shipment_id": f"S-{chain_id}{hop}{when[-2:]}",
        "line_no": 1,
        "date": date.fromisoformat(when),
        "exporter": sender[0],
        "exporter_country": sender[1],
        "consignee": receiver[0],
        "consignee_country": receiver[1],
        "export_country": sender[1],
        "destination_country": receiver[1],
        "hs_code": "8542310000",
        "part_number": None,
        "quantity": quantity,
        "unit": "NAR",
        "carried": carried,
        "score": round(1 - 0.12 * chain_id, 3),
        "link": None if hop == 0 else 0.86,
        "goods_key": None if hop == 0 else "hs6",
        "lag_days": None if hop == 0 else 20,
        "arrivals": None if hop == 0 else 0,
        "departures": None if hop == 0 else 0,
        "merged": None,
        "weight_ratio": None,
        "price_ratio": None,
        "agrees": None,
        "differs": None,
        "by_weight": False,
        **more,
    }


def sample_rows() -> list[dict[str, Any]]:
    """Rows of five chains."""
    return [
        # A plain one over two firms, with a part number all the way.
        leg(1, 0, "2024-03-04", _FORMOSA, _PALM, 1200, 1000, part_number="XQ-7K410T-2"),
        leg(
            1,
            1,
            "2024-03-22",
            _PALM,
            _ALATOO,
            1000,
            1000,
            part_number="XQ-7K410T-2",
            goods_key="part_number",
            lag_days=18,
            link=0.97,
        ),
        leg(
            1,
            2,
            "2024-04-15",
            ("ALATOO ELEKTRONIK LLC", "KG"),
            _SEVER,
            2600,
            1000,
            lag_days=24,
            link=0.81,
            arrivals=7,
            departures=12,
            merged=0.92,
            weight_ratio=1.004,
            price_ratio=1.35,
            agrees="origin_country;lot",
            differs="description",
        ),
        # One that is split at a firm and merged again at the end.
        leg(2, 0, "2024-01-10", _RIVER, _HARBOUR, 5000, 4200, hs_code="854232"),
        leg(2, 1, "2024-02-01", _HARBOUR, _BOSPHORUS, 3000, 2800, lag_days=22, hs_code="854232"),
        leg(
            2,
            1,
            "2024-02-08",
            _HARBOUR,
            (HOSTILE, "KZ"),
            1400,
            1400,
            lag_days=29,
            hs_code="854239",
            goods_key="heading",
        ),
        leg(2, 2, "2024-03-02", _BOSPHORUS, _SEVER, 2800, 2800, lag_days=30, arrivals=1),
        leg(2, 2, "2024-03-09", (HOSTILE, "KZ"), _SEVER, 900, 900, lag_days=30, departures=1),
        # Over the Pacific, no quantity followed, units that differ, a code without a point.
        leg(
            3, 0, "2024-05-01", ("Cedar Ridge Instruments", "JP"), ("Lakeside LLC", "US"), 40, None
        ),
        leg(
            3,
            1,
            "2024-05-01",
            ("Lakeside LLC", "US"),
            ("Steppe Supply\u0007\u202e", "XX"),
            12.5,
            None,
            unit="KGM",
            goods_key="party",
            lag_days=0,
            arrivals=None,
            departures=None,
            by_weight=True,
        ),
        # One leg only.
        leg(4, 0, "2024-06-01", _FORMOSA, _SEVER, 10, 10),
        # Twice between the same firms, a few days apart, at the end of a long way.
        leg(5, 0, "2024-02-17", _FORMOSA, _PALM, 3770, 2340),
        leg(5, 1, "2024-03-16", _PALM, _ALATOO, 2600, 1170),
        leg(5, 1, "2024-03-23", _PALM, _ALATOO, 1170, 1170),
        leg(5, 2, "2024-04-07", _ALATOO, _SEVER, 2600, 1170),
        leg(5, 2, "2024-04-17", _ALATOO, _SEVER, 1170, 1170),
    ]


def sample_steps() -> pa.Table:
    """The table of five chains."""
    return pa.Table.from_pylist(sample_rows(), schema=CHAIN_STEPS)
