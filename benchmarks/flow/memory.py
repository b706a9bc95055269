"""Memory of a process, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def memory(kind: str) -> int:
    """Bytes resident now (``VmRSS``) or at most since the process began or asked anew (``VmHWM``)."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(kind + ":"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"/proc/self/status has no {kind}")


def memory_from_here() -> int:
    """Bytes resident now; the most is counted anew from here."""
    # See proc_pid_clear_refs(5): 5 sets the peak to what is resident now.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return memory("VmRSS")
