"""Settings: one frozen object, made once at the edge and passed in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from enduse.errors import UsageError

LANGUAGES = ("en", "uk", "zh_Hant")
"""Languages that a report can be written in."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that changes how Enduse runs, and nothing about what it judges.

    What it judges by (weights, hubs, embargoes, budgets) is a dated policy file instead.

    Examples
    --------
    >>> Settings.load(env={"ENDUSE_HOME": "/srv/enduse"}).workspace
    PosixPath('/srv/enduse')
    """

    workspace: Path = field(
        default=Path("enduse-workspace"),
        metadata={"about": "Folder that holds lists, runs and data. From ENDUSE_HOME."},
    )
    engine: str = field(
        default="duckdb",
        metadata={"about": "Which engine runs the tables; 'duckdb' is in the box."},
    )
    threads: int = field(
        default=0,
        metadata={"about": "Threads to use; 0 means one a core. From ENDUSE_THREADS."},
    )
    memory_limit_mib: int = field(
        default=2048,
        metadata={
            "about": "MiB that the engine may hold before it spills to disk. From ENDUSE_MEMORY_MIB."
        },
    )
    batch_rows: int = field(
        default=131_072, metadata={"about": "Rows in a batch that flows through a kernel."}
    )
    language: str = field(
        default="en",
        metadata={"about": "Language of the report: en, uk or zh_Hant. From ENDUSE_LANGUAGE."},
    )
    database_url: str = field(
        default="",
        # An address holds a password: it is not shown with the rest.
        repr=False,
        metadata={
            "about": "PostgreSQL database of a team, postgresql://user:password@host/database; "
            "if empty, the file cases.sqlite in the workspace. From ENDUSE_DATABASE_URL."
        },
    )

    @classmethod
    def load(
        cls, *, workspace: Path | None = None, env: Mapping[str, str] | None = None
    ) -> Settings:
        """Settings from the environment; an explicit workspace wins over it.

        Raises
        ------
        UsageError
            If a number in the environment is not a number, or no report speaks the language.
        """
        env = os.environ if env is None else env
        given: dict[str, object] = {}
        if workspace is not None:
            given["workspace"] = workspace
        elif env.get("ENDUSE_HOME"):
            given["workspace"] = Path(env["ENDUSE_HOME"])
        for name, variable in (
            ("threads", "ENDUSE_THREADS"),
            ("memory_limit_mib", "ENDUSE_MEMORY_MIB"),
        ):
            text = env.get(variable)
            if text:
                if not text.isascii() or not text.isdigit():
                    raise UsageError(
                        f"{variable} is '{text}', which is not a whole number.",
                        hint=f"Set {variable} to a number or unset it.",
                    )
                given[name] = int(text)
        if env.get("ENDUSE_DATABASE_URL"):
            given["database_url"] = env["ENDUSE_DATABASE_URL"]
        if env.get("ENDUSE_LANGUAGE"):
            given["language"] = _language(env["ENDUSE_LANGUAGE"])
        return cls(**given)  # type: ignore[arg-type]

    @property
    def thread_count(self) -> int:
        """Threads to use, at least one."""
        return self.threads or len(os.sched_getaffinity(0))

    @property
    def lists_dir(self) -> Path:
        """Folder of list snapshots."""
        return self.workspace / "lists"

    @property
    def runs_dir(self) -> Path:
        """Folder of runs."""
        return self.workspace / "runs"

    @classmethod
    def described(cls) -> list[tuple[str, object, str]]:
        """Name, default and one sentence for every setting."""
        return [(f.name, f.default, str(f.metadata["about"])) for f in fields(cls)]


def _language(text: str) -> str:
    known = {name.casefold(): name for name in LANGUAGES}
    language = known.get(text.replace("-", "_").casefold())
    if language is None:
        raise UsageError(
            f"ENDUSE_LANGUAGE is '{text}', which no report is written in.",
            hint=f"Set it to one of {', '.join(LANGUAGES)} or unset it.",
        )
    return language
