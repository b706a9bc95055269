"""Words of the trade in Arabic, Persian, Urdu and Hebrew, which are translated and not spelt."""

from __future__ import annotations

TRADE_WORDS: dict[str, str] = {"شركة": "company"}
