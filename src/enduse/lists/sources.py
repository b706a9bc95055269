"""Where authorities publish their lists, and what a real one of each must hold."""

from __future__ import annotations

from dataclasses import dataclass

_OFAC = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
_ECFR = "https://www.ecfr.gov/api/versioner/v1"


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list, or one bundle of lists, that an authority publishes at fixed addresses.

    Examples
    --------
    >>> SOURCES["un-sc"].addresses
    ('https://scsanctions.un.org/resources/xml/en/consolidated.xml',)
    """

    name: str
    format: str
    """A name in `enduse.lists.formats.FORMATS`."""
    about: str
    """Whose list it is."""
    licence: str
    """On what terms it may be used, in words."""
    addresses: tuple[str, ...] = ()
    """All files of the list; ``{issue}`` stands for the date that `issue_address` answers."""
    issue_address: str | None = None
    """Where the date of the newest issue is found: JSON of the eCFR's titles."""
    least_bytes: int = 1
    """An answer below this cannot be the whole of the first file."""
    canaries: tuple[str, ...] = ()
    """Names, or entries of a control list, that stand in every whole edition."""
    needs: str | None = None
    """What the user must give before it can be downloaded."""
    by_default: bool = True
    """Whether an update without named sources includes it."""


SOURCES: dict[str, ListSource] = {
    source.name: source
    for source in (
        ListSource(
            "ofac-sdn",
            "ofac-sdn",
            "US Treasury, OFAC: Specially Designated Nationals and Blocked Persons",
            "work of the US Government, public domain",
            (f"{_OFAC}/SDN.CSV", f"{_OFAC}/ALT.CSV", f"{_OFAC}/ADD.CSV"),
            least_bytes=1_000_000,
            canaries=("AL QA'IDA", "HIZBALLAH", "BANK MELLI IRAN"),
        ),
        ListSource(
            "ofac-consolidated",
            "ofac-consolidated",
            "US Treasury, OFAC: sanctions lists other than the SDN list",
            "work of the US Government, public domain",
            (f"{_OFAC}/CONS_PRIM.CSV", f"{_OFAC}/CONS_ALT.CSV", f"{_OFAC}/CONS_ADD.CSV"),
            least_bytes=20_000,
            canaries=("ROSNEFT", "BANK OF KUNLUN"),
        ),
        ListSource(
            "us-csl",
            "us-csl",
            "US Commerce, ITA: Consolidated Screening List of Commerce, State and Treasury",
            "work of the US Government, public domain",
            (
                "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv",
            ),
            least_bytes=2_000_000,
            canaries=("HUAWEI TECHNOLOGIES", "HIZBALLAH", "BANK OF KUNLUN"),
        ),
        ListSource(
            "bis-dpl",
            "bis-dpl",
            "US Commerce, BIS: Denied Persons List",
            "work of the US Government, public domain",
            ("https://media.bis.gov/sites/default/files/documents/denied-persons-list.txt",),
            least_bytes=20_000,
            canaries=("MAHAN AIRWAYS",),
        ),
        ListSource(
            "un-sc",
            "un-sc",
            "UN Security Council: consolidated list",
            "published by the United Nations for implementation by all",
            ("https://scsanctions.un.org/resources/xml/en/consolidated.xml",),
            least_bytes=500_000,
            canaries=("AL-QAIDA", "KOREA MINING DEVELOPMENT TRADING CORPORATION"),
        ),
        ListSource(
            "uk-sanctions",
            "uk-sanctions",
            "UK, FCDO: UK Sanctions List",
            "Open Government Licence v3.0",
            ("https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv",),
            least_bytes=1_000_000,
            canaries=("AL-QAIDA", "BANK MELLI", "KOREA MINING DEVELOPMENT"),
        ),
        ListSource(
            "eu-fsf",
            "eu-fsf",
            "European Commission: consolidated list of financial sanctions",
            "reuse permitted with attribution (Commission Decision 2011/833/EU)",
            least_bytes=1_000_000,
            canaries=("HIZBALLAH", "KOREA MINING DEVELOPMENT", "WAGNER GROUP"),
            needs="The Commission gives the address only with a personal token: sign in at "
            "https://webgate.ec.europa.eu/fsd/fsf, copy the address of 'XML (based on XSD) v1.1' "
            "and give it for 'eu-fsf'.",
        ),
        ListSource(
            "eu-journal",
            "eu-journal",
            "EU Official Journal: annexes of the sanctions regulations",
            "reuse permitted with attribution (Commission Decision 2011/833/EU)",
            canaries=("ROSOBORONEXPORT", "KALASHNIKOV", "BANK MELLI"),
            needs="The Official Journal is not published in this layout; import the folder.",
            by_default=False,
        ),
        ListSource(
            "us-ccl",
            "us-ccl",
            "US Commerce, BIS: Commerce Control List, 15 CFR 774 Supplement No. 1",
            "work of the US Government, public domain",
            (f"{_ECFR}/full/{{issue}}/title-15.xml?part=774",),
            issue_address=f"{_ECFR}/titles.json",
            least_bytes=1_000_000,
            canaries=("3A001", "3A090", "5A002", "1C350"),
        ),
        ListSource(
            "opensanctions",
            "opensanctions",
            "OpenSanctions: sanctions lists of the world in one",
            "CC BY-NC 4.0; a business needs a licence of its own",
            ("https://data.opensanctions.org/datasets/latest/sanctions/targets.simple.csv",),
            least_bytes=5_000_000,
            canaries=("HIZBALLAH", "ROSOBORONEXPORT"),
            by_default=False,
        ),
    )
}
"""Sources by name."""
