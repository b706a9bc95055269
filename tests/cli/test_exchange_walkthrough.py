"""The walk-through of two authorities, run word for word as its page has it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

PAGE = Path(__file__).resolve().parents[2] / "docs" / "exchange-walkthrough.md"


def commands() -> str:
    """What a reader of the page types."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    assert all(line[:2] in ("$ ", "> ") for line in lines)
    return "\n".join(line[2:] for line in lines)


def test_two_authorities_exchange_all_that_the_page_says(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands()],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = done.stdout

    # The tip acted, and what it hit names it, its sender and its terms.
    assert re.search(r"Watched for from now on, as list tip-ukraine-[0-9a-f]{32}: 1 parties", told)
    evidence = pq.read_table(tmp_path / "checked" / "evidence.parquet").to_pylist()
    rules = {row["rule"]: row["statement"] for row in evidence if row["shipment_id"] == "TW-1"}
    assert {"tipped", "tipped-part"} <= set(rules)
    assert "named in a tip of Ukraine" in rules["tipped"]
    assert "onward: prohibited" in rules["tipped"]
    assert not any("tip" in r["rule"] for r in evidence if r["shipment_id"] == "TW-2")

    # The finding and the feedback arrived; the feedback tells numbers and no shipment.
    feedback = json.loads((tmp_path / "feedback.json").read_text("utf-8"))["content"]["feedback"]
    assert (feedback["lines_checked"], feedback["lines_met"]) == (2, 1)
    assert "TW-1" not in json.dumps(feedback)
    assert "a finding of Taiwan" in told
    assert "a feedback of Taiwan" in told

    # The match found the one number that both hold.
    hits = (tmp_path / "hits.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[1:4] for line in hits[1:]] == [["2", "A", "A|serial|SN4711"]]

    # The revocation was answered, and nothing of the tip is left where it was purged.
    assert re.search(r"Taiwan answered the revocation of [0-9a-f]{32}: purged\.", told)
    left = [
        path
        for path in (tmp_path / "taiwan").rglob("*")
        if path.is_file() and "karakum" in path.read_bytes().decode("utf-8", "replace").lower()
    ]
    assert left == []
    assert told.count("of the log 'exchange' fit.") == 2
