"""Did the states that released the goods consent to their going on?"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import enduse
from enduse.errors import InputError
from enduse.flow.consent import CONSENTS, consent_of, read_conditions, read_consents
from enduse.model.chains import CHAIN_STEPS

IN_CONDITIONS = ("country", "goods", "onward", "destinations", "from", "to", "source")
IN_CONSENTS = (
    "country", "permit_no", "shipment_id", "onward_to", "goods", "from", "to", "source",
)  # fmt: skip


def leg(
    hop: int, start: str, to: str, *, chain: int = 1, hs_code: str = "854231", name: str = ""
) -> dict[str, Any]:
    return {
        "chain_id": chain, "hop": hop, "shipment_id": name or f"{chain}-{hop}-{start}", "line_no": 1,
        "date": dt.date(2024, 3, 1) + dt.timedelta(20 * hop), "exporter": f"From {start}",
        "exporter_country": start, "consignee": f"In {to}", "consignee_country": to,
        "export_country": start, "destination_country": to, "hs_code": hs_code,
        "part_number": None, "quantity": 100.0, "unit": "NAR", "carried": 100.0, "score": 0.9,
    }  # fmt: skip


def steps(*legs: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(legs), schema=CHAIN_STEPS)


CHAIN = (leg(0, "TW", "TR"), leg(1, "TR", "KG"), leg(2, "KG", "RU"))
ALL_TW = ("TW", "*", "consent", "*", "", "", "TW act")


def written(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([columns, *rows])
    return path


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    """Answers by hop and state, of conditions and consents as a file has them."""

    def ask(
        legs: tuple[dict[str, Any], ...],
        conditions: list[tuple[str, ...]] | None,
        consents: list[tuple[str, ...]] | None = None,
        *,
        entry: str | None = "",
        permits: dict[tuple[str, int], str] | None = None,
    ) -> dict[tuple[int, str], dict[str, Any]]:
        rules = agreed = None
        if conditions is not None:
            rules = read_conditions(written(tmp_path / "c.csv", IN_CONDITIONS, conditions))
        if consents is not None:
            agreed = read_consents(written(tmp_path / "k.csv", IN_CONSENTS, consents))
        chains = steps(*legs)
        if entry is not None:
            chains = chains.append_column("control_entry", pa.array([entry or None] * len(legs)))
        told = consent_of(chains, rules, agreed, permits=permits)
        assert told.schema.equals(CONSENTS)
        return {(row["hop"], row["state"]): row for row in told.to_pylist()}

    return ask


def words(told: dict[tuple[int, str], dict[str, Any]]) -> dict[tuple[int, str], str]:
    return {key: row["answer"] for key, row in told.items()}


def test_without_conditions_nothing_is_assessed(answers: Any) -> None:
    told = answers(CHAIN, None, [])
    assert words(told) == {(1, "TW"): "not assessed", (2, "TW"): "not assessed"}
    assert told[1, "TW"]["reason"] == "no release conditions were given"
    assert told[1, "TW"]["condition"] is None
    assert told[1, "TW"]["source"] is None


def test_each_onward_leg_needs_its_own_consent(answers: Any) -> None:
    consent = ("TW", "", "1-0-TW", "KG", "*", "", "", "letter 12")
    told = answers(CHAIN, [ALL_TW], [consent])
    assert words(told) == {(1, "TW"): "consent on record", (2, "TW"): "no consent on record"}
    assert told[1, "TW"]["source"] == "TW act; letter 12"
    assert told[2, "TW"]["source"] == "TW act"


def test_a_chain_carries_the_conditions_of_every_origin(answers: Any) -> None:
    legs = (leg(0, "TW", "TR"), leg(0, "JP", "TR"), leg(1, "TR", "RU"))
    told = answers(legs, [ALL_TW, ("JP", "*", "free", "*", "", "", "JP act")], [])
    assert words(told) == {(1, "TW"): "no consent on record", (1, "JP"): "none needed"}


def test_chains_do_not_mix(answers: Any) -> None:
    legs = (leg(0, "TW", "TR"), leg(1, "TR", "RU"), leg(0, "JP", "TR", chain=2))
    assert set(answers(legs, [ALL_TW], [])) == {(1, "TW")}


@pytest.mark.parametrize(
    ("conditions", "answer", "why"),
    [
        ([("TW", "*", "forbidden", "RU;BY", "", "", "a")], "forbidden", "named destination"),
        ([ALL_TW, ("TW", "*", "forbidden", "RU", "", "", "a")], "forbidden", "narrower: there"),
        ([ALL_TW, ("TW", "*", "free", "RU", "", "", "a")], "none needed", "narrower: there"),
        ([ALL_TW, ("TW", "8542", "free", "*", "", "", "a")], "none needed", "narrower: goods"),
        ([ALL_TW, ("TW", "8471", "free", "*", "", "", "a")], "no consent on record", "others"),
        (
            [("TW", "854231", "free", "*", "", "", "a"), ("TW", "*", "forbidden", "RU", "", "", "b")],
            "forbidden",
            "neither is narrower: the stricter",
        ),
        ([("TW", "*", "free", "JP", "", "", "a")], "not assessed", "nothing is said of Russia"),
        ([("JP", "*", "free", "*", "", "", "a")], "not assessed", "another state's"),
        ([("TW", "*", "free", "*", "2024-03-02", "", "a")], "not assessed", "not yet at release"),
        ([("TW", "*", "free", "*", "", "2024-02-29", "a")], "not assessed", "no more at release"),
        ([("TW", "*", "free", "*", "2024-03-01", "2024-03-01", "a")], "none needed", "that day"),
        ([], "not assessed", "an empty file"),
    ],
)  # fmt: skip
def test_which_condition_holds(
    answers: Any, conditions: list[tuple[str, ...]], answer: str, why: str
) -> None:
    assert words(answers(CHAIN, conditions, []))[2, "TW"] == answer, why


@pytest.mark.parametrize(
    ("consent", "answer"),
    [
        (("TW", "", "1-0-TW", "RU", "*", "", "", "x"), "consent on record"),
        (("TW", "", "1-2-KG", "*", "8542", "", "", "x"), "consent on record"),
        (("TW", "L-7", "", "RU", "*", "", "", "x"), "consent on record"),
        (("TW", "L-8", "", "RU", "*", "", "", "x"), "no consent on record"),
        (("JP", "", "1-0-TW", "RU", "*", "", "", "x"), "no consent on record"),
        (("TW", "", "1-1-TR", "RU", "*", "", "", "x"), "no consent on record"),
        (("TW", "", "1-0-TW", "BY", "*", "", "", "x"), "no consent on record"),
        (("TW", "", "1-0-TW", "RU", "8471", "", "", "x"), "no consent on record"),
        (("TW", "", "1-0-TW", "RU", "*", "", "2024-04-09", "x"), "no consent on record"),
        (("TW", "", "1-0-TW", "RU", "*", "2024-04-10", "2024-04-10", "x"), "consent on record"),
    ],
)
def test_which_consent_counts(answers: Any, consent: tuple[str, ...], answer: str) -> None:
    told = answers(CHAIN, [ALL_TW], [consent], permits={("1-0-TW", 1): "L-7"})
    assert words(told)[2, "TW"] == answer


def test_no_record_of_consents_is_not_an_empty_one(answers: Any) -> None:
    assert words(answers(CHAIN, [ALL_TW], None))[2, "TW"] == "not assessed"
    assert words(answers(CHAIN, [ALL_TW], []))[2, "TW"] == "no consent on record"


def test_every_release_of_a_state_needs_consent(answers: Any) -> None:
    legs = (leg(0, "TW", "TR", name="a"), leg(0, "TW", "TR", name="b"), leg(1, "TR", "RU"))
    first = ("TW", "", "a", "RU", "*", "", "", "x")
    assert words(answers(legs, [ALL_TW], [first]))[1, "TW"] == "no consent on record"
    second = ("TW", "", "b", "RU", "*", "", "", "x")
    assert words(answers(legs, [ALL_TW], [first, second]))[1, "TW"] == "consent on record"


def test_a_condition_on_a_control_entry(answers: Any) -> None:
    rules = [("TW", "*", "free", "*", "", "", "a"), ("TW", "3A001", "consent", "*", "", "", "b")]
    assert words(answers(CHAIN, rules, [], entry="3A001"))[2, "TW"] == "no consent on record"
    assert words(answers(CHAIN, rules, [], entry=""))[2, "TW"] == "none needed"
    told = answers(CHAIN, rules, [], entry=None)[2, "TW"]
    assert told["answer"] == "not assessed"
    assert "control entry" in told["reason"]
    # Where the entry changes nothing, it need not be known.
    rules[0] = ALL_TW
    assert words(answers(CHAIN, rules, [], entry=None))[2, "TW"] == "no consent on record"
    consent = ("TW", "", "1-0-TW", "*", "3A001", "", "", "x")
    assert words(answers(CHAIN, rules, [consent], entry=None))[2, "TW"] == "not assessed"


def test_the_order_of_rows_does_not_matter(answers: Any) -> None:
    rules = [ALL_TW, ("TW", "8542", "free", "*", "", "", "a"), ("TW", "*", "forbidden", "RU", "", "", "b")]  # fmt: skip
    assert answers(CHAIN, rules, []) == answers(CHAIN[::-1], rules[::-1], [])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Atlantis", "*", "free", "*", "", "", "a")], "row 2, column country"),
        ([ALL_TW, ("TW", "*", "maybe", "*", "", "", "a")], "row 3, column onward"),
        ([("TW", "*", "free", "RU;??", "", "", "a")], "column destinations"),
        ([("TW", "*", "free", "*", "1.3.24", "", "a")], "column from"),
        ([("TW", "*", "free", "*", "2024-03-02", "2024-03-01", "a")], "later"),
        ([("TW", "", "free", "*", "", "", "a")], "column goods"),
        ([("TW", "*", "free", "*", "", "", "a", "b")], "more or fewer values"),
    ],
)
def test_conditions_that_cannot_be_read(
    tmp_path: Path, rows: list[tuple[str, ...]], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_conditions(written(tmp_path / "c.csv", IN_CONDITIONS, rows))
    assert caught.value.hint


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_conditions(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no column goods, onward"):
        read_conditions(written(tmp_path / "c.csv", ("country", "destinations", "source"), []))
    unnamed = written(tmp_path / "k.csv", IN_CONSENTS, [("TW", "", "", "*", "*", "", "", "a")])
    with pytest.raises(InputError, match="neither permit_no nor shipment_id"):
        read_consents(unnamed)
    (tmp_path / "latin.csv").write_bytes(b"country,goods\n\xe9,\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_consents(tmp_path / "latin.csv")


def test_trace_writes_what_the_states_said(tmp_path: Path) -> None:
    legs = [
        {
            "shipment_id": name, "date": day, "exporter": exporter, "exporter_country": here,
            "consignee": consignee, "consignee_country": there, "export_country": here,
            "destination_country": there, "hs_code": "854231", "quantity": 777.0,
            "permit_no": permit,
        }
        for name, day, exporter, here, consignee, there, permit in (
            ("out", "2024-03-01", "Hsinchu Chips", "TW", "Boro Makina", "TR", "L-7"),
            ("on", "2024-03-08", "Boro Makina", "TR", "Neva Pribor", "RU", None),
        )
    ]  # fmt: skip
    shipments = pa.Table.from_pylist(legs)
    told = enduse.trace(
        shipments,
        embargoed=["RU"],
        controlled_origins=["TW"],
        model="plain",
        least=0.0,
        out=tmp_path / "out",
        conditions=written(tmp_path / "c.csv", IN_CONDITIONS, [ALL_TW]),
        consents=written(
            tmp_path / "k.csv", IN_CONSENTS, [("TW", "L-7", "", "RU", "*", "", "", "letter")]
        ),
    )
    assert told.run["consents"] == {"consent on record": 1}
    assert told.run["arrivals"] == {"missing": 0, "assessed": 0, "not_assessed": {}}
    told = enduse.trace(
        shipments, embargoed=["RU"], controlled_origins=["TW"], model="plain", least=0.0,
        out=tmp_path / "out",
    )  # fmt: skip
    assert told.run["consents"] == {"not assessed": 1}
