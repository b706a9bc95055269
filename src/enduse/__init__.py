"""Enduse finds where controlled goods really end up.

>>> import enduse
>>> enduse.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from enduse.calls import check as check
    from enduse.calls import classify as classify
    from enduse.calls import screen as screen
    from enduse.calls import trace as trace

__all__ = ["__version__", "check", "classify", "screen", "trace"]


def __getattr__(name: str) -> Any:
    if name in ("check", "classify", "screen", "trace"):
        from enduse import calls

        # The room `enduse.screen`, once imported, would stand in place of the call of that name.
        globals().update(
            {call: getattr(calls, call) for call in ("check", "classify", "screen", "trace")}
        )
        return globals()[name]
    raise AttributeError(f"module 'enduse' has no attribute '{name}'")
