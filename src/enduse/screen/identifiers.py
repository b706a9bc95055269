"""Parties and listed entities that bear the same identifier."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
_TELLING = ("passport", "tax", "registration", "national_id", "lei", "swift", "duns", "imo_company")
# A Russian KPP says which tax office and why (01: there is the seat): thousands of firms share one.
_SHARED = r"^\d{4}01\d{3}$"


class ListedIdentifiers:
    """The identifiers of listed entities, by value.

    An identifier counts if it has six letters and digits or more, four of them digits, and is of
    a sort that stays with its bearer.
    """

    def __init__(self, listings: pa.Table) -> None:
        rows = listings["identifiers"].combine_chunks()
        flat = pc.list_flatten(rows)
        value, kind = _bare(pc.struct_field(flat, "value")), pc.struct_field(flat, "type")
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
    """The identifiers of parties in capitals without signs; an IMO number begins with IMO."""
    bare = _bare(parties["id"].combine_chunks())
    is_vessel = pc.equal(parties["kind"].combine_chunks(), "vessel")
    is_imo = pc.and_(is_vessel, pc.match_substring_regex(bare, r"^\d{7}$"))
    return pc.if_else(is_imo.fill_null(False), pc.binary_join_element_wise("IMO", bare, ""), bare)


def _bare(identifiers: pa.Array) -> pa.Array:
    capitals = pc.utf8_upper(pc.utf8_normalize(identifiers, form="NFKC"))
    return pc.replace_substring_regex(capitals, r"[^\p{L}\p{N}]+", "")


def _tells(bare: pa.Array) -> pa.Array:
    """Whether an identifier can tell who bears it; null does not."""
    long = pc.greater_equal(pc.utf8_length(bare), _SHORTEST)
    numbered = pc.greater_equal(pc.count_substring_regex(bare, r"\d"), _FEWEST_DIGITS)
    own = pc.invert(pc.match_substring_regex(bare, _SHARED))
    return pc.and_(pc.and_(long, numbered), own).fill_null(False)
