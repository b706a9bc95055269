"""Goods to control entries: HS code, text, part number, technical parameters.

Every answer is a candidate, an exclusion or 'cannot be said'; none is a classification in law.
"""

from enduse.goods.classify import classify
from enduse.goods.codes import high_priority_tiers
from enduse.goods.fit import DESCRIPTION_FIT, description_fit
from enduse.goods.parametric import unknown_parameters
from enduse.goods.reading import read_goods
from enduse.goods.thresholds import Thresholds, read_thresholds, shipped_thresholds

__all__ = [
    "DESCRIPTION_FIT",
    "Thresholds",
    "classify",
    "description_fit",
    "high_priority_tiers",
    "read_goods",
    "read_thresholds",
    "shipped_thresholds",
    "unknown_parameters",
]
