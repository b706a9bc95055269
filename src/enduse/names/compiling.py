"""Functions that are compiled when they are first called, and kept for later runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba as nb

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """A function in compiled code that holds no lock on the interpreter.

    Numba keeps compiled code beside the module, for as long as that module does not change. What
    the function calls in other modules is compiled into it: so all sources of the room count.
    """
    made: Any = nb.njit(cache=True, nogil=True)(function)
    kept = made._cache._cache_file
    kept._source_stamp = (kept._source_stamp, _SOURCES)
    return cast(_F, made)


_SOURCES = tuple(
    (path.name, path.stat().st_mtime_ns, path.stat().st_size)
    for path in sorted(Path(__file__).parent.rglob("*.py"))
)
