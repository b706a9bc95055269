"""Parties and vessels against listed entities, whatever the date."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rigour.names import remove_obj_prefixes

from enduse.model import HITS, PARTIES, PartyKind
from enduse.names import NameIndex
from enduse.screen.addresses import AddressIndex
from enduse.screen.changes import Changes, changes
from enduse.screen.explanations import explanations
from enduse.screen.identifiers import (
    LONGEST_NATIONAL,
    ListedIdentifiers,
    compare_identifiers,
    party_identifiers,
)
from enduse.screen.met import MET, Flags, Floats, Numbers, best
from enduse.screen.qualifiers import (
    SUREST_NAME,
    Qualifiers,
    Says,
    compare_birth_dates,
    compare_countries,
    log_odds,
    most_raised,
    probability,
    same_party,
)
from enduse.screen.rarity import NameRarity
from enduse.settings import Settings

DEFAULT_THRESHOLD = 0.88
"""At which fewer than one unrelated company in two hundred is met: of 8,000 invented companies
that are on no list, 0.30% met one of 55,005 entries of all real lists by name alone, and 0.33% of
8,000 others that nothing was tuned on; of invented people 0.23% and 0.34%."""

VESSEL_NAME_TRUST = 0.9
"""What the very name of a listed vessel is worth: ships are renamed, and many share a name."""

MMSI_TRUST = 0.97
"""What the same radio number is worth: a ship that changes its flag gets another one, and another
ship may then get the old one."""

_SPARE, _FEW = 5, 4
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
    index
        The index of these names under their `entity_key`, if it was kept (see
        `screen.kept_screener`); built here if None.
    """

    def __init__(
        self,
        listings: pa.Table,
        names: pa.Table,
        settings: Settings | None = None,
        *,
        index: NameIndex | None = None,
    ) -> None:
        self._listings = listings.combine_chunks()
        self._names = names
        self._index_key = self._listings["entity_key"].combine_chunks().to_numpy()
        self._index = index or index_of(listings, names, settings)
        self._asked = np.ones(len(listings), dtype=bool)

    @property
    def listings(self) -> pa.Table:
        """The listings that are held (schema `model.LISTINGS`)."""
        return self._listings

    def update(self, listings: pa.Table, names: pa.Table) -> Changes:
        """Take over the collection as it is now, in place of the one held.

        Only the names of what was added or changed are read anew; the answers are those of a
        `Screener` made of the new collection (a score may differ in the third digit, see
        `names.NameIndex.remove`). It may not run beside another call.

        Parameters
        ----------
        listings, names
            As given to `Screener`; entities may have other keys than before.

        Returns
        -------
        Changes
            What is new, to be given to `only`, and what is gone.
        """
        kept, gone = changes(self._listings, self._names, listings, names)
        is_new = kept < 0
        key = np.empty(len(kept), dtype=np.int64)
        key[~is_new] = self._index_key[kept[~is_new]]
        key[is_new] = np.arange(is_new.sum()) + self._index_key.max(initial=-1) + 1
        found = Changes(
            new=listings["entity_key"].filter(pa.array(is_new)).combine_chunks(),
            gone=self._listings["entity_key"].filter(pa.array(gone)).combine_chunks(),
        )
        self._index.remove(self._index_key[gone])
        self._listings, self._names = listings.combine_chunks(), names
        self._index_key = key
        self._asked = np.ones(len(listings), dtype=bool)
        for made in ("_addresses", "_identifiers", "_rarity", "_weak_aliases"):
            self.__dict__.pop(made, None)
        added = names.filter(pc.is_in(names["entity_key"], found.new))
        row = pc.index_in(added["entity_key"], listings["entity_key"].combine_chunks())
        self._index.add(
            pa.table(
                {
                    "entity_key": pa.array(key).take(row),
                    "name": added["name"],
                    "kind": listings["kind"].take(row),
                }
            )
        )
        return found

    def only(self, entity_keys: pa.Array) -> Screener:
        """This screener, answering of these listed entities alone, with the scores of the whole.

        When a list changes, the parties that are held are asked of only what changed.
        """
        some = copy.copy(self)
        some._asked = self._asked & np.asarray(
            pc.is_in(self._listings["entity_key"].combine_chunks(), entity_keys)
        )
        some._index = self._index.only(self._index_key[some._asked])
        return some

    def parties(
        self,
        parties: pa.Table,
        *,
        limit: int = 10,
        threshold: float = DEFAULT_THRESHOLD,
        explain: bool = True,
    ) -> pa.Table:
        """The listed entities that each party may be.

        An identifier that both bear settles it, with a score of 1 (`MMSI_TRUST` for a radio
        number); what the names say against it is in the explanation. Else the score is the
        probability that both are the same party, among parties of which half are listed: what
        `names.NameIndex` says of the names, no more than a name so common can say of a person
        (`screen.rarity`), and what country, birth date, another identifier and address say beside
        it (`screen.qualifiers`). Persons, organisations and vessels are kept apart where both
        sides say which they are; aircraft are never met.

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
            is_common = self._most(met) < SUREST_NAME / 2
            told = explanations(parties, self._listings, met, says, self._index, is_common)
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
        near = self._addresses.match(addresses)
        asked = self._asked[self._row_of(near["entity_key"]).to_numpy()]
        return near.filter(pa.array(asked))

    @cached_property
    def _addresses(self) -> AddressIndex:
        return AddressIndex(self._listings)

    @cached_property
    def _rarity(self) -> NameRarity:
        return NameRarity(self._listings, self._names)

    @cached_property
    def _weak_aliases(self) -> frozenset[tuple[int, str]]:
        weak = self._names.filter(pc.equal(self._names["name_type"], "weak_alias"))
        return frozenset(zip(weak["entity_key"].to_pylist(), weak["name"].to_pylist(), strict=True))

    @cached_property
    def _identifiers(self) -> ListedIdentifiers:
        return ListedIdentifiers(self._listings)

    def _by_identifier(self, parties: pa.Table) -> pa.Table:
        same = self._identifiers.match(parties)
        party, listing = same["party"].to_numpy(), same["listing"].to_numpy()
        differs = compare_countries(parties, self._listings, party, listing) < 0
        national = pc.utf8_length(same["value"]).to_numpy() <= LONGEST_NATIONAL
        may_be = self._kinds_agree(parties, party, listing) & ~(differs & national)
        kept = (may_be | np.asarray(pc.equal(same["by"], "imo"))) & self._asked[listing]
        same, listing = same.filter(pa.array(kept)), listing[kept]
        score = np.where(pc.equal(same["by"], "mmsi"), MMSI_TRUST, 1.0)
        matched = self._listings["name"].take(pa.array(listing))
        columns = [same["party"], same["listing"], score, matched, same["by"]]
        return pa.table(columns, schema=MET)

    def _kinds_agree(self, parties: pa.Table, party: Numbers, listing: Numbers) -> Flags:
        ours = parties["kind"].take(pa.array(party)).to_pylist()
        theirs = self._listings["kind"].take(pa.array(listing)).to_pylist()
        pairs = zip(ours, theirs, strict=True)
        return np.array([it in _KINDS_MET[_kind(one)] for one, it in pairs], dtype=bool)

    def _by_name(self, parties: pa.Table, limit: int, threshold: float) -> Iterator[pa.Table]:
        least = float(log_odds(np.array(threshold))) - most_raised(parties)
        by_name = float(probability(np.array(least))) if threshold > 0 else 0.0
        kinds = [_kind(text) for text in parties["kind"].to_pylist()]
        for kind in set(kinds):
            party = np.array([row for row, other in enumerate(kinds) if other == kind])
            texts = parties["name"].take(pa.array(party)).to_pylist()
            if kind is PartyKind.VESSEL:
                texts = [remove_obj_prefixes(text) for text in texts]
            found = self._matches(
                texts, limit + _SPARE, by_name, [str(other) for other in _KINDS_MET[kind]]
            )
            columns = [
                party[found["query"].to_numpy()],
                self._row_in_index(found["entity_key"]),
                found["score"],
                found["matched_name"],
                pa.repeat("name", len(found)),
            ]
            yield self._judged(parties, pa.table(columns, schema=MET))

    def _matches(
        self, texts: list[str], limit: int, threshold: float, kinds: list[str]
    ) -> pa.Table:
        """As `NameIndex.match`; many answers are looked for only where one was found.

        Most parties meet nobody, and a search for more answers costs as many times more.
        """
        few = self._index.match(texts, limit=min(limit, _FEW), threshold=threshold, kinds=kinds)
        if limit <= _FEW:
            return few
        met = np.unique(few["query"].to_numpy())
        found = self._index.match(
            [texts[row] for row in met], limit=limit, threshold=threshold, kinds=kinds
        )
        return found.set_column(0, "query", pa.array(met[found["query"].to_numpy()], pa.int64()))

    def _judged(self, parties: pa.Table, met: pa.Table) -> pa.Table:
        """With the probability that both are one party in place of that of one name."""
        says = self._qualifiers(parties, met)
        score = same_party(met["score"].to_numpy(), self._most(met), says)
        met = met.set_column(2, MET.field("score"), pa.array(score))
        ours = party_identifiers(parties).take(met["party"])
        theirs = pc.binary_join_element_wise("IMO", self._listings["imo"].take(met["listing"]), "")
        other_ship = pc.and_(pc.starts_with(ours, "IMO"), pc.not_equal(ours, theirs))
        return met.filter(pc.invert(other_ship.fill_null(False)))

    def _qualifiers(self, parties: pa.Table, met: pa.Table) -> Qualifiers:
        party, listing = met["party"].to_numpy(), met["listing"].to_numpy()
        entity = self._listings["entity_key"].take(met["listing"]).to_pylist()
        matched = zip(entity, met["matched_name"].to_pylist(), strict=True)
        country = compare_countries(parties, self._listings, party, listing)
        return Qualifiers(
            country=country,
            birth_date=compare_birth_dates(parties, self._listings, party, listing),
            identifier=compare_identifiers(parties, self._listings, party, listing, country),
            address=self._compare_addresses(parties, party, listing),
            is_weak_alias=np.array([pair in self._weak_aliases for pair in matched], dtype=bool),
        )

    def _most(self, met: pa.Table) -> Floats:
        """The log-odds that the very name can say at most of who bears it."""
        kind = self._listings["kind"].take(met["listing"])
        most = np.full(len(met), SUREST_NAME)
        most[np.asarray(pc.equal(kind, "vessel"))] = log_odds(np.array(VESSEL_NAME_TRUST))
        persons = np.asarray(pc.equal(kind, "person"))
        some = met.filter(pa.array(persons))
        if len(some):
            primary = self._listings["name"].take(some["listing"])
            most[persons] = self._rarity.most(some["matched_name"], primary)
        return most

    def _compare_addresses(self, parties: pa.Table, party: Numbers, listing: Numbers) -> Numbers:
        says = np.full(len(party), Says.SILENT, dtype=np.int64)
        stated = np.asarray(parties["address"].is_valid())[party]
        if not stated.any():
            return says
        rows = pa.array(np.unique(party[stated]))
        near = self.addresses(
            pa.table({"address_key": rows, "address": parties["address"].take(rows)})
        )
        at = self._row_of(near["entity_key"]).to_numpy() + near["address_key"].to_numpy() * len(
            self._listings
        )
        same = np.isin(party * len(self._listings) + listing, at)
        known = pc.list_value_length(self._listings["addresses"].combine_chunks())
        listed = np.asarray(pc.greater(known, 0).fill_null(False))[listing]
        says[stated & listed] = Says.DIFFERS
        says[same] = Says.SAME
        return says

    def _row_of(self, entity_keys: pa.ChunkedArray) -> pa.ChunkedArray:
        held = self._listings["entity_key"].combine_chunks()
        return pc.index_in(entity_keys, held).cast(pa.int64())

    def _row_in_index(self, keys: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.index_in(keys, pa.array(self._index_key)).cast(pa.int64())


def index_of(listings: pa.Table, names: pa.Table, settings: Settings | None = None) -> NameIndex:
    """The index of the names of listings, as a `Screener` uses it."""
    row = pc.index_in(names["entity_key"], listings["entity_key"].combine_chunks())
    return NameIndex.build(
        names.append_column("kind", listings["kind"].take(row)),
        threads=(settings or Settings()).thread_count,
    )


def _kind(text: str | None) -> PartyKind | None:
    kind = PartyKind(text) if text is not None else None
    return kind if kind in _KINDS_MET else None
