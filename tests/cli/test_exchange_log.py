"""The logs of the exchange from the command line: what they prove, and what breaks them."""

from __future__ import annotations

import sqlite3

from tests.cli.exchange_desks import TIP, Desks

from enduse.store import merkle


def test_both_logs_are_verified(desks: Desks) -> None:
    desks.tell("ukraine", "taiwan", "tip", TIP)
    desks.done("taiwan", "match", "quota", "Ukraine", "--grant", 256)
    logs = desks.done("taiwan", "log", "verify")["logs"]
    assert [(one["log"], one["size"]) for one in logs] == [("exchange", 1), ("matching", 1)]
    said = desks.type("taiwan", "log", "verify").out
    assert "All 1 entries of the log 'exchange' fit." in said
    assert "All 1 entries of the log 'matching' fit." in said


def test_proofs_can_be_checked_by_somebody_else(desks: Desks) -> None:
    for _ in range(3):
        desks.tell("ukraine", "taiwan", "tip", TIP)
    proved = desks.done("ukraine", "log", "verify", "--entry", 1, "--since", 2)
    [exchange, _] = proved["logs"]
    root, size = bytes.fromhex(exchange["root"]), exchange["size"]
    leaf = merkle.leaf_hash(bytes.fromhex(proved["leaf"]))
    path = [bytes.fromhex(one) for one in proved["inclusion"]]
    assert merkle.includes(leaf, 1, size, path, root)
    assert not merkle.includes(leaf, 2, size, path, root)
    grown = [bytes.fromhex(one) for one in proved["consistency"]]
    assert merkle.extends(2, bytes.fromhex(proved["since"]), size, root, grown)
    for words in (["--entry", 99], ["--since", 99], ["--entry", -1]):
        said = desks.type("ukraine", "log", "verify", *words, "--json")
        assert said.status == 2
        assert said.document["error"]["code"] == "usage"


def test_the_first_entry_that_was_changed_is_named_in_either_log(desks: Desks) -> None:
    desks.tell("ukraine", "taiwan", "tip", TIP)
    for keys in (256, 512, 1024):
        desks.done("taiwan", "match", "quota", "Ukraine", "--grant", keys)
    database = sqlite3.connect(desks.folder / "taiwan" / "cases.sqlite")
    with database:
        database.execute(
            "UPDATE log_entries SET content = CAST(replace(CAST(content AS TEXT), '512', '999') AS BLOB) "
            "WHERE log = 'matching' AND position = 1"
        )
    database.close()
    error = desks.refused("taiwan", "log", "verify")
    assert "The log 'matching' does not fit: entry 1 is not what was appended" in error["message"]
    assert "'exchange'" not in error["message"]


def test_heads_that_a_partner_holds_are_roots_of_our_log(desks: Desks) -> None:
    first = desks.tell("ukraine", "taiwan", "tip", TIP)
    desks.tell("ukraine", "taiwan", "tip", TIP)
    heads = desks.done("taiwan", "log", "show", "--of", "Ukraine")["heads"]
    assert [head["size"] for head in heads] == [0, 1]
    entries = desks.done("ukraine", "log", "show")["entries"]
    assert entries[0]["said"]["msg_id"] == first
    assert f"{heads[1]['root']}" in desks.type("taiwan", "log", "show", "--of", "Ukraine").out
    root = desks.done("ukraine", "log", "verify", "--since", 1)["since"]
    assert root == heads[1]["root"]


def test_every_log_is_shown(desks: Desks) -> None:
    assert desks.type("taiwan", "log", "show").out == "No entry yet.\n"
    assert (
        desks.type("taiwan", "log", "show", "--of", "Ukraine").out == "No head of theirs is held.\n"
    )
    desks.done("taiwan", "match", "quota", "Ukraine", "--grant", 256)
    assert "quota granted" in desks.type("taiwan", "log", "show", "--log", "matching").out
