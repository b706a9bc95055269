"""Fingerprints: an identity in twelve words that two people read to each other, or as a QR code."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError
from enduse.exchange.public_identity import PublicIdentity

if TYPE_CHECKING:
    import segno

WORDS = 12
"""Words of a fingerprint: 128 bits and a checksum of four (BIP 39, English list)."""

_BITS_IN_BYTES = 16


def fingerprint(public: PublicIdentity) -> str:
    """The twelve words of an identity: its lasting id, its name and its root keys of now.

    They change when the name or the root keys do, and not when delegated keys are rotated.
    """
    from mnemonic import Mnemonic

    name = public.name.encode("utf-8")
    digest = sha256(
        b"enduse fingerprint"
        + bytes.fromhex(public.authority_id)
        + len(name).to_bytes(2, "big")
        + name
        + b"".join(sorted(key.raw for key in public.root))
    ).digest()
    return str(Mnemonic("english").to_mnemonic(digest[:_BITS_IN_BYTES]))


def check_fingerprint(public: PublicIdentity, words: str) -> None:
    """Refuse an identity whose fingerprint is not the one that was compared in person.

    Capitals, hyphens and extra spaces do not matter.

    Raises
    ------
    ExchangeError
        If the words are no fingerprint (a slip of the pen) or that of another identity.
    """
    from mnemonic import Mnemonic

    said = " ".join(words.replace("-", " ").lower().split())
    if len(said.split()) != WORDS or not Mnemonic("english").check(said):
        raise ExchangeError(
            f"'{words[:120]}' is no fingerprint: a word is missing or written wrongly.",
            hint=f"A fingerprint has {WORDS} words; ask for them again.",
        )
    if said != fingerprint(public):
        raise ExchangeError(
            f"The identity of {public.name} has another fingerprint than the one given.",
            hint="Do not pin it: get the file and the words anew, in person.",
        )


def terminal_code(public: PublicIdentity) -> str:
    """The fingerprint as a QR code made of characters, for a terminal."""
    written = io.StringIO()
    _code(public).terminal(out=written, compact=True)
    return written.getvalue()


def write_code(public: PublicIdentity, path: Path) -> None:
    """Write the fingerprint as a QR code to an SVG or PNG file.

    Raises
    ------
    ExchangeError
        If the name of the file ends in neither.
    StorageError
        If it cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in {"svg", "png"}:
        raise ExchangeError(f"A QR code is written as .svg or .png, not as '{path.name}'.")
    with whole_file(path) as part, part.open("wb") as file:
        _code(public).save(file, kind=kind, scale=8)


def _code(public: PublicIdentity) -> segno.QRCode:
    import segno

    return segno.make(f"enduse-fingerprint:{fingerprint(public)}", error="m", micro=False)
