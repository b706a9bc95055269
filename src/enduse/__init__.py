"""Enduse finds where controlled goods really end up.

>>> import enduse
>>> enduse.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from enduse.calls import answer_request as answer_request
    from enduse.calls import check as check
    from enduse.calls import classify as classify
    from enduse.calls import import_components as import_components
    from enduse.calls import import_sales as import_sales
    from enduse.calls import read_marking as read_marking
    from enduse.calls import read_markings as read_markings
    from enduse.calls import request_records as request_records
    from enduse.calls import screen as screen
    from enduse.calls import show_components as show_components
    from enduse.calls import summarise_components as summarise_components
    from enduse.calls import trace as trace
    from enduse.calls import trace_component as trace_component

_CALLS = (
    "answer_request",
    "check",
    "classify",
    "import_components",
    "import_sales",
    "read_marking",
    "read_markings",
    "request_records",
    "screen",
    "show_components",
    "summarise_components",
    "trace",
    "trace_component",
)
__all__ = [
    "__version__",
    "answer_request",
    "check",
    "classify",
    "import_components",
    "import_sales",
    "read_marking",
    "read_markings",
    "request_records",
    "screen",
    "show_components",
    "summarise_components",
    "trace",
    "trace_component",
]


def __getattr__(name: str) -> Any:
    if name in _CALLS:
        from enduse import calls

        # The room `enduse.screen`, once imported, would stand in place of the call of that name.
        globals().update({call: getattr(calls, call) for call in _CALLS})
        return globals()[name]
    raise AttributeError(f"module 'enduse' has no attribute '{name}'")
