"""OpenMined's private set intersection, in an environment of its own: it replaces protobuf.

Run by the interpreter of that environment, this file reads ``{"client": […], "server": […]}`` from
standard input and writes which of the client's items the server has, and the CPU seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

VERSION = "2.0.6"


@dataclass(frozen=True, slots=True)
class Answer:
    """Places of the client's items that the server has; CPU seconds of both sides together."""

    found: list[int]
    cpu_seconds: float
    peak_mib: int


def interpreter() -> Path | None:
    """The Python that has it, made and filled if need be; None if it cannot be installed."""
    folder = Path(tempfile.gettempdir()) / f"enduse-openmined-psi-{VERSION}"
    python = folder / "bin" / "python"
    if not _has_it(python):
        try:
            venv.create(folder, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        install = [str(python), "-m", "pip", "install", "--quiet", f"openmined-psi=={VERSION}"]
        done = subprocess.run(install, check=False, capture_output=True, timeout=300)
        if done.returncode or not _has_it(python):
            return None
    return python


def intersect(python: Path, client: Sequence[str], server: Sequence[str]) -> Answer:
    """OpenMined's answer."""
    given = json.dumps({"client": list(client), "server": list(server)})
    done = subprocess.run(
        [python, __file__], input=given, capture_output=True, text=True, check=True, timeout=600
    )
    return Answer(**json.loads(done.stdout))


def _has_it(python: Path) -> bool:
    if not python.exists():
        return False
    wanted = [str(python), "-c", "import private_set_intersection.python"]
    return subprocess.run(wanted, check=False, capture_output=True).returncode == 0


def _main() -> None:
    import resource

    import private_set_intersection.python as psi  # type: ignore[import-not-found]

    given = json.load(sys.stdin)
    began = time.process_time()
    client = psi.client.CreateWithNewKey(True)
    server = psi.server.CreateWithNewKey(True)
    asked = client.CreateRequest(given["client"])
    setup = server.CreateSetupMessage(
        1e-9, len(given["client"]), given["server"], psi.DataStructure.RAW
    )
    found = sorted(client.GetIntersection(setup, server.ProcessRequest(asked)))
    json.dump(
        {
            "found": found,
            "cpu_seconds": time.process_time() - began,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    _main()
