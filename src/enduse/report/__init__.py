"""What leaves on paper or as a file: the report of a run, its chains, and tables beside it."""

from enduse.report.exports import write_geojson, write_graphml
from enduse.report.page import write_report
from enduse.report.tables import TablesWritten, write_tables

__all__ = ["TablesWritten", "write_geojson", "write_graphml", "write_report", "write_tables"]
