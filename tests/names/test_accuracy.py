"""How many names are found again on the real lists, and how many unrelated ones alert.

The questions are those of ``make bench-names``, of the half of the parties and invented words that
nothing was tuned on.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from benchmarks.names.tasks import AS_LISTED, Task, tasks

from enduse.names import NameIndex

FLOORS = {
    # task: found at the share of unrelated names that may alert, found among ten
    "altered": (0.965, 0.99),
    "arabic": (0.75, 0.90),
    "cyrillic": (0.97, 0.99),
    "chinese": (0.40, 0.60),
    "japanese": (0.30, 0.50),
    "korean": (0.30, 0.55),
    "hidden_alias": (0.45, 0.68),
}


@cache
def _tasks(data: Path) -> dict[str, Task]:
    return tasks("held", data)


@cache
def _index(data: Path, task: str) -> NameIndex:
    return NameIndex.build(_tasks(data)[task].listed, threads=2)


@pytest.mark.parametrize("name", FLOORS)
def test_names_are_found_at_the_share_of_unrelated_names_that_may_alert(
    real_data: Path, name: str
) -> None:
    task, index = _tasks(real_data)[name], _index(real_data, name)
    alerts = index.match(task.unrelated, limit=1)["score"].to_numpy()
    bar = np.sort(alerts)[::-1][int(task.budget * len(task.unrelated))]
    found = index.match(task.asked, limit=task.limit).to_pylist()
    right = [row for row in found if row["entity_key"] in task.answers[row["query"]]]
    least, least_among_ten = FLOORS[name]
    assert len({row["query"] for row in right if row["score"] > bar}) / len(task.asked) >= least
    assert len({row["query"] for row in right}) / len(task.asked) >= least_among_ten


def test_every_name_is_found_as_it_stands_on_the_list(real_data: Path) -> None:
    task, index = _tasks(real_data)["altered"], _index(real_data, "altered")
    as_listed = [n for n, how in enumerate(task.alteration) if how == AS_LISTED]
    found = index.match([task.asked[n] for n in as_listed], limit=100, threshold=1.0).to_pylist()
    met = {
        row["query"] for row in found if row["entity_key"] in task.answers[as_listed[row["query"]]]
    }
    assert len(met) == len(as_listed)
