"""Reading what comes in: shipments, registries, names; from files, databases and tables."""

from enduse.records.headers import load_mapping
from enduse.records.names import read_names
from enduse.records.proposals import propose_mapping
from enduse.records.registry import read_registry
from enduse.records.rejects import REJECTS, RejectsFile, safe_cells
from enduse.records.report import ReadReport
from enduse.records.shipments import read_shipments

__all__ = [
    "REJECTS",
    "ReadReport",
    "RejectsFile",
    "load_mapping",
    "propose_mapping",
    "read_names",
    "read_registry",
    "read_shipments",
    "safe_cells",
]
