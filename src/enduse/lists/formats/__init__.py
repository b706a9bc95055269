"""Every layout of a list that Enduse reads, by its name.

The readers are imported when they are first called, so that naming the formats costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from enduse.lists.parsed import ListFormat, ParsedList, ReadOptions


def _format(
    name: str,
    reader: str,
    about: str,
    default_list: str | None = None,
    *,
    may_be_folder: bool = False,
) -> ListFormat:
    module, function = reader.split(".")

    def read(path: Path, options: ReadOptions) -> ParsedList:
        answer: ParsedList = getattr(import_module(f"{__name__}.{module}"), function)(path, options)
        return answer

    return ListFormat(name, about, read, default_list or name, may_be_folder)


FORMATS: dict[str, ListFormat] = {
    f.name: f
    for f in (
        _format(
            "ofac-sdn",
            "ofac.read_ofac_sdn",
            "OFAC's SDN list: folder with sdn.csv, alt.csv, add.csv, or SDN_ADVANCED.XML",
            may_be_folder=True,
        ),
        _format(
            "ofac-consolidated",
            "ofac.read_ofac_consolidated",
            "OFAC's non-SDN lists: folder with cons_prim.csv, cons_alt.csv, cons_add.csv",
            may_be_folder=True,
        ),
        _format(
            "us-csl", "us.read_us_csl", "US Consolidated Screening List, trade.gov CSV or JSON"
        ),
        _format(
            "csl-flat",
            "us.read_csl_flat",
            "US Consolidated Screening List as one trimmed table of parties",
            "us-csl",
        ),
        _format("bis-dpl", "us.read_bis_dpl", "BIS Denied Persons List, tab-separated"),
        _format("un-sc", "un.read_un_sc", "UN Security Council consolidated list, XML"),
        _format(
            "eu-fsf", "eu_fsf.read_eu_fsf", "EU consolidated financial sanctions, XML 1.1 or CSV"
        ),
        _format(
            "eu-journal",
            "eu_journal.read_eu_journal",
            "Annexes in the EU Official Journal: one CSV a regulation, or a folder of them",
            may_be_folder=True,
        ),
        _format(
            "uk-sanctions",
            "uk.read_uk_sanctions",
            "UK Sanctions List: official CSV or XML, or a folder of normalised tables",
            may_be_folder=True,
        ),
        _format(
            "opensanctions",
            "opensanctions.read_opensanctions",
            "OpenSanctions entities.ftm.json or targets.simple.csv",
        ),
        _format(
            "ftm",
            "opensanctions.read_ftm",
            "FollowTheMoney entities, one JSON object a line",
        ),
        _format("tip", "tips.read_watched", "Parts and routes of a partner's tip"),
        _format("csv", "tables.read_csv", "Any table with a header, with a mapping of columns"),
        _format(
            "vessels-json",
            "tables.read_vessels_json",
            "OFAC vessels with IMO numbers, JSON",
            "ofac-vessels",
        ),
        _format(
            "us-ccl",
            "controls.read_us_ccl",
            "US Commerce Control List: eCFR XML of 15 CFR 774, or ccl.json",
        ),
        _format(
            "hs-list",
            "controls.read_hs_list",
            "Any table of HS codes with tier or annex, regime, destinations and dates",
        ),
        _format(
            "hs-nomenclature",
            "controls.read_hs_nomenclature",
            "Harmonized System nomenclature: code, description, parent, level",
        ),
    )
}
"""Formats by name."""
