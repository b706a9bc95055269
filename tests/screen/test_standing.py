"""Listed when shipped, listed since, not dated, delisted."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from enduse.engine import open_engine
from enduse.screen import standing, standing_sql
from enduse.settings import Settings

SEEN = date(2026, 7, 31)


@pytest.mark.parametrize(
    ("day", "listing", "expected"),
    [
        (date(2023, 5, 1), {"listed_from": date(2022, 3, 1)}, "listed"),
        (date(2022, 3, 1), {"listed_from": date(2022, 3, 1)}, "listed"),
        (date(2022, 2, 28), {"listed_from": date(2022, 3, 1)}, "listed_since"),
        (date(2023, 5, 1), {}, "undated"),
        (date(2026, 7, 31), {}, "listed"),
        (date(2026, 9, 1), {"gone_by": date(2026, 9, 1)}, "delisted"),
        (date(2026, 8, 31), {"gone_by": date(2026, 9, 1)}, "listed"),
        (
            date(2020, 6, 30),
            {"listed_from": date(2019, 1, 1), "listed_to": date(2020, 6, 30)},
            "listed",
        ),
        (
            date(2020, 7, 1),
            {"listed_from": date(2019, 1, 1), "listed_to": date(2020, 6, 30)},
            "delisted",
        ),
        (date(2024, 1, 1), {"gone_by": date(2026, 9, 1)}, "undated"),
        (date(2024, 1, 1), {"absent_on": date(2024, 1, 1)}, "listed_since"),
        (date(2024, 1, 2), {"absent_on": date(2024, 1, 1)}, "undated"),
        (
            date(2024, 1, 1),
            {"absent_on": date(2024, 1, 1), "listed_from": date(2023, 12, 1)},
            "listed",
        ),
    ],
)
def test_a_listing_stands_as_of_a_day(day: date, listing: dict[str, date], expected: str) -> None:
    dates = {**dict.fromkeys(COLUMNS[1:]), "first_seen": SEEN}
    assert standing(day, **(dates | listing)) == expected  # type: ignore[arg-type]


DAYS = st.dates(date(2022, 1, 1), date(2022, 1, 6))
RECORDS = st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS, *[st.none() | DAYS] * 2)
COLUMNS = ("date", "listed_from", "listed_to", "first_seen", "absent_on", "gone_by")


@examples(max_examples=8, deadline=None)
@given(st.lists(RECORDS, min_size=40, max_size=120))
def test_sql_and_python_agree(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[date | None, ...]]
) -> None:
    columns = [pa.array(column, pa.date32()) for column in zip(*records, strict=True)]
    with open_engine(Settings(workspace=tmp_path_factory.mktemp("w"), threads=1)) as engine:
        engine.register("l", pa.table([*columns, pa.array(range(len(records)))], [*COLUMNS, "n"]))
        sql = f"SELECT {standing_sql('l.date', 'l.')} AS standing FROM l ORDER BY n"
        answered = engine.query(sql)["standing"].to_pylist()
    expected = [standing(r[0], **dict(zip(COLUMNS[1:], r[1:], strict=True))) for r in records]  # type: ignore[arg-type]
    assert answered == expected


def test_an_unknown_day_stands_nowhere(settings: Settings) -> None:
    with open_engine(settings) as engine:
        sql = standing_sql("CAST(NULL AS DATE)", "")
        table = pa.table({c: pa.array([SEEN]) for c in COLUMNS})
        engine.register("l", table)
        assert engine.query(f"SELECT {sql} AS s FROM l")["s"].to_pylist() == [None]
