"""Packets from the command line: what acts, what is refused, what is taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from tests.cli.exchange_desks import MADE_AGO, TIP, Desks
from tests.exchange.offices import PASSPHRASE

from enduse.cli.app import run
from enduse.cli.exchange.group import exchange_group
from enduse.exchange import revoking
from enduse.exchange.office import Office
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Body, Handling, Onward
from enduse.lists import collection
from enduse.settings import Settings

FINDING = {"purpose": "A finding", "content": {"finding": "see the tip"}}


def watched_names(desks: Desks, who: str) -> list[str]:
    """Names that an authority's checks know of."""
    listings = collection(Settings(workspace=desks.folder / who)).listings
    names: list[str] = listings["name"].to_pylist()
    return names


def listing(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_finding_on_a_tip_is_not_sealed_to_whom_its_originator_did_not_name(
    desks: Desks,
) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP, "--onward", "prohibited")
    body, out = desks.path("finding.json", FINDING), desks.path("finding.sealed")
    before = desks.done("taiwan", "inbox")
    words = ["seal", "--to", "Poland", "--kind", "finding", "--body", body, "--out", out]
    error = desks.refused("taiwan", *words, "--basis", tip)
    assert tip in error["message"]
    assert "'onward: prohibited' (TLP:AMBER): it may not go to Poland" in error["message"]
    assert "Ask Ukraine for a packet of kind 'consent'" in error["hint"]
    assert not out.exists()
    assert desks.done("taiwan", "inbox") == before
    # A person reads the same, and the same status says it.
    said = desks.type("taiwan", *words, "--basis", tip)
    assert (said.status, said.out) == (3, "")
    assert error["message"] in said.err
    # Its originator may always be told.
    words[2] = "Ukraine"
    desks.done("taiwan", *words, "--basis", tip)


def test_a_consent_lets_a_tip_go_to_a_third_authority_and_no_further(desks: Desks) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP, "--onward", "ask")
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    leave = desks.path("leave.json")
    words = ("--onward-to", "Poland", "--until", until, "--out", leave)
    desks.done("ukraine", "draft", "consent", tip, *words)
    desks.tell(
        "ukraine", "taiwan", "consent", json.loads(leave.read_text("utf-8")), "--in-reply-to", tip
    )
    on = ("--basis", tip, "--expires", until)
    passed = desks.tell("taiwan", "poland", "finding", FINDING, *on)
    assert desks.told("poland", passed)["handling"] == {
        "tlp": "amber",
        "pap": "amber",
        "onward": "prohibited",
        "not_after": f"{until}T00:00:00Z",
    }
    # Nobody gives leave for another's packet.
    error = desks.refused("taiwan", "draft", "consent", tip, *words)
    assert "is Ukraine's, and so is the consent" in error["message"]
    # What lasts longer than the leave is refused.
    body, out = desks.path("finding.json", FINDING), desks.path("finding.sealed")
    seal = ("seal", "--to", "Poland", "--kind", "finding", "--body", body, "--out", out)
    assert f"may be used until {until}" in desks.refused("taiwan", *seal, "--basis", tip)["message"]
    assert not out.exists()


def test_names_of_partners_allow_to_send_on_without_asking(desks: Desks) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP, "--onward", "Poland")
    passed = desks.tell("taiwan", "poland", "finding", FINDING, "--basis", tip)
    assert desks.told("poland", passed)["from"] == "Taiwan"
    error = desks.refused(
        "ukraine", "seal", "--to", "Taiwan", "--kind", "tip", "--onward", "Atlantis",
        "--body", desks.path("tip.json", TIP), "--out", desks.path("tip.sealed"),
    )  # fmt: skip
    assert "No partner 'Atlantis' is pinned" in error["message"]


def test_a_correction_takes_the_place_of_what_was_watched_for(desks: Desks) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP)
    assert watched_names(desks, "taiwan") == ["Karakum Fotonik Savda"]
    right = TIP | {"parties": [{"name": "Karakum Optik", "countries": ["TR"]}]}
    desks.tell("ukraine", "taiwan", "correction", right, "--supersedes", tip)
    assert watched_names(desks, "taiwan") == ["Karakum Optik"]
    assert desks.told("taiwan", tip)["state"] == "superseded"
    assert desks.told("ukraine", tip)["state"] == "superseded"
    error = desks.refused(
        "taiwan", "seal", "--to", "Ukraine", "--kind", "correction", "--supersedes", tip,
        "--body", desks.path("theirs.json", TIP), "--out", desks.path("theirs.sealed"),
    )  # fmt: skip
    assert f"{tip} is Ukraine's: only its originator corrects it" in error["message"]


@pytest.mark.parametrize(
    ("answer", "state", "kept"),
    [("purged", "purged", False), ("retained", "retained", True), ("acted-on", "revoked", True)],
)
def test_a_revocation_is_answered(desks: Desks, answer: str, state: str, kept: bool) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP)
    folder = desks.folder / "taiwan" / "exchange" / "received" / tip
    assert (folder / "envelope.json").exists()
    out = desks.path("revocation.sealed")
    desks.done("ukraine", "revoke", tip, "--reason", "An error", "--out", out)
    said = desks.type("ukraine", "inbox").out
    assert f"to answer the revocation of {tip}." in said
    revocation = desks.done("taiwan", "open", out)["msg_id"]
    # Whatever the answer, it is acted on no more.
    assert watched_names(desks, "taiwan") == []
    done = desks.done("taiwan", "comply", revocation, "--answer", answer, "--out", desks.path("o"))
    assert desks.told("taiwan", tip)["state"] == state
    assert folder.exists() is kept
    desks.done("ukraine", "open", done["answer"])
    [awaited] = desks.done("ukraine", "inbox")["awaited"]
    assert (awaited["answer"], awaited["escalated_at"]) == (answer, None)
    assert (
        f"Taiwan answered the revocation of {tip}: {answer}." in desks.type("ukraine", "inbox").out
    )
    assert "is revoked already" in desks.refused(
        "ukraine", "revoke", tip, "--reason", "Again", "--out", out
    )["message"]  # fmt: skip
    # It may not be sent on any more either.
    error = desks.refused(
        "taiwan", "seal", "--to", "Poland", "--kind", "finding", "--basis", tip,
        "--body", desks.path("f.json", FINDING), "--out", desks.path("f.sealed"),
    )  # fmt: skip
    assert f"is {state}: it may not be sent on any more" in error["message"]


def test_a_purge_that_broke_off_is_done_again(desks: Desks) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP)
    out = desks.path("revocation.sealed")
    desks.done("ukraine", "revoke", tip, "--reason", "An error", "--out", out)
    revocation = desks.done("taiwan", "open", out)["msg_id"]
    office = Office.open(Settings(workspace=desks.folder / "taiwan"), PASSPHRASE)
    revoking.purge(office, tip, datetime.now(UTC))
    office.close()
    done = desks.done(
        "taiwan", "comply", revocation, "--answer", "purged", "--out", desks.path("o")
    )
    desks.done("ukraine", "open", done["answer"])
    assert desks.done("ukraine", "inbox")["awaited"][0]["answer"] == "purged"


def test_a_revocation_that_is_not_answered_stands_in_the_inbox_as_overdue(desks: Desks) -> None:
    past = datetime.now(UTC).replace(microsecond=0) - MADE_AGO + timedelta(days=1)
    office = Office.open(Settings(workspace=desks.folder / "ukraine"), PASSPHRASE, past)
    handling = Handling("amber", "amber", Onward("prohibited"), past + timedelta(days=90))
    tip = Body("tip", "A test", "Invented law", handling, {"words": "a tip"}, created_at=past)
    send(office, tip, ["Taiwan"], desks.path("tip.sealed"), now=past)
    out = desks.path("revocation.sealed")
    revoking.revoke(office, tip.msg_id, out, reason="An error", now=past)
    office.close()
    due = (past + timedelta(days=14)).date().isoformat()
    assert (
        f"OVERDUE since {due}: Taiwan has not answered the revocation of {tip.msg_id}."
        in desks.type("ukraine", "inbox").out
    )
    [awaited] = desks.done("ukraine", "inbox")["awaited"]
    assert awaited["answer"] is None
    assert awaited["escalated_at"] is not None
    said = [entry["said"] for entry in desks.done("ukraine", "log", "show")["entries"]]
    assert [one["about"] for one in said if one["event"] == "escalated"] == [tip.msg_id]


def test_a_receipt_proves_delivery_and_holds_its_reader_to_its_log(desks: Desks) -> None:
    sealed, receipt = desks.path("tip.sealed"), desks.path("receipt.sealed")
    body = desks.path("tip.json", TIP)
    words = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", sealed)
    desks.done("ukraine", *words)
    assert desks.done("taiwan", "open", sealed, "--receipt", receipt)["receipt"] == str(receipt)
    assert desks.done("ukraine", "open", receipt)["notices"] == []
    [exchange, _] = desks.done("ukraine", "log", "verify")["logs"]
    assert exchange["heads_compared"] == 1


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("truncated", "length"),
        ("flipped", "somebody else"),
        ("foreign", "somebody else"),
        ("expired", "expired"),
        ("empty", "no sealed packet"),
        ("missing", "cannot be read"),
        ("twice", "replay"),
    ],
)
def test_a_packet_that_cannot_be_believed_is_refused_and_nothing_is_kept(
    desks: Desks, what: str, why: str
) -> None:
    sealed = desks.path("tip.sealed")
    if what == "expired":
        past = datetime.now(UTC).replace(microsecond=0) - MADE_AGO + timedelta(days=1)
        office = Office.open(Settings(workspace=desks.folder / "ukraine"), PASSPHRASE, past)
        handling = Handling("amber", "amber", Onward("prohibited"), past + timedelta(days=2))
        tip = Body("tip", "A test", "Invented law", handling, {"words": "one"}, created_at=past)
        send(office, tip, ["Taiwan"], sealed, now=past)
        office.close()
    else:
        to = "Poland" if what == "foreign" else "Taiwan"
        body = desks.path("tip.json", TIP)
        seal = ("seal", "--to", to, "--kind", "tip", "--body", body, "--out", sealed)
        desks.done("ukraine", *seal)
    raw = bytearray(sealed.read_bytes())
    if what == "truncated":
        sealed.write_bytes(raw[:-100])
    elif what == "flipped":
        raw[50] ^= 1
        sealed.write_bytes(raw)
    elif what == "empty":
        sealed.write_bytes(b"")
    elif what == "missing":
        sealed.unlink()
    elif what == "twice":
        desks.done("taiwan", "open", sealed)
    received = desks.folder / "taiwan" / "exchange" / "received"
    before = listing(received), desks.done("taiwan", "inbox")
    error = desks.refused("taiwan", "open", sealed)
    assert why in error["message"]
    assert (listing(received), desks.done("taiwan", "inbox")) == before
    last = desks.done("taiwan", "log", "show")["entries"][-1]["said"]
    assert (last["event"], last["reason"]) == ("refused", error["message"])


def test_several_recipients_get_a_file_each(desks: Desks) -> None:
    note = desks.path("note.txt")
    note.write_text("Photographs follow.", "utf-8")
    sealed = desks.done(
        "ukraine", "seal", "--to", "Taiwan", "--to", "Poland", "--kind", "tip",
        "--body", desks.path("tip.json", TIP), "--attach", note, "--out", desks.path("out"),
    )  # fmt: skip
    files = {copy["to"]: copy["file"] for copy in sealed["copies"]}
    assert set(files) == {"Taiwan", "Poland"}
    for who, file in files.items():
        opened = desks.done(who.lower(), "open", file)
        assert Path(opened["attachments"][0]).read_text("utf-8") == "Photographs follow."


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "says nothing"),
        ({"parties": [{"nam": "Ostek"}]}, "has a field 'nam'"),
        ({"routes": [{"countries": ["Turkey", "RU"]}]}, "alpha-2"),
        ({"parts": [{"maker": "TI"}]}, "no 'part_number'"),
        ({"content": {"a": 1}, "more": 1}, "more"),
    ],
)
def test_a_body_file_that_says_what_cannot_be_meant_is_refused(
    desks: Desks, document: object, why: str
) -> None:
    out = desks.path("tip.sealed")
    body = desks.path("tip.json", document)
    seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", out)
    assert why in desks.refused("ukraine", *seal)["message"]
    assert not out.exists()


def test_what_a_tip_met_is_drafted_and_goes_with_it_when_it_is_purged(desks: Desks) -> None:
    tip = desks.tell("ukraine", "taiwan", "tip", TIP)
    shipments, checked = desks.path("shipments.csv"), desks.path("checked")
    shipments.write_text(
        "shipment_id,date,exporter,exporter_country,consignee,consignee_country,export_country,"
        "destination_country,hs_code,description,part_number,quantity\n"
        "TW-1,2026-09-01,Formosa Parts,TW,Karakum Fotonik Savda,TR,TW,TR,854231,chips,X1,5\n",
        "utf-8",
    )
    workspace = desks.folder / "taiwan"
    said = ["check", str(shipments), "--out", str(checked), "--workspace", str(workspace)]
    assert run([*said, "--quiet"]) == 0
    draft = desks.path("finding.json")
    words = ("--check", checked, "--shipment", "TW-1", "--out", draft)
    finding = desks.done("taiwan", "draft", "finding", *words)
    assert finding == json.loads(draft.read_text("utf-8"))
    [line] = finding["content"]["finding"]["lines"]
    rules = {one["rule"]: one["statement"] for one in line["evidence"]}
    assert "named in a tip of Ukraine" in rules["tipped"]
    # The draft names the tip, so its rules hold without anybody's naming it.
    out = desks.path("on.sealed")
    seal = ("seal", "--to", "Poland", "--kind", "finding", "--body", draft, "--out", out)
    assert tip in desks.refused("taiwan", *seal)["message"]
    told = desks.done(
        "taiwan", "draft", "feedback", tip, "--check", checked, "--out", desks.path("feedback.json"),
        "--outcome", "known already", "--remark", "An old acquaintance",
    )["content"]["feedback"]  # fmt: skip
    assert (told["lines_checked"], told["lines_met"], told["packet"]) == (1, 1, tip)
    said_of_check = desks.type(
        "taiwan", "draft", "finding", *words[:3], "TW-9", *words[4:], "--json"
    )
    assert said_of_check.status == 3
    assert said_of_check.document["error"]["code"] == "input_unusable"

    revocation = desks.path("revocation.sealed")
    desks.done("ukraine", "revoke", tip, "--reason", "An error", "--out", revocation)
    number = desks.done("taiwan", "open", revocation)["msg_id"]
    done = desks.done("taiwan", "comply", number, "--answer", "purged", "--out", desks.path("o"))
    assert len(done["runs_removed"]) == 1
    assert "karakum" not in "".join(
        path.read_bytes().decode("latin-1").lower()
        for path in workspace.rglob("*")
        if path.is_file()
    )


def commands(
    group: click.Group, before: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command of a group, by all its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


def test_every_command_can_be_used_by_programs() -> None:
    found = dict(commands(exchange_group))
    assert {"seal", "match evidence ask", "log verify", "draft consent"} <= set(found)
    unlocked = {"identity", "pin", "partners", "draft finding"}
    for name, command in found.items():
        options = {word for parameter in command.params for word in parameter.opts}
        assert {"--json", "--workspace", "--quiet"} <= options, name
        assert ("--passphrase-file" in options) is (name not in unlocked), name
        assert command.help, name


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text("utf-8")


def test_body_files_of_the_page_are_read(desks: Desks) -> None:
    chapter = PAGE.partition("## Body files")[2].partition("\n## ")[0]
    examples = re.findall(r"```json\n(.*?)```", chapter, re.S)
    assert len(examples) == 3
    for number, example in enumerate(examples):
        body = desks.path(f"{number}.ftm.json" if '"schema"' in example else f"{number}.json")
        body.write_text(example, "utf-8")
        out = desks.path("tip.sealed")
        seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", out)
        desks.done("ukraine", *seal)
        desks.done("taiwan", "open", out)
    [example] = re.findall(r"```text\n(.*?)```", chapter, re.S)
    body, out = desks.path("bundle.json"), desks.path("bundle.sealed")
    seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", out)
    theirs = desks.done("taiwan", "identity")["stix_id"]
    body.write_text(example.replace("identity--OURS", theirs), "utf-8")
    assert "was not created by the sender" in desks.refused("ukraine", *seal)["message"]
    ours = desks.done("ukraine", "identity")["stix_id"]
    body.write_text(example.replace("identity--OURS", ours), "utf-8")
    desks.done("ukraine", *seal)
    desks.done("taiwan", "open", out)
    names = ["Karakum Fotonik Savda"] * 3 + ["Severnaya Zvezda"]
    assert sorted(watched_names(desks, "taiwan")) == names


def test_the_page_names_every_command() -> None:
    for name in exchange_group.commands:
        assert re.search(rf"`(\w+ )*{name}\b", PAGE), name


def test_what_could_not_be_written_or_attached_takes_no_place_on_a_channel(desks: Desks) -> None:
    body, folder = desks.path("tip.json", TIP), desks.path("folder")
    folder.mkdir()
    seal = ["seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", folder]
    assert "is a folder" in desks.refused("ukraine", *seal)["message"]
    two = [*seal[:-1], body, "--to", "Poland"]
    assert "is a file" in desks.refused("ukraine", *two)["message"]
    seal[-1] = desks.path("tip.sealed")
    for attached in (folder, desks.path("nothing")):
        error = desks.refused("ukraine", *seal, "--attach", attached)
        assert error["message"] == f"{attached} is no file that can be attached."
    for rule in ("", " , "):
        assert desks.type("ukraine", *seal, "--onward", rule).status == 2
    unknown = ("--in-reply-to", "0" * 32)
    assert "was sent or opened here" in desks.refused("ukraine", *seal, *unknown)["message"]
    copies = desks.done("ukraine", *seal)["copies"]
    assert [copy["sequence"] for copy in copies] == [1]
    yesterday = ("--onward-to", "Poland", "--until", "2020-01-01", "--out", desks.path("leave"))
    assert desks.type("ukraine", "draft", "consent", "0" * 32, *yesterday).status == 2
