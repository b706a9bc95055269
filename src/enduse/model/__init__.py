"""The vocabulary of Enduse: what a shipment, a listing, a hit, a piece of evidence is.

Every table that passes between rooms has its Arrow schema here, with units and null meanings in
the field metadata (key ``about``). The room knows nothing else of Enduse.
"""

from enduse.model.chains import CHAIN_STEPS
from enduse.model.evidence import EVIDENCE, FINDINGS, Status, SubjectKind
from enduse.model.goods import CLASSIFICATIONS, CONTROL_ENTRIES, GOODS, HS_ENTRIES, NOMENCLATURE
from enduse.model.listings import LISTING_NAMES, LISTINGS, PartyKind
from enduse.model.parties import HITS, PARTIES, REGISTRY
from enduse.model.shipments import ROLES, SHIPMENTS, Role
from enduse.model.watched import WATCHED

__all__ = [
    "CHAIN_STEPS",
    "CLASSIFICATIONS",
    "CONTROL_ENTRIES",
    "EVIDENCE",
    "FINDINGS",
    "GOODS",
    "HITS",
    "HS_ENTRIES",
    "LISTINGS",
    "LISTING_NAMES",
    "NOMENCLATURE",
    "PARTIES",
    "REGISTRY",
    "ROLES",
    "SHIPMENTS",
    "WATCHED",
    "PartyKind",
    "Role",
    "Status",
    "SubjectKind",
]
