"""Parties and listed entities that bear the same identifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.names.identifiers import identifiers
from enduse.screen.met import Numbers
from enduse.screen.qualifiers import Says

LONGEST_NATIONAL = 9
"""Up to so many characters, another country may give the same number to somebody else."""

SAME = pa.schema(
    [
        pa.field("party", pa.int64()),
        pa.field("listing", pa.int64()),
        pa.field("value", pa.string()),
        pa.field("by", pa.string()),
    ]
)
"""Rows of the two tables, the identifier in capitals without signs, and what the list calls it."""

_SHORTEST, _FEWEST_DIGITS = 6, 4
# A call sign, the mark of an aircraft or a bank account passes from one to the other.
_TELLING = (
    "passport",
    "tax",
    "registration",
    "national_id",
    "lei",
    "swift",
    "duns",
    "imo_company",
    "mmsi",
)
# A Russian KPP says which tax office and why (01: there is the seat): thousands of firms share one.
_SHARED = r"^\d{4}01\d{3}$"
_OF_A_REGISTER = ("tax", "registration", "lei", "imo_company", "national_id")
_IMO = r"^(IMO)?\d{7}$"
# Nine digits that begin with the country of a ship's station (ITU-R M.585).
_MMSI = r"^(MMSI)?[2-7]\d{8}$"


class ListedIdentifiers:
    """The identifiers of listed entities, by value.

    An identifier counts if it has six letters and digits or more, four of them digits, and is of
    a sort that stays with its bearer.
    """

    def __init__(self, listings: pa.Table) -> None:
        rows = listings["identifiers"].combine_chunks()
        flat = pc.list_flatten(rows)
        value, kind = _bare(pc.struct_field(flat, "value")), pc.struct_field(flat, "type")
        value = _marked(value, pc.equal(kind, "mmsi"), _MMSI, "MMSI")
        row = pc.list_parent_indices(rows).cast(pa.int64())
        tells = pc.and_(pc.is_in(kind, pa.array(_TELLING)), _tells(value))
        numbers = listings["imo"].combine_chunks()
        imo = pc.binary_join_element_wise("IMO", numbers, "")
        has_imo = numbers.is_valid()
        self._listed = (
            pa.table(
                {
                    "value": pa.concat_arrays([value.filter(tells), imo.filter(has_imo)]),
                    "listing": pa.concat_arrays(
                        [row.filter(tells), pa.array(np.flatnonzero(has_imo))]
                    ),
                    "by": pa.concat_arrays(
                        [kind.filter(tells), pa.repeat("imo", pc.sum(has_imo).as_py() or 0)]
                    ),
                }
            )
            .group_by(["value", "listing"])
            .aggregate([("by", "min")])
        )

    def match(self, parties: pa.Table) -> pa.Table:
        """Which parties (schema `model.PARTIES`) bear the identifier of which listings: `SAME`.

        Seven digits are an IMO number if they say so, or if the party is a vessel.
        """
        value = party_identifiers(parties)
        ours = pa.table({"value": value, "party": pa.array(np.arange(len(parties)))})
        met = ours.filter(_tells(value)).join(self._listed, "value", join_type="inner")
        order = [("party", "ascending"), ("listing", "ascending")]
        return met.rename_columns({"by_min": "by"}).select(SAME.names).sort_by(order).cast(SAME)


def party_identifiers(parties: pa.Table) -> pa.Array:
    """The identifiers of parties in capitals without signs.

    An IMO number begins with IMO and the radio number of a ship with MMSI.
    """
    bare = _bare(parties["id"].combine_chunks())
    is_vessel = pc.equal(parties["kind"].combine_chunks(), "vessel")
    return _marked(_marked(bare, is_vessel, _IMO, "IMO"), is_vessel, _MMSI, "MMSI")


def compare_identifiers(
    parties: pa.Table, listings: pa.Table, party: Numbers, listing: Numbers, country: Numbers
) -> Numbers:
    """Whether the number of each party contradicts those that the list gives.

    DIFFERS where one register gave both: its check digits hold. OTHER_FORM where both are numbers
    of the same country and form, so that one register may have given them. A passport, a radio
    number and a bank code change and contradict nothing.

    Parameters
    ----------
    party, listing
        Rows of the two tables.
    country
        For each pair what the countries say (`compare_countries`).
    """
    says = np.full(len(party), Says.SILENT, dtype=np.int64)
    stated = np.flatnonzero(np.asarray(parties["id"].is_valid())[party])
    ours = parties.select(["id", "country", "kind"]).take(pa.array(party[stated])).to_pylist()
    theirs = listings["identifiers"].take(pa.array(listing[stated])).to_pylist()
    for at, one, others in zip(stated, ours, theirs, strict=True):
        numbers = [i["value"] for i in others or () if i["type"] in _OF_A_REGISTER]
        if numbers:
            home = one["country"] if country[at] == Says.SAME else None
            says[at] = _numbers_say(one["id"], numbers, home or "", one["kind"] or "")
    return says


def _numbers_say(ours: str, theirs: Sequence[str], country: str, kind: str) -> Says:
    count = len(theirs)
    read = identifiers([ours, *theirs], [country] * (count + 1), [kind] * (count + 1))
    rows = list(zip(read.party, read.value, read.scope, strict=True))
    own = {(value, scope) for party, value, scope in rows if party == 0 and scope}
    listed = {(value, scope) for party, value, scope in rows if party > 0}
    if own & listed:
        return Says.SILENT
    shared = {scope for _, scope in own} & {scope for _, scope in listed}
    if not shared:
        return Says.SILENT
    return Says.OTHER_FORM if all(" " in str(scope) for scope in shared) else Says.DIFFERS


def _marked(bare: pa.Array, which: pa.Array, form: str, mark: str) -> pa.Array:
    """Numbers of this form, where they are of such a kind, with the mark that tells the kind."""
    is_one = pc.and_(which, pc.match_substring_regex(bare, form)).fill_null(False)
    number = pc.replace_substring_regex(bare, f"^{mark}", "")
    return pc.if_else(is_one, pc.binary_join_element_wise(mark, number, ""), bare)


def _bare(identifiers: pa.Array) -> pa.Array:
    capitals = pc.utf8_upper(pc.utf8_normalize(identifiers, form="NFKC"))
    return pc.replace_substring_regex(capitals, r"[^\p{L}\p{N}]+", "")


def _tells(bare: pa.Array) -> pa.Array:
    """Whether an identifier can tell who bears it; null does not."""
    long = pc.greater_equal(pc.utf8_length(bare), _SHORTEST)
    numbered = pc.greater_equal(pc.count_substring_regex(bare, r"\d"), _FEWEST_DIGITS)
    own = pc.invert(pc.match_substring_regex(bare, _SHARED))
    return pc.and_(pc.and_(long, numbered), own).fill_null(False)
