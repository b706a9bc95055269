"""What leaves on paper or as a file: the report of a run, and its tables for a spreadsheet."""

from enduse.report.page import write_report

__all__ = ["write_report"]
