"""Every carrier is the same mailbox: a relay, a folder, a stick."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.relays import Place

from enduse.errors import ExchangeError, StorageError, UsageError
from enduse.exchange import carriers
from enduse.exchange.carriers import FolderMailbox, Mailbox, new_mailbox_id
from enduse.exchange.relay.buckets import Unpadding, bucket, padded, padded_size

HERE = new_mailbox_id()
THERE = new_mailbox_id()


@pytest.fixture(params=["folder", "relay on sqlite", "relay on postgresql"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mailbox]:
    """A mailbox of each kind."""
    if request.param == "folder":
        yield FolderMailbox(tmp_path / "stick")
        return
    place: Place = request.getfixturevalue("place")
    if request.param.endswith("postgresql"):
        url = request.getfixturevalue("postgresql_url")
        object.__setattr__(place.settings, "database_url", url)
    with place.running() as running, place.mailbox(running.url) as client:
        yield client


@pytest.mark.parametrize("size", [0, 1, 4087, 4088, 4089, 70_000, 3_000_000])
def test_what_was_left_is_what_is_fetched(mailbox: Mailbox, size: int) -> None:
    sealed = secrets.token_bytes(size)
    digest = mailbox.put(HERE, io.BytesIO(sealed))
    with mailbox.get(HERE, digest) as blob:
        assert blob.read() == sealed
    (deposit,) = mailbox.list(HERE)
    assert deposit.digest == digest
    assert deposit.size >= size


def test_leaving_a_blob_twice_is_leaving_it_once(mailbox: Mailbox) -> None:
    blob = io.BytesIO(b"sealed" * 1000)
    blob.read(17)
    assert mailbox.put(HERE, blob) == mailbox.put(HERE, io.BytesIO(b"sealed" * 1000))
    assert len(mailbox.list(HERE)) == 1


def test_a_mailbox_shows_its_own_alone(mailbox: Mailbox) -> None:
    digest = mailbox.put(HERE, io.BytesIO(b"sealed"))
    assert mailbox.list(THERE) == []
    with pytest.raises(ExchangeError):
        mailbox.get(THERE, digest)
    mailbox.remove(THERE, digest)
    assert [deposit.digest for deposit in mailbox.list(HERE)] == [digest]


def test_what_was_removed_is_gone(mailbox: Mailbox) -> None:
    digest = mailbox.put(HERE, io.BytesIO(b"sealed"))
    mailbox.remove(HERE, digest)
    mailbox.remove(HERE, digest)
    assert mailbox.list(HERE) == []
    with pytest.raises(ExchangeError):
        mailbox.get(HERE, digest)
    assert mailbox.put(HERE, io.BytesIO(b"sealed")) == digest


def test_the_list_is_in_the_order_of_arrival(mailbox: Mailbox) -> None:
    left = [mailbox.put(HERE, io.BytesIO(str(number).encode())) for number in range(7)]
    listed = [deposit.digest for deposit in mailbox.list(HERE)]
    assert listed == left
    later = [deposit.digest for deposit in mailbox.list(HERE, left[4])]
    assert later in (left[5:], left)
    assert [deposit.digest for deposit in mailbox.list(HERE, "0" * 64)] == left


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "0" * 64 + "\n", "0" * 63 + "/", "é" * 64],
)
def test_no_name_is_a_path(mailbox: Mailbox, name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for act in (
        lambda: mailbox.put(name, io.BytesIO(b"x")),
        lambda: mailbox.list(name),
        lambda: mailbox.get(HERE, name),
        lambda: mailbox.remove(name, "0" * 64),
        lambda: mailbox.remove(HERE, name),
    ):
        with pytest.raises(UsageError, match="has 64 digits"):
            act()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_copy_that_broke_off_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    mailbox = FolderMailbox(tmp_path)
    digest = mailbox.put(HERE, io.BytesIO(b"sealed" * 100))
    path = tmp_path / HERE / f"{digest}.sealed"
    whole = path.read_bytes()
    for broken in (whole[:-1], whole + b"x", b"", bytes([whole[0] ^ 1]) + whole[1:]):
        path.write_bytes(broken)
        assert mailbox.list(HERE) == []
        with pytest.raises(ExchangeError, match="not there whole"):
            mailbox.get(HERE, digest)
    assert mailbox.put(HERE, io.BytesIO(whole)) == digest
    assert len(mailbox.list(HERE)) == 1


def test_what_else_lies_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    mailbox = FolderMailbox(tmp_path)
    digest = mailbox.put(HERE, io.BytesIO(b"sealed"))
    folder = tmp_path / HERE
    (folder / "notes.txt").write_text("hello")
    (folder / f".{digest}.sealed.77.part").write_bytes(b"half")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"what its name says, but elsewhere")
    other = hashlib.sha256(elsewhere.read_bytes()).hexdigest()
    (folder / f"{other}.sealed").symlink_to(elsewhere)
    (folder / f"{'1' * 64}.sealed").mkdir()
    os.mkfifo(folder / f"{'2' * 64}.sealed")
    assert [deposit.digest for deposit in mailbox.list(HERE)] == [digest]
    for name in (other, "2" * 64):
        with pytest.raises(ExchangeError, match="not there whole"):
            mailbox.get(HERE, name)


def test_a_mailbox_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / HERE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExchangeError, match="is a link"):
        FolderMailbox(tmp_path).put(HERE, io.BytesIO(b"sealed"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_beyond_all_bounds_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "MAX_BLOB_BYTES", 1000)
    mailbox = FolderMailbox(tmp_path)
    digest = mailbox.put(HERE, io.BytesIO(bytes(1001)))
    assert mailbox.list(HERE) == []
    with pytest.raises(ExchangeError):
        mailbox.get(HERE, digest)


def test_a_stick_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "stick").write_text("not a folder")
    with pytest.raises(StorageError, match="stick"):
        FolderMailbox(tmp_path / "stick").put(HERE, io.BytesIO(b"sealed"))


@given(st.integers(0, 1 << 34))
def test_buckets_are_few_and_waste_little(size: int) -> None:
    found = bucket(size)
    assert found >= size
    assert bucket(found) == found
    assert size <= 4096 or found - size <= 0.12 * size
    assert bucket(size + 1) >= found
    # At most 32 lengths for each doubling, up to 4 GiB.
    assert found >= 1 << 32 or len(f"{found:b}".rstrip("0")) <= 6


@given(st.binary(max_size=9000), st.integers(0, 20_000), st.lists(st.integers(1, 5000), min_size=1))
def test_padding_goes_on_and_comes_off_anywhere(blob: bytes, start: int, cuts: list[int]) -> None:
    wire = b"".join(padded(io.BytesIO(blob), len(blob)))
    assert len(wire) == padded_size(len(blob)) == bucket(len(wire))
    assert b"".join(padded(io.BytesIO(blob), len(blob), start)) == wire[start:]
    out = io.BytesIO()
    unpadding, at = Unpadding(out, len(wire)), 0
    while at < len(wire):
        cut = cuts[at % len(cuts)]
        unpadding.take(wire[at : at + cut])
        at += cut
    assert out.getvalue() == blob


@pytest.mark.parametrize("spoil", ["longer", "much longer", "shorter", "not zero", "random"])
def test_padding_that_is_not_ours_is_refused(spoil: str) -> None:
    wire = bytearray(b"".join(padded(io.BytesIO(b"x" * 5000), 5000)))
    if spoil == "random":
        wire = bytearray(secrets.token_bytes(len(wire)))
    elif spoil == "not zero":
        wire[-1] = 1
    else:
        length = {"longer": 6000, "much longer": 1 << 62, "shorter": 100}[spoil]
        wire[:8] = length.to_bytes(8, "big")
    with pytest.raises(ExchangeError, match="not padded"):
        Unpadding(io.BytesIO(), len(wire)).take(bytes(wire))
