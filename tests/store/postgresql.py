"""A PostgreSQL of Debian's, started for the tests on a socket in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_numbers = count()


def _programs() -> Path | None:
    """Where the newest server's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@contextmanager
def _running() -> Iterator[Path]:
    programs = _programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed; .ci/run installs it")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="enduse-postgresql-"))
    # The server refuses to run as root.
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        other = pwd.getpwnam("postgres")
        owner = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        os.chown(folder, other.pw_uid, other.pw_gid)

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "said").open("ab"),
            check=False,
            **owner,
        )
        if done.returncode:
            pytest.fail(f"{program}: {(folder / 'said').read_text('utf-8')}")

    try:
        call("initdb", "-U", "enduse", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield folder
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Path]:
    """The folder of the socket of a running server."""
    with _running() as folder:
        yield folder


@pytest.fixture
def postgresql_url(postgresql_server: Path) -> str:
    """The address of an empty database."""
    if not os.environ.get("CI"):
        pytest.importorskip("psycopg", reason="needs the extra 'postgres'")
    import psycopg

    name = f"enduse_{next(_numbers)}"
    with psycopg.connect(
        f"postgresql://enduse@/postgres?host={postgresql_server}", autocommit=True
    ) as server:
        server.execute(f"CREATE DATABASE {name}")
    return f"postgresql://enduse@/{name}?host={postgresql_server}"
