"""What leaves on paper or as a file: the report of a run, and its tables for a spreadsheet."""

from enduse.report.page import write_report
from enduse.report.tables import TablesWritten, write_tables

__all__ = ["TablesWritten", "write_report", "write_tables"]
