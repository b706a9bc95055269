"""Recovered components: a marking to its part number, date code, lot and maker."""

from enduse.components.catalogue import Catalogue, Maker, Part, load_catalogue

__all__ = ["Catalogue", "Maker", "Part", "load_catalogue"]
