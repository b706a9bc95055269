"""Reading what comes in: shipments, registries, names, components, sales; from any table."""

from enduse.records.components import read_components
from enduse.records.headers import load_mapping
from enduse.records.names import read_names
from enduse.records.part_keys import part_key, part_keys
from enduse.records.proposals import propose_mapping
from enduse.records.registry import read_registry
from enduse.records.rejects import REJECTS, RejectsFile, safe_cells
from enduse.records.report import ReadReport
from enduse.records.sales import SalesReport, read_sales, sales_report
from enduse.records.shipments import read_shipments

__all__ = [
    "REJECTS",
    "ReadReport",
    "RejectsFile",
    "SalesReport",
    "load_mapping",
    "part_key",
    "part_keys",
    "propose_mapping",
    "read_components",
    "read_names",
    "read_registry",
    "read_sales",
    "read_shipments",
    "safe_cells",
    "sales_report",
]
