"""Reading what comes in: shipments and company registries, from files, databases and tables."""

from enduse.records.headers import load_mapping
from enduse.records.proposals import propose_mapping
from enduse.records.registry import read_registry
from enduse.records.report import ReadReport
from enduse.records.shipments import read_shipments

__all__ = ["ReadReport", "load_mapping", "propose_mapping", "read_registry", "read_shipments"]
