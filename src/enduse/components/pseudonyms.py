"""Names for customers that hide who they are, and are the same throughout one case."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from enduse.engine.files import storage_error
from enduse.errors import UsageError
from enduse.names import tokens
from enduse.names.words import LEGAL_FORMS
from enduse.settings import Settings

_SECRET_BYTES = 32
_LONGEST_CASE = 80
_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one case.

    A pseudonym is a keyed digest (HMAC-SHA-256, RFC 2104) of the name in the form by which names
    are compared, without legal form and without regard to the order of words: the same customer is
    the same under any such spelling, another case has other pseudonyms, and without the secret
    nobody can try names out.

    Examples
    --------
    >>> case = Pseudonyms(b"a secret of 32 bytes, kept aside")
    >>> case.customer("Brim Trading L.L.C.") == case.customer("BRIM TRADING")
    True
    >>> case.customer("Brim Trading") == Pseudonyms(b"another").customer("Brim Trading")
    False
    """

    secret: bytes

    @classmethod
    def of_case(cls, case: str, settings: Settings) -> Pseudonyms:
        """The pseudonyms of a case; its secret is made the first time, and kept in ``keys/cases``.

        Raises
        ------
        UsageError
            If the case has no number, or one too long for a file's name.
        StorageError
            If the secret can be neither read nor kept.
        """
        name = quote(case.strip(), safe="")
        if not name or len(name) > _LONGEST_CASE:
            raise UsageError(
                f"'{case[:40]}' cannot number a case.",
                hint=f"Name the case with 1 to {_LONGEST_CASE} letters, digits and hyphens.",
            )
        path = settings.workspace / "keys" / "cases" / f"{name}.secret"
        try:
            return cls(_kept_secret(path))
        except OSError as error:
            raise storage_error(path, error) from error

    def customer(self, name: str) -> str:
        """What a customer, or who the goods are shipped to, is called in this case."""
        said = [token for token in tokens(name) if token not in LEGAL_FORMS]
        return self._digest("customer", " ".join(sorted(said)) or name.casefold().strip())

    def sale(self, sale_id: str) -> str:
        """What a sale is called in this case: its number may tell who bought."""
        return self._digest("sale", sale_id)

    def _digest(self, kind: str, text: str) -> str:
        digest = hmac.new(self.secret, f"{kind}\0{text}".encode(), hashlib.sha256).digest()
        letters = base64.b32encode(digest).decode()[:_LETTERS]
        return f"{letters[:4]}-{letters[4:]}"


def _kept_secret(path: Path) -> bytes:
    """The secret in a file that only its owner may read; made if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Of two that make it at once, the first stays: a link never replaces a file.
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    secret = path.read_bytes()
    if len(secret) != _SECRET_BYTES:
        raise OSError(f"it does not hold {_SECRET_BYTES} bytes")
    return secret
