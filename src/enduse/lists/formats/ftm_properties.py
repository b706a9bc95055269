"""Properties of the FollowTheMoney model that say who a party is."""

from __future__ import annotations

from enduse.model import PartyKind

KINDS = {
    "Person": PartyKind.PERSON,
    "Organization": PartyKind.ORGANIZATION,
    "Company": PartyKind.ORGANIZATION,
    "PublicBody": PartyKind.ORGANIZATION,
    "LegalEntity": PartyKind.UNKNOWN,
    "Vessel": PartyKind.VESSEL,
    "Airplane": PartyKind.AIRCRAFT,
}
"""Schemata of parties; a LegalEntity may be a person or an organization."""

NAMES = {
    "name": "alias",
    "alias": "alias",
    "weakAlias": "weak_alias",
    "previousName": "former",
}
"""Property to the type of name it holds; the caption among the names is the primary one."""

COUNTRIES = (
    "country",
    "nationality",
    "citizenship",
    "jurisdiction",
    "mainCountry",
    "birthCountry",
    "flag",
)

IDENTIFIERS = {
    "passportNumber": "passport",
    "idNumber": "national_id",
    "socialSecurityNumber": "national_id",
    "taxNumber": "tax",
    "innCode": "tax",
    "vatCode": "tax",
    "registrationNumber": "registration",
    "ogrnCode": "registration",
    "okpoCode": "registration",
    "uscCode": "registration",
    "leiCode": "lei",
    "swiftBic": "swift",
    "dunsCode": "duns",
    "uniqueEntityId": "registration",
    "serialNumber": "aircraft",
    "imoNumber": "imo",
    "mmsi": "mmsi",
    "callSign": "call_sign",
}
"""Property to the type of identifier. 'kppCode' is none: it is a tax office's, not a firm's."""
