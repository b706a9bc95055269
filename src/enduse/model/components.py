"""Recovered components: what their markings say."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

READINGS = pa.schema(
    [
        column("component_id", pa.string(), "Whatever names the component.", required=True),
        column("marking", pa.string(), "The marking as given."),
        column("rank", pa.int32(), "1: the best reading; null: nothing could be read, see notes."),
        column("part_number", pa.string(), "Ordering code as read; null: none is there."),
        column("family", pa.string(), "Family of the part; null: not known."),
        column("kind", pa.string(), "What the part is, in free words; null: not known."),
        column("manufacturer", pa.string(), "Brand; null: neither named nor told by the code."),
        column(
            "manufacturer_country",
            pa.string(),
            "Alpha-2 of the brand's headquarters, which is neither where the part was assembled "
            "nor where it was sold.",
        ),
        column("owner", pa.string(), "Present owner of the brand; itself where nobody owns it."),
        column("date_code", pa.string(), "Date code as written; null: none is there."),
        column("date_code_earliest", pa.date32(), "First day that the date code may mean."),
        column("date_code_latest", pa.date32(), "Last day that the date code may mean."),
        column("lot", pa.string(), "Lot or trace code; null: none is there."),
        column("serial", pa.string(), "Serial number; null: none is there."),
        column(
            "country_of_assembly", pa.string(), "Alpha-2, as marked on the part; null: not marked."
        ),
        column("confidence", pa.float64(), "0 to 1: how sure the reading is as a whole."),
        column("spans", pa.string(), "JSON: field to [start, end) in characters of the marking."),
        column("notes", pa.string(), "What was assumed, corrected or refused; '; ' between."),
    ]
)
"""Readings of markings, best first for each component; a marking may have several or none."""
