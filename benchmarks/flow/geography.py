"""The countries of a world, by the part that they play."""

from __future__ import annotations

import numpy as np

CONTROLLED_ORIGINS = {
    "US": 0.20, "DE": 0.19, "JP": 0.14, "TW": 0.12, "KR": 0.10,
    "NL": 0.08, "FR": 0.07, "GB": 0.06, "CH": 0.04,
}  # fmt: skip
"""Countries that control the goods, and their share of firms."""

HUBS = {
    "CN": 0.24, "TR": 0.20, "AE": 0.14, "HK": 0.13, "KZ": 0.08,
    "RS": 0.05, "UZ": 0.05, "KG": 0.04, "AM": 0.04, "GE": 0.03,
}  # fmt: skip
"""Third countries through which goods reach the embargoed ones."""

EMBARGOED = {"RU": 0.87, "BY": 0.13}
"""Destinations that the goods may not reach."""

OTHERS = {
    "IN": 0.22, "VN": 0.14, "MX": 0.13, "BR": 0.12, "TH": 0.10,
    "MY": 0.09, "ID": 0.08, "SA": 0.06, "EG": 0.03, "ZA": 0.03,
}  # fmt: skip
"""Everybody else."""

CONTROLLED, HUB, DESTINATION, OTHER = range(4)
"""Kinds of country."""

KINDS = (CONTROLLED_ORIGINS, HUBS, EMBARGOED, OTHERS)
COUNTRIES = tuple(code for kind in KINDS for code in kind)
KIND_OF_COUNTRY = np.repeat(np.arange(4, dtype=np.int8), [len(kind) for kind in KINDS])
