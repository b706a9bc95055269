"""Certificates that two ends of a connection pin: self-signed, compared in person.

Nobody vouches for them but who compared the words. A relay admits the certificates in a folder and
no others; a client speaks to the one relay whose certificate it holds.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError
from enduse.exchange.keyfiles import Cost, Lock, read_key, write_key
from enduse.exchange.keys import SigningKey

PURPOSE = "transport"
"""What the key of a certificate is for: connections, and nothing that is signed or sealed."""

VALID_DAYS = 730
"""Days that a new certificate is valid."""

OTHER_CERTIFICATE = "another certificate than the pinned one"
"""What the error of a handshake with the wrong relay says."""

_SKEW = timedelta(days=1)
_MAX_CERTIFICATE_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate and its private key.

    Attributes
    ----------
    certificate
        The certificate, PEM; this is what the other side pins.
    key
        The private key, in memory only.
    """

    certificate: bytes
    key: SigningKey

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        passphrase: str,
        *,
        now: datetime | None = None,
        cost: Cost | None = None,
    ) -> Credential:
        """A new credential: ``<name>.crt`` and, encrypted under the passphrase, ``<name>.key``.

        Raises
        ------
        StorageError
            If the folder cannot be written.
        ExchangeError
            If the passphrase is too short.
        """
        now = now or datetime.now(UTC)
        key = SigningKey.generate()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = Lock.new(passphrase, cost or Cost())
        write_key(folder / f"{name}.key", key, PURPOSE, lock, now)
        certificate = _self_signed(key, now)
        with whole_file(folder / f"{name}.crt") as part:
            part.write_bytes(certificate)
        return cls(certificate, key)

    @classmethod
    def open(cls, folder: Path, name: str, passphrase: str) -> Credential:
        """The credential that `create` made.

        Raises
        ------
        ExchangeError
            If it is not there, or the passphrase does not open it.
        """
        pair, _, _ = read_key(folder / f"{name}.key", passphrase, purpose=PURPOSE)
        certificate = read_certificate(folder / f"{name}.crt")
        of_certificate = (
            x509.load_pem_x509_certificate(certificate)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        # An Ed25519 key stands at the end of its SubjectPublicKeyInfo (RFC 8410, section 4).
        if not isinstance(pair, SigningKey) or not of_certificate.endswith(pair.public.raw):
            raise ExchangeError(f"{folder / name}.crt is not the certificate of its key.")
        return cls(certificate, pair)

    @property
    def fingerprint(self) -> str:
        """The words that name the certificate."""
        return fingerprint(self.certificate)

    def load_into(self, context: ssl.SSLContext) -> None:
        """Give certificate and key to a TLS context."""
        # OpenSSL reads keys from files only: this one is locked with a password used once.
        once = secrets.token_bytes(32).hex().encode("ascii")
        key = Ed25519PrivateKey.from_private_bytes(self.key.private_bytes()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(once),
        )
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.certificate + key)
            file.flush()
            context.load_cert_chain(file.name, password=once)


def fingerprint(certificate: bytes) -> str:
    """Twelve words (BIP 39, English: 128 bits of SHA-256) that name a certificate, PEM."""
    from mnemonic import Mnemonic

    return str(Mnemonic("english").to_mnemonic(bytes.fromhex(digest(certificate))[:16]))


def digest(certificate: bytes) -> str:
    """SHA-256 of a certificate, PEM, in hexadecimal: what is compared in every handshake."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.decode("ascii"))).hexdigest()


def shown_by(connection: ssl.SSLSocket) -> str:
    """The digest of the certificate that the other side of a connection has shown."""
    return hashlib.sha256(connection.getpeercert(binary_form=True) or b"").hexdigest()


def read_certificate(path: Path) -> bytes:
    """One certificate, PEM, fit to be pinned.

    Raises
    ------
    ExchangeError
        If the file holds anything else, or a certificate that could issue others.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_CERTIFICATE_BYTES + 1)
    except OSError as error:
        raise ExchangeError(f"The certificate {path} cannot be read: {error.strerror}.") from None
    return pinnable(raw, str(path))


def pinnable(raw: bytes, what: str) -> bytes:
    """The certificate, PEM and nothing else, if it is fit to be pinned.

    Raises
    ------
    ExchangeError
        If it is anything else, or a certificate that could issue others.
    """
    try:
        (found,) = x509.load_pem_x509_certificates(raw[: _MAX_CERTIFICATE_BYTES + 1])
        constraints = found.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound):
        raise ExchangeError(f"{what} is not one certificate that Enduse has made.") from None
    if constraints.ca:
        raise ExchangeError(
            f"The certificate {what} could issue others, and pinning it would admit those too.",
            hint="Ask for the certificate that Enduse makes.",
        )
    return found.public_bytes(serialization.Encoding.PEM)


def admit(folder: Path, certificate: bytes) -> str:
    """Admit the owner of a certificate to a relay; answer the words of its fingerprint.

    Removing the file from the folder ends it; a running relay heeds both at once.

    Raises
    ------
    ExchangeError
        If it is no certificate to pin.
    """
    certificate = pinnable(certificate, "what was given")
    with whole_file(folder / f"{digest(certificate)}.crt") as part:
        part.write_bytes(certificate)
    return fingerprint(certificate)


def admitted(folder: Path) -> dict[str, bytes]:
    """The certificates that a relay admits, by digest."""
    found = {}
    for path in sorted(folder.glob("*.crt")):
        certificate = read_certificate(path)
        found[digest(certificate)] = certificate
    return found


def relay_context(credential: Credential, admitted: Iterable[bytes]) -> ssl.SSLContext:
    """TLS for a relay: the handshake fails unless the client shows one of these certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A session taken up again would not show its certificate anew.
    context.num_tickets = 0
    _pin(context, credential, admitted)
    return context


def client_context(credential: Credential, relay: bytes) -> ssl.SSLContext:
    """TLS for a client: the handshake fails unless the relay shows exactly this certificate."""
    context = _OnePeer(ssl.PROTOCOL_TLS_CLIENT)
    context.peer = digest(relay)
    # The pinned certificate is the name.
    context.check_hostname = False
    _pin(context, credential, [relay])
    return context


class _OnePeer(ssl.SSLContext):
    """A context whose connections go to the owner of one certificate."""

    peer: str

    def wrap_socket(self, *given: Any, **named: Any) -> ssl.SSLSocket:
        connection = super().wrap_socket(*given, **named)
        if shown_by(connection) != self.peer:
            connection.close()
            raise ssl.SSLCertVerificationError(OTHER_CERTIFICATE)
        return connection


def _pin(context: ssl.SSLContext, credential: Credential, pinned: Iterable[bytes]) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    # What is pinned is trusted by itself, not by who issued it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for certificate in pinned:
        context.load_verify_locations(cadata=certificate.decode("ascii"))
    credential.load_into(context)


def _self_signed(key: SigningKey, now: datetime) -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(key.private_bytes())
    public = private.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"enduse {key.key_id[:16]}")])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    subject_key = x509.SubjectKeyIdentifier.from_public_key(public)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject_key)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(both, critical=False)
        .add_extension(subject_key, critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(private, None)
    )
    return made.public_bytes(serialization.Encoding.PEM)
