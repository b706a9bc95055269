"""How a column is written down: name, type, whether null may stand there, and what it means."""

from __future__ import annotations

import pyarrow as pa


def column(name: str, kind: pa.DataType, about: str, *, required: bool = False) -> pa.Field:
    """One column of a table.

    Parameters
    ----------
    name
        The name promised to other rooms.
    kind
        Arrow type.
    about
        What it says, its unit, and what null means.
    required
        Whether null is forbidden.
    """
    return pa.field(name, kind, nullable=not required, metadata={"about": about})
