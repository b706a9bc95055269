"""Archives among attachments: a bomb is refused before anybody unpacks it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import zipfile
from pathlib import Path

import pytest
from tests.exchange.authorities import authority, introduce

from enduse.errors import ExchangeError
from enduse.exchange.packets.archives import FREE_BYTES, MAX_ENTRIES, check_archive

_ZEROS = bytes(64 << 20)


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _overlapping() -> bytes:
    """Many entries of one directory that all point at the same packed bytes."""
    raw = _zip({"kernel": os.urandom(4096)})
    end = raw.rfind(b"PK\5\6")
    start = struct.unpack("<I", raw[end + 16 : end + 20])[0]
    entry = raw[start:end]
    directory = entry * 500
    tail = bytearray(raw[end:])
    struct.pack_into("<HHI", tail, 8, 500, 500, len(directory))
    return raw[:start] + directory + bytes(tail)


def _counted(entries: int) -> bytes:
    raw = bytearray(_zip({"a": b"a"}))
    struct.pack_into("<HH", raw, raw.rfind(b"PK\5\6") + 8, entries, entries)
    return bytes(raw)


_BOMBS = {
    "flat.zip": _zip({"zeros": _ZEROS}),
    "hidden.docx": b"#!/bin/sh\n" + _zip({"zeros": _ZEROS}),
    "nested.zip": _zip({f"{n}.zip": _zip({"x": b"0" * 10_000}) for n in range(16)}),
    "overlap.zip": _overlapping(),
    "zeros.gz": gzip.compress(_ZEROS),
    "second.gz": gzip.compress(b"harmless") + gzip.compress(_ZEROS),
    "second.bz2": bz2.compress(b"harmless") + bz2.compress(_ZEROS),
    "second.xz": lzma.compress(b"harmless") + bytes(4) + lzma.compress(_ZEROS, preset=0),
    "zeros.bz2": bz2.compress(_ZEROS),
    "zeros.xz": lzma.compress(_ZEROS, preset=0),
}


@pytest.mark.parametrize("name", _BOMBS)
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(_BOMBS[name])
    with pytest.raises(ExchangeError, match=f"archive '{name}' would unpack to more than 200"):
        check_archive(path, name)


def test_a_bomb_is_neither_sealed_nor_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customs, ministry = (authority(tmp_path / name, name) for name in ("customs", "ministry"))
    introduce(customs, ministry)
    path = tmp_path / "flat.zip"
    path.write_bytes(_BOMBS["flat.zip"])
    with pytest.raises(ExchangeError, match="would unpack"):
        customs.seal(ministry, attach=(path,))
    # A sender who does not look.
    monkeypatch.setattr("enduse.exchange.packets.sending.check_archive", lambda *_: None)
    sealed = customs.seal(ministry, attach=(path,))
    with pytest.raises(ExchangeError, match="would unpack"):
        ministry.open(sealed)
    assert ministry.stored() == []


def test_a_directory_without_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(_counted(MAX_ENTRIES + 1))
    with pytest.raises(ExchangeError, match="more than 50,000 entries"):
        check_archive(path, path.name)
    path.write_bytes(_zip({"a": b"a"})[:-40] + b"PK\5\6" + b"\1" * 18)
    with pytest.raises(ExchangeError, match=r"damaged|entries"):
        check_archive(path, path.name)


@pytest.mark.parametrize(
    "content",
    [
        _zip({"declaration.csv": b"hs,country\n" * 5000, "photo.jpg": os.urandom(50_000)}),
        gzip.compress(b"hs,country,8542\n" * 20_000),
        gzip.compress(_ZEROS[: FREE_BYTES // 2]),
        b"PK is how this note begins",
        b"%PDF-1.7 and at its end by chance PK\5\6" + bytes(30),
        gzip.compress(b"one") + gzip.compress(b"two") + bytes(512),
        b"\x1f\x8b",
        b"",
        os.urandom(1000),
    ],
)
def test_what_people_send_passes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    check_archive(path, path.name)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    raw = bytearray(gzip.compress(os.urandom(5000)))
    raw[3] = 0xFF
    for content in (bytes(raw), b"\x1f\x8b" + os.urandom(100), b"BZh9" + os.urandom(100)):
        path.write_bytes(content)
        with pytest.raises(ExchangeError, match="is damaged"):
            check_archive(path, path.name)
