"""What kind of identifier a list's own label stands for."""

from __future__ import annotations

import re
from functools import lru_cache

from enduse.lists.formats.name_text import parted, parts
from enduse.model.identifiers import imo_number

_LABELS = {
    "passport": (
        "Passport", "Diplomatic Passport", "Stateless Person ID Card", "Travel Document Number",
        "Refugee ID Card",
    ),
    "national_id": (
        "Bosnian Personal ID No.", "British National Overseas Passport", "C.U.I.", "C.U.I.P.",
        "C.U.R.P.", "Cartilla de Servicio Militar Nacional", "Cedula No.",
        "Cedula de Ciudadania", "Citizen's Card Number", "Credencial electoral", "D.N.I.",
        "Driver's License No.", "Electoral Registry No.", "I.F.E.", "Kuwait Civil ID No.",
        "LE Number", "Moroccan Personal ID No.", "NIE", "National Foreign ID Number",
        "National ID No.", "Numero de Identidad", "Pasaporte", "Personal ID Card",
        "Residency Number", "SSN", "SRE Permit No.", "Turkish Identification Number",
        "Birth Certificate Number", "Identification Number", "UAE Identification",
    ),
    "tax": (
        "C.U.I.T.", "Fiscal Code", "Italian Fiscal Code", "NIT #", "R.F.C.", "RFC", "RIF #",
        "RUC #", "RTN", "Tax ID No.", "Numero Unico de Identificacao Tributaria", "US FEIN",
        "V.A.T. Number",
    ),
    "registration": (
        "Branch Unit Number", "Business Number", "Business Registration Document #",
        "Business Registration Number", "C.R. No.", "Central Registration System Number",
        "Certificate of Incorporation Number", "Chamber of Commerce Number",
        "Commercial Registry Number", "Company Number", "Dubai Chamber of Commerce Membership No.",
        "Economic Register Number (CBLS)", "Enterprise Number", "Folio Mercantil No.",
        "Government Gazette Number", "Istanbul Chamber of Comm. No.", "License",
        "Matricula Mercantil No", "Public Registration Number", "Registered Charity No.",
        "Registration ID", "Registration Number", "Trade License No.", "UK Company Number",
        "Unified Social Credit Code (USCC)", "United Social Credit Code Certificate (USCCC)",
    ),
    "aircraft": (
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        "Aircraft Manufacturer's Serial Number (MSN)", "Aircraft Mode S Transponder Code",
        "Aircraft Serial Identification", "Aircraft Tail Number", "Previous Aircraft Tail Number",
    ),
    "imo": ("Vessel Registration Identification",),
    "imo_company": ("Identification Number IMO", "Company Number IMO"),
    "mmsi": ("MMSI",),
    "call_sign": ("Vessel Call Sign", "Call Sign", "Other Vessel Call Sign"),
    "lei": ("Legal Entity Number", "Legal Entity Identifier"),
    "swift": ("SWIFT/BIC",),
    "duns": ("D-U-N-S Number",),
    "bank": ("BIK (RU)", "Bank Identification Number"),
    "wallet": ("Digital Currency Address",),
}  # fmt: skip
"""Type to the labels that OFAC uses for it in its remarks, documents and features."""

_EXACT = {label.lower(): kind for kind, labels in _LABELS.items() for label in labels}
_WORDS = (
    ("wallet", r"digital currency|wallet"),
    ("imo", r"\bimo\b"),
    ("mmsi", r"\bmmsi\b"),
    ("call_sign", r"call ?sign"),
    ("lei", r"\blei(?:code)?\b|legal entity (?:identifier|number)"),
    ("swift", r"swift|\bbic\b"),
    ("passport", r"passport|pasaporte|passeport|travel doc|laissez"),
    ("kpp", r"\bkpp\b|\bкпп\b"),
    (
        "tax",
        r"\btax|\binn\b|\btin\b|\bvat\b|v\.a\.t|fiscal|\bnit\b|\brfc\b|\bruc\b|инн|унн|унп|\bein\b",
    ),
    (
        "registration",
        r"regist|\bogrn\b|огрн|\bokpo\b|company n|trade|licen[cs]e|commerc|incorporat"
        r"|\bmersis\b|credit code|business",
    ),
    (
        "national_id",
        r"national|identity|identification|\bid\b|social security|\bssn\b|personal|citizen|birth"
        r"|tazkira|ration|voter|cedula|residen",
    ),
)
_PATTERNS = [(kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS]
_ASIDE = re.compile(r"\(([^()]*)\)")
_VALIDITY = re.compile(
    r"\s+(?:issued|expire[sd]?|valid|expiry|officially|under|on \d).*$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^(?P<words>(?:.*(?:\b(?:number|no|nr|card|passport|document|inn|tin|ssn|kpp|okpo|ogrn)\b|:))?"
    r"[\s.:]*)(?P<number>(?=.*\d).+)$",
    re.IGNORECASE,
)
_INN_KPP = re.compile(r"(?<=\d{10})\s*/\s*\d{9}$")
_IMO = re.compile(r"(?<!\d)(\d{7})(?!\d)", re.ASCII)

_OFAC = re.compile(
    rf"""
    ^(?:alt\.\ )?(?P<label>{"|".join(re.escape(x) for x in sorted(_EXACT, key=len, reverse=True))})
    [\s#-]+(?P<value>.*?)
    (?:\s*\([^()]*\))*(?:\s+(?:issued|expires)\b.*)?$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def ofac_identifier(remark: str) -> tuple[str, str] | None:
    """Label and number of one remark of OFAC's, None if it is about something else.

    Examples
    --------
    >>> ofac_identifier("alt. Passport 284158 (Iraq) expires 21 Aug 2005")
    ('Passport', '284158')
    >>> ofac_identifier("Vessel Registration Identification IMO 7406784")
    ('Vessel Registration Identification', 'IMO 7406784')
    >>> ofac_identifier("Linked To: HIZBALLAH") is None
    True
    """
    match = _OFAC.match(remark)
    if match is None or not any(c.isdigit() for c in match["value"]):
        return None
    return match["label"], match["value"].rpartition(" ")[2] if (
        known_label(match["label"]) == "wallet"
    ) else match["value"]


@lru_cache(maxsize=4096)
def identifier_type(label: str) -> str:
    """The type of an identifier from the words a list puts beside it.

    Returns
    -------
    str
        passport, national_id, tax, registration, imo, imo_company (of a shipping company), mmsi,
        call_sign, lei, swift, duns, bank, aircraft, wallet, kpp (a Russian tax office's code that
        many firms share, so no identifier), or other. A type stands for itself.

    Examples
    --------
    >>> [identifier_type(t) for t in ("Tax ID No.", "National passport", "Tax ID/INN", "Badge")]
    ['tax', 'passport', 'tax', 'other']
    """
    label = label.strip()
    if label in _LABELS:
        return label
    if exact := known_label(label):
        return exact
    return next((kind for kind, words in _PATTERNS if words.search(label)), "other")


def known_label(label: str) -> str | None:
    """The type of one of OFAC's own labels; None for any other words."""
    label = label.strip().lower()
    return _EXACT.get(label) or _EXACT.get(label.partition(" - ")[0])


def worded_numbers(cell: str) -> list[tuple[str, str]]:
    """The numbers in a cell, each with the words beside it.

    Examples
    --------
    >>> worded_numbers("(a) Libyan passport No. 513519, (b) 6229060995 (Tax ID/INN)")
    [('Libyan passport No.', '513519'), ('Tax ID/INN', '6229060995')]
    >>> worded_numbers("381110042 (Kuwait) expires 25 Jan. 2016; 7702165310 / 770101001")
    [('Kuwait', '381110042'), ('', '7702165310')]
    """
    found = []
    for part in (p for piece in parts(cell) for p in parted(piece, ",")):
        asides = _ASIDE.findall(part)
        rest = _VALIDITY.sub("", _ASIDE.sub(" ", part)).strip()
        if any(map(str.isdigit, rest)) and (match := _NUMBER.match(rest)):
            number = _INN_KPP.sub("", match["number"].strip(" .:-–"))
            found.append((" ".join(filter(None, (match["words"].strip(), *asides))), number))
    return found


def imo_in(text: str) -> str | None:
    """The IMO number in a text, seven digits.

    Examples
    --------
    >>> imo_in("IMO9562233"), imo_in("Vessel 8628597 (former)"), imo_in("Does not exist")
    ('9562233', '8628597', None)
    """
    if whole := imo_number(text):
        return whole
    match = _IMO.search(text)
    return match[1] if match else None
