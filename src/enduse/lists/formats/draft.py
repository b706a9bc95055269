"""A party while a reader is still gathering what its list says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from enduse.lists.formats.dates import birth_dates
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.identifiers import identifier_type, imo_in, worded_numbers
from enduse.lists.formats.name_text import is_foreign, names_in
from enduse.lists.formats.places import countries_at_end, countries_in
from enduse.lists.parsed import ParsedParty
from enduse.model import PartyKind
from enduse.model.identifiers import is_imo_valid

_KINDS = {
    "individual": PartyKind.PERSON,
    "person": PartyKind.PERSON,
    "p": PartyKind.PERSON,
    "entity": PartyKind.ORGANIZATION,
    "enterprise": PartyKind.ORGANIZATION,
    "e": PartyKind.ORGANIZATION,
    "organization": PartyKind.ORGANIZATION,
    "organisation": PartyKind.ORGANIZATION,
    "company": PartyKind.ORGANIZATION,
    "publicbody": PartyKind.ORGANIZATION,
    "vessel": PartyKind.VESSEL,
    "ship": PartyKind.VESSEL,
    "aircraft": PartyKind.AIRCRAFT,
    "airplane": PartyKind.AIRCRAFT,
}
_PRIMARY_FIRST = ("primary", "alias", "original_script", "former", "weak_alias")
_FURTHEST_AHEAD = timedelta(days=366)
# Mojibake of old US files: Windows-1252 bytes that were taken for Latin-1.
_CONTROLS = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}


def party_kind(word: str) -> PartyKind:
    """The kind that a list's own word stands for; unknown if it is none of them."""
    return _KINDS.get(word.strip().lower(), PartyKind.UNKNOWN)


@dataclass(slots=True)
class Draft:
    """Gathers, tidies and dedupes; `done` answers the party.

    Blank texts are passed over everywhere, so that a reader may hand on any cell.
    """

    list: str
    record_id: str
    row: int
    kind: PartyKind
    faults: Faults
    measure: str | None = None
    listed_from: date | None = None
    listed_to: date | None = None
    source_url: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    programs: dict[str, None] = field(default_factory=dict)
    countries: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)
    births: dict[str, None] = field(default_factory=dict)
    identifiers: dict[tuple[str, str], None] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)
    imo: str | None = None

    def name(self, text: str, name_type: str = "alias") -> None:
        """One name; the first primary one stays primary, another becomes an alias.

        An alias in a script other than Latin is an original-script name.
        """
        if text := _tidy(text):
            if name_type == "primary" and "primary" in self.names.values():
                name_type = "alias"
            if name_type == "alias" and is_foreign(text):
                name_type = "original_script"
            if text not in self.names or name_type == "primary":
                self.names[text] = name_type

    def written(self, text: str, name_type: str = "alias") -> None:
        """A cell that may hold several names; a primary name also stays as it is written."""
        primary = name_type == "primary"
        if primary:
            self.name(text, "primary")
        for name, kind in names_in(text, "alias" if primary else name_type, by_commas=not primary):
            self.name(name, kind)

    def program(self, text: str) -> None:
        """One programme or regime."""
        if text := _tidy(text):
            self.programs[text] = None

    def country(self, text: str) -> None:
        """Whatever countries a cell names; what is none is counted among the faults."""
        codes = countries_in(text)
        if codes is None:
            self.faults.count("country not known, left out", self.row, text)
        else:
            self.countries.update(dict.fromkeys(codes))

    def address(self, text: str) -> None:
        """One address; the country that it ends with is a tie, and no address where it is all."""
        if text := _tidy(text):
            self.place(text)
            if "," in text or not countries_in(text):
                self.addresses[text] = None

    def place(self, text: str) -> None:
        """A place such as a place of birth: only its country is kept."""
        self.countries.update(dict.fromkeys(countries_at_end(text)))

    def birth(self, text: str) -> None:
        """Dates of birth in any form."""
        self.births.update(dict.fromkeys(birth_dates(text)))

    def identifier(self, label: str, text: str) -> None:
        """An identifier; `label` is a type or the list's words for it."""
        if not (text := _tidy(text)):
            return
        kind = identifier_type(label)
        if kind == "kpp":
            return
        if kind == "imo":
            number = imo_in(text)
            if number is None:
                self.faults.count("no IMO number where one should be, left out", self.row, text)
                return
            if self.kind in (PartyKind.PERSON, PartyKind.ORGANIZATION):
                kind = "imo_company"
            else:
                self.imo = self.imo or number
                if not is_imo_valid(number):
                    self.faults.count("IMO number fails its check digit, kept", self.row, number)
            text = number
        self.identifiers[kind, text] = None

    def numbers(self, kind: str, cell: str) -> None:
        """A cell of identifiers with words beside them; `kind` where the words say no other."""
        for words, number in worded_numbers(cell):
            said = identifier_type(words)
            self.identifier(kind if said == "other" else said, number)
            self.place(words)

    def remark(self, text: str) -> None:
        """A remark as given."""
        if text := text.translate(_CONTROLS).strip():
            self.remarks[text] = None

    def done(self) -> ParsedParty:
        """The party; without a primary name its first good one is the primary name."""
        names = list(self.names.items())
        first = min(names, key=lambda name: _PRIMARY_FIRST.index(name[1]))
        names.remove(first)
        primary = first[0]
        if self.listed_from and self.listed_from > date.today() + _FURTHEST_AHEAD:
            what = "listing date more than a year ahead, left out"
            self.faults.count(what, self.row, self.listed_from.isoformat())
            self.listed_from = None
        return ParsedParty(
            list=self.list,
            record_id=self.record_id or primary,
            source_row=self.row,
            kind=self.kind.value,
            name=primary,
            names=((primary, "primary"), *names),
            programs=tuple(self.programs),
            measure=self.measure,
            countries=tuple(self.countries),
            addresses=tuple(self.addresses),
            birth_dates=tuple(self.births),
            identifiers=tuple(self.identifiers),
            imo=self.imo,
            listed_from=self.listed_from,
            listed_to=self.listed_to,
            source_url=self.source_url,
            remarks="\n".join(self.remarks) or None,
        )


def finished(drafts: Iterable[Draft], faults: Faults) -> tuple[ParsedParty, ...]:
    """The parties of all drafts; one without any name cannot be screened and is counted out."""
    parties = []
    for draft in drafts:
        if draft.names:
            parties.append(draft.done())
        else:
            faults.count("record without a name, left out", draft.row, draft.record_id)
    return tuple(parties)


def _tidy(text: str) -> str:
    return " ".join(text.translate(_CONTROLS).split())
