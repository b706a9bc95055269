"""Recovered components: a marking to its part number, date code, lot and maker."""

from enduse.components.catalogue import Catalogue, Maker, Part, load_catalogue
from enduse.components.date_codes import DateCode
from enduse.components.reading import Reading, read
from enduse.components.readings import read_markings

__all__ = [
    "Catalogue",
    "DateCode",
    "Maker",
    "Part",
    "Reading",
    "load_catalogue",
    "read",
    "read_markings",
]
