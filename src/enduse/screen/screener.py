"""Parties and vessels against listed entities, whatever the date."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rigour.names import remove_obj_prefixes

from enduse.model import HITS, PARTIES, PartyKind
from enduse.names import NameIndex
from enduse.screen.addresses import AddressIndex
from enduse.screen.explanations import explanations
from enduse.screen.identifiers import LONGEST_NATIONAL, ListedIdentifiers, party_identifiers
from enduse.screen.met import MET, Flags, Numbers, best
from enduse.screen.qualifiers import (
    MOST_RAISED,
    Qualifiers,
    compare_birth_dates,
    compare_countries,
)
from enduse.settings import Settings

DEFAULT_THRESHOLD = 0.85
"""At which fewer than one unrelated company in two hundred is met: see `names.NameIndex`."""

VESSEL_NAME_TRUST = 0.9
"""What the very name of a listed vessel is worth: ships are renamed, and many share a name."""

_SPARE = 5
# Which kinds of listed entity a party can be: a company named like a ship is not the ship.
_KINDS_MET = {
    None: (PartyKind.PERSON, PartyKind.ORGANIZATION, PartyKind.UNKNOWN),
    PartyKind.PERSON: (PartyKind.PERSON, PartyKind.UNKNOWN),
    PartyKind.ORGANIZATION: (PartyKind.ORGANIZATION, PartyKind.UNKNOWN),
    PartyKind.VESSEL: (PartyKind.VESSEL,),
}


class Screener:
    """A collection of listings, made ready once, to screen any number of parties against.

    Parameters
    ----------
    listings
        Schema `model.LISTINGS`.
    names
        Schema `model.LISTING_NAMES`: every name of those listings.
    settings
        How many threads may be used; None: one a core.
    """

    def __init__(
        self, listings: pa.Table, names: pa.Table, settings: Settings | None = None
    ) -> None:
        self._listings = listings.combine_chunks()
        kinds = listings["kind"].take(self._rows(names["entity_key"]))
        self._index = NameIndex.build(
            names.append_column("kind", kinds), threads=(settings or Settings()).thread_count
        )
        weak = names.filter(pc.equal(names["name_type"], "weak_alias"))
        self._weak_aliases = frozenset(
            zip(weak["entity_key"].to_pylist(), weak["name"].to_pylist(), strict=True)
        )

    def parties(
        self,
        parties: pa.Table,
        *,
        limit: int = 10,
        threshold: float = DEFAULT_THRESHOLD,
        explain: bool = True,
    ) -> pa.Table:
        """The listed entities that each party may be.

        An identifier that both bear settles it, with a score of 1; what the names say against it
        is in the explanation. A name is scored by `names.NameIndex`; country, birth date and
        address then move the score a little (see `screen.qualifiers`). Persons, organisations and
        vessels are kept apart where both sides say which they are; aircraft are never met.

        Parameters
        ----------
        parties
            Schema `model.PARTIES`.
        limit
            Entities for a party at most.
        threshold
            Score that an entity must reach, 0 to 1.
        explain
            Whether to say which part met which; explanations are null otherwise.

        Returns
        -------
        pyarrow.Table
            Schema `model.HITS`, one row at most for a party and an entity; in the order of the
            parties, then by falling score, then by entity. A party without a row met no entry of
            these lists, and no more is known of it.
        """
        parties = parties.select(PARTIES.names).cast(PARTIES).combine_chunks()
        met = best(
            [self._by_identifier(parties), *self._by_name(parties, limit, threshold)],
            limit,
            threshold,
        )
        told: list[str | None] = [None] * len(met)
        if explain:
            says = self._qualifiers(parties, met)
            told = explanations(parties, self._listings, met, says)
        basis = pc.if_else(pc.is_in(met["by"], pa.array(["name", "imo"])), met["by"], "identifier")
        columns = [
            parties["party_key"].take(met["party"]),
            self._listings["entity_key"].take(met["listing"]),
            met["score"],
            met["matched_name"],
            basis,
            pa.array(told, pa.string()),
        ]
        return pa.table(columns, schema=HITS)

    def vessels(
        self,
        vessels: pa.Table,
        *,
        limit: int = 10,
        threshold: float = DEFAULT_THRESHOLD,
        explain: bool = True,
    ) -> pa.Table:
        """The listed vessels that each vessel may be: by IMO number, and with less trust by name.

        Parameters
        ----------
        vessels
            Columns `vessel_key` (int64), `imo` and `name` (string, null where not known).
        limit, threshold, explain
            As for `parties`.

        Returns
        -------
        pyarrow.Table
            Schema `model.HITS`; `party_key` is the vessel's key. One that has another IMO number
            is not met by its name.
        """
        nothing = pa.nulls(len(vessels), pa.string())
        kind = pa.repeat(str(PartyKind.VESSEL), len(vessels))
        name = vessels["name"].fill_null("")
        columns = [vessels["vessel_key"], name, kind, nothing, nothing, vessels["imo"], nothing]
        parties = pa.table(columns, schema=PARTIES)
        return self.parties(parties, limit=limit, threshold=threshold, explain=explain)

    def addresses(self, addresses: pa.Table) -> pa.Table:
        """The listed entities at each address: see `screen.addresses.AddressIndex`."""
        return self._addresses.match(addresses)

    @cached_property
    def _addresses(self) -> AddressIndex:
        return AddressIndex(self._listings)

    @cached_property
    def _identifiers(self) -> ListedIdentifiers:
        return ListedIdentifiers(self._listings)

    def _by_identifier(self, parties: pa.Table) -> pa.Table:
        same = self._identifiers.match(parties)
        party, listing = same["party"].to_numpy(), same["listing"].to_numpy()
        differs = compare_countries(parties, self._listings, party, listing) < 0
        national = pc.utf8_length(same["value"]).to_numpy() <= LONGEST_NATIONAL
        may_be = self._kinds_agree(parties, party, listing) & ~(differs & national)
        kept = may_be | np.asarray(pc.equal(same["by"], "imo"))
        same, listing = same.filter(pa.array(kept)), listing[kept]
        matched = self._listings["name"].take(pa.array(listing))
        columns = [same["party"], same["listing"], np.ones(len(same)), matched, same["by"]]
        return pa.table(columns, schema=MET)

    def _kinds_agree(self, parties: pa.Table, party: Numbers, listing: Numbers) -> Flags:
        ours = parties["kind"].take(pa.array(party)).to_pylist()
        theirs = self._listings["kind"].take(pa.array(listing)).to_pylist()
        pairs = zip(ours, theirs, strict=True)
        return np.array([it in _KINDS_MET[_kind(one)] for one, it in pairs], dtype=bool)

    def _by_name(self, parties: pa.Table, limit: int, threshold: float) -> Iterator[pa.Table]:
        raised = sum(
            most if parties[column].null_count < len(parties) else 0.0
            for column, most in MOST_RAISED.items()
        )
        kinds = [_kind(text) for text in parties["kind"].to_pylist()]
        for kind in set(kinds):
            party = np.array([row for row, other in enumerate(kinds) if other == kind])
            texts = parties["name"].take(pa.array(party)).to_pylist()
            trust = VESSEL_NAME_TRUST if kind is PartyKind.VESSEL else 1.0
            if kind is PartyKind.VESSEL:
                texts = [remove_obj_prefixes(text) for text in texts]
            found = self._index.match(
                texts,
                limit=limit + _SPARE,
                threshold=max(0.0, (threshold - raised) / trust),
                kinds=[str(other) for other in _KINDS_MET[kind]],
            )
            columns = [
                party[found["query"].to_numpy()],
                self._rows(found["entity_key"]),
                found["score"].to_numpy() * trust,
                found["matched_name"],
                pa.repeat("name", len(found)),
            ]
            yield self._adjusted(parties, pa.table(columns, schema=MET))

    def _adjusted(self, parties: pa.Table, met: pa.Table) -> pa.Table:
        score = self._qualifiers(parties, met).adjust(met["score"].to_numpy())
        met = met.set_column(2, MET.field("score"), pa.array(score))
        ours = party_identifiers(parties).take(met["party"])
        theirs = pc.binary_join_element_wise("IMO", self._listings["imo"].take(met["listing"]), "")
        other_ship = pc.and_(pc.starts_with(ours, "IMO"), pc.not_equal(ours, theirs))
        return met.filter(pc.invert(other_ship.fill_null(False)))

    def _qualifiers(self, parties: pa.Table, met: pa.Table) -> Qualifiers:
        party, listing = met["party"].to_numpy(), met["listing"].to_numpy()
        entity = self._listings["entity_key"].take(met["listing"]).to_pylist()
        matched = zip(entity, met["matched_name"].to_pylist(), strict=True)
        return Qualifiers(
            country=compare_countries(parties, self._listings, party, listing),
            birth_date=compare_birth_dates(parties, self._listings, party, listing),
            address=self._compare_addresses(parties, party, entity),
            is_weak_alias=np.array([pair in self._weak_aliases for pair in matched], dtype=bool),
        )

    def _compare_addresses(self, parties: pa.Table, party: Numbers, entity: list[int]) -> Numbers:
        if parties["address"].null_count == len(parties) or not entity:
            return np.zeros(len(party), dtype=np.int64)
        rows = pa.array(np.unique(party))
        asked = pa.table({"address_key": rows, "address": parties["address"].take(rows)})
        near = self.addresses(asked)
        known = set(
            zip(near["address_key"].to_pylist(), near["entity_key"].to_pylist(), strict=True)
        )
        pairs = zip(party.tolist(), entity, strict=True)
        return np.array([int(pair in known) for pair in pairs], dtype=np.int64)

    def _rows(self, entity_keys: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.index_in(entity_keys, self._listings["entity_key"].combine_chunks()).cast(
            pa.int64()
        )


def _kind(text: str | None) -> PartyKind | None:
    kind = PartyKind(text) if text is not None else None
    return kind if kind in _KINDS_MET else None
