"""Peers live in environments of their own, made when first asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measured import ROOT

_PINS = Path(__file__).resolve().parent / "peers.txt"
_ENVIRONMENTS = ROOT / ".venv-peers"


def pins() -> dict[str, list[str]]:
    """Environment to the packages in it."""
    found: dict[str, list[str]] = {}
    for line in _PINS.read_text("utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            found[next(reversed(found))].append(line)
    return found


def python_of(peer: str | None) -> str | None:
    """The interpreter of a peer's environment, made if need be; None: it cannot be made.

    Packages come from whatever index pip is set up for; why it failed goes to standard error.
    """
    if peer is None:
        return sys.executable
    folder = _ENVIRONMENTS / peer
    python, stamp = folder / "bin" / "python", folder / ".installed"
    wanted = "\n".join(pins()[peer])
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return str(python)
    print(f"making the environment of {peer}", file=sys.stderr)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*install, *pins()[peer]]):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            said = (made.stderr or made.stdout).strip().splitlines()
            print(f"no environment for {peer}: {said[-1] if said else ''}", file=sys.stderr)
            return None
    stamp.write_text(wanted, "utf-8")
    return str(python)
