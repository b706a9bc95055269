"""One side's keys of a session: padded, in an order that says nothing, each with its commitment.

Everything secret of a session follows from 32 random bytes: the blinds, the padding, the salts,
the audit nonce and, at the server, the session's key. Whoever runs a step again gets the same
bytes, so that a step that was cut short is simply run again.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from enduse.errors import ExchangeError, InputError
from enduse.exchange.keyfiles import write_private
from enduse.exchange.matching import group
from enduse.exchange.matching.documents import TAG, bucket_of
from enduse.exchange.matching.families import Family, Row, keys
from enduse.exchange.matching.voprf import KeyPair, Mode, Voprf
from enduse.store.entries import commit

Side = Literal["client", "server"]

COLUMNS = ("kind", "value", "country", "heading", "date_code")
"""Columns of an input that make the keys; all others make the record that evidence opens."""

LONGEST_RECORD = 4096
"""Bytes of what is opened of one key; fields beyond are left out and counted."""


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of the input that gave no key, and why: row 2 is the first below the header."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Key:
    """A match key at its position: where it comes from, and what would be opened of it."""

    text: str
    rows: tuple[int, ...]
    record: bytes


@dataclass(frozen=True, slots=True)
class Secret:
    """The 32 random bytes of one side of a session, and what follows from them."""

    seed: bytes

    def blind(self, position: int) -> bytes:
        """The scalar that hides the key at a position."""
        return group.scalar_of(self._derived(b"blind", position))

    def padding(self, side: Side, position: int) -> str:
        """A key that no row and no other side can give."""
        return f"P|{side}|{self._derived(b'padding', position)[:32].hex()}"

    def salts(self, position: int) -> tuple[bytes, bytes]:
        """The salts of the key and of the record at a position."""
        both = self._derived(b"salts", position)
        return both[:32], both[32:]

    def place(self, key: str) -> bytes:
        """Where a key comes in the client's order."""
        return hmac.digest(self.seed, b"order" + key.encode(), "sha256")

    @property
    def audit_nonce(self) -> bytes:
        """What decides, with a document of the other side, which positions are audited."""
        return self._derived(b"audit", 0)[:32]

    @property
    def audit_commitment(self) -> bytes:
        """SHA-256 of the audit nonce."""
        return hashlib.sha256(self.audit_nonce).digest()

    def session_key(self, session: str) -> KeyPair:
        """The server's key of a session (DeriveKeyPair of RFC 9497)."""
        return KeyPair.derived(self._derived(b"key", 0)[:32], session.encode(), Mode.VOPRF)

    def proof_scalar(self, evaluated: bytes) -> bytes:
        """The random scalar of a proof: the same for the same statement, for no other."""
        return group.scalar_of(
            hmac.digest(self.seed, b"proof" + hashlib.sha512(evaluated).digest(), "sha512")
        )

    def commitments(self, held: Sequence[Key]) -> list[bytes]:
        """Salted commitments to the keys and their records, by position."""
        found = []
        for position, key in enumerate(held):
            salt, record_salt = self.salts(position)
            found.append(commit(salt, commit(record_salt, key.record) + key.text.encode()))
        return found

    def _derived(self, label: bytes, position: int) -> bytes:
        return hmac.digest(self.seed, label + position.to_bytes(8, "big"), "sha512")


def read_rows(path: Path) -> Iterator[tuple[int, Row, dict[str, str]]]:
    """The rows of a CSV file with a header: number, what makes the keys, and the other columns.

    Raises
    ------
    InputError
        If the file cannot be read, or lacks the columns ``kind`` and ``value``.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = {"kind", "value"} - set(reader.fieldnames or ())
            if missing:
                raise InputError(
                    f"{path} has no column '{min(missing)}'.",
                    hint=f"A table of match keys has the columns {', '.join(COLUMNS)}; the last "
                    "three may be missing, and any other goes into the record of evidence.",
                )
            for number, given in enumerate(reader, start=2):
                said = {name: text or "" for name, text in given.items() if name is not None}
                made = Row(*(said.pop(column, "") for column in COLUMNS))
                yield number, made, {name: text for name, text in said.items() if text}
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not in UTF-8.", hint="Save it as UTF-8.") from error
    except csv.Error as error:
        raise InputError(f"{path} is no CSV table: {error}.") from error


def hold(
    path: Path, families: Sequence[Family], secret: Secret, side: Side
) -> tuple[list[Key], list[Rejected]]:
    """The keys of an input, padded to a bucket, in the secret's order; and the rows without one.

    Raises
    ------
    InputError
        If the file cannot be used at all.
    ExchangeError
        If there are more keys than a session takes.
    """
    rows: dict[str, list[int]] = {}
    records: dict[int, dict[str, str]] = {}
    rejected: list[Rejected] = []
    for number, row, other in read_rows(path):
        try:
            found = keys(row, families)
        except ExchangeError as error:
            rejected.append(Rejected(number, error.message))
            continue
        if not found:
            reason = f"A {row.kind} has no key in family {' or '.join(families)}."
            rejected.append(Rejected(number, reason))
        records[number] = {"kind": row.kind, "value": row.value, **other}
        for key in found:
            rows.setdefault(key, []).append(number)
    held = [
        Key(text, tuple(numbers), _record([records[number] for number in numbers]))
        for text, numbers in rows.items()
    ]
    nothing = _record([])
    for position in range(len(held), bucket_of(len(held))):
        held.append(Key(secret.padding(side, position), (), nothing))
    return sorted(held, key=lambda key: secret.place(key.text)), rejected


def _record(entries: Sequence[dict[str, str]]) -> bytes:
    """What evidence opens of a key: the fields of its rows as JSON, as many as fit."""
    kept: list[bytes] = []
    left = LONGEST_RECORD - 64
    for entry in entries:
        said = _JSON.encode(entry).encode()
        left -= len(said) + 1
        if left < 0:
            break
        kept.append(said)
    return b'{"entries":[%b],"left_out":%d}' % (b",".join(kept), len(entries) - len(kept))


def blinded(function: Voprf, secret: Secret, held: Sequence[Key]) -> bytes:
    """The client's keys, blinded; of padding, its blind times the generator.

    Both are random elements to whoever has not the secret.
    """
    real = [at for at, key in enumerate(held) if key.rows]
    elements = function.blind(
        [held[at].text.encode() for at in real], [secret.blind(at) for at in real]
    )
    hidden = dict(zip(real, group.parted(elements), strict=True))
    return b"".join(hidden.get(at) or group.base_times(secret.blind(at)) for at in range(len(held)))


def tags(function: Voprf, secret_key: bytes, held: Sequence[Key]) -> list[bytes]:
    """The server's tags: the function's outputs, cut short; of padding, a hash."""
    real = [key for key in held if key.rows]
    outputs = iter(function.outputs(secret_key, [key.text.encode() for key in real]))
    return [next(outputs)[:TAG] if key.rows else padding_tag(key.text) for key in held]


def padding_tag(text: str) -> bytes:
    """The tag of the server's padding."""
    return hashlib.sha512(b"enduse.match padding " + text.encode()).digest()[:TAG]


def save(path: Path, keys: Sequence[Key]) -> None:
    """Keep keys by position in a file for its owner alone."""
    lines = (_JSON.encode([key.text, key.rows, key.record.decode()]) for key in keys)
    write_private(path, "\n".join(lines).encode())


def load(path: Path) -> list[Key]:
    """The keys that were kept, by position.

    Raises
    ------
    ExchangeError
        If the file is gone or was altered.
    """
    try:
        lines = path.read_bytes().split(b"\n")
        return [_key(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError) as error:
        raise ExchangeError(f"The keys of the session are not in {path} any more.") from error


def _key(said: Any) -> Key:
    text, rows, record = said
    return Key(text, tuple(rows), record.encode())
