"""Functions that are compiled when they are first called, and kept for later runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba as nb

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """A function in compiled code that holds no lock on the interpreter.

    Numba keeps compiled code beside the module, for as long as that module does not change. What
    the function calls in other modules is compiled into it: so all sources of its folder count.
    They count as part of Numba's version, which is read before anything that may no longer be
    readable, such as a type that the sources no longer have.
    """
    made: Any = nb.njit(cache=True, nogil=True)(function)
    kept = made._cache._cache_file
    kept._version = (kept._version, _sources(Path(inspect.getfile(function)).parent))
    return cast(_F, made)


@cache
def _sources(folder: Path) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (path.name, path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.rglob("*.py"))
    )
