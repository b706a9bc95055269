"""What leaves on paper or as a file: the report of a run, its chains, and tables beside it."""

from enduse.report.chains import write_chains_page
from enduse.report.exports import write_geojson, write_graphml
from enduse.report.page import write_report
from enduse.report.tables import TablesWritten, write_tables
from enduse.report.truth import AgainstTruth, against_truth

__all__ = [
    "AgainstTruth",
    "TablesWritten",
    "against_truth",
    "write_chains_page",
    "write_geojson",
    "write_graphml",
    "write_report",
    "write_tables",
]
