"""A verifiable oblivious pseudorandom function: RFC 9497 with ristretto255 and SHA-512.

The client blinds its items; the server evaluates what it cannot read and proves that it did so
under the key whose public half it showed; the client unblinds. Elements are given and answered
as bytes, one after another, as they travel.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from enduse.errors import ExchangeError
from enduse.exchange.matching import group
from enduse.exchange.matching.group import ELEMENT, SCALAR

MOST_IN_A_PROOF = 65_535
"""Items that one proof can cover: the RFC numbers them with two bytes (section 2.2.1)."""
PROOF = 2 * SCALAR
OUTPUT = 64
"""Bytes of a proof and of the function's output."""
LONGEST_ITEM = 65_535


class Mode(IntEnum):
    """Modes of the RFC: without and with proof (section 3)."""

    OPRF = 0
    VOPRF = 1


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A server's key: the secret scalar, and the element it makes of the generator."""

    secret: bytes
    public: bytes

    @classmethod
    def random(cls) -> KeyPair:
        """A fresh key (GenerateKeyPair, section 3.2)."""
        return cls.of(group.random_scalar())

    @classmethod
    def of(cls, secret: bytes) -> KeyPair:
        """The pair of a secret."""
        return cls(secret, group.base_times(secret))

    @classmethod
    def derived(cls, seed: bytes, info: bytes, mode: Mode) -> KeyPair:
        """The key of a seed (DeriveKeyPair, section 3.2.1)."""
        given = seed + _sized(info)
        tag = b"DeriveKeyPair" + _context(mode)
        for counter in range(256):
            secret = group.scalar_of(group.expand(given + bytes([counter]), tag))
            if any(secret):
                return cls.of(secret)
        raise ExchangeError("No key can be derived from this seed.")


@dataclass(frozen=True, slots=True)
class Voprf:
    """The function in one of the RFC's modes, over as many threads as it is given."""

    mode: Mode = Mode.VOPRF
    threads: int = 1

    def element(self, item: bytes) -> bytes:
        """The element that an item stands for (HashToGroup, section 4.1).

        Raises
        ------
        ExchangeError
            If the item is longer than 65,535 bytes.
        """
        if len(item) > LONGEST_ITEM:
            raise ExchangeError(f"An item has more than {LONGEST_ITEM} bytes.")
        return group.element_of(group.expand(item, b"HashToGroup-" + _context(self.mode)))

    def blind(self, items: Sequence[bytes], blinds: Sequence[bytes]) -> bytes:
        """The element of each item times its blind (Blind, section 3.3)."""

        def work(first: int, last: int) -> bytes:
            pairs = zip(items[first:last], blinds[first:last], strict=True)
            return b"".join(group.times(blind, self.element(item)) for item, blind in pairs)

        return b"".join(group.in_parts(len(items), self.threads, work))

    def evaluate(self, secret: bytes, elements: bytes) -> bytes:
        """Each element times the key (BlindEvaluate, section 3.3).

        Raises
        ------
        ExchangeError
            If an element is malformed, not canonical, or the identity.
        """

        def work(first: int, last: int) -> bytes:
            some = group.parted(elements[first * ELEMENT : last * ELEMENT])
            return b"".join(group.times(secret, element) for element in some)

        return b"".join(group.in_parts(_count(elements), self.threads, work))

    def prove(
        self, key: KeyPair, elements: bytes, evaluated: bytes, random: bytes | None = None
    ) -> bytes:
        """A proof that all elements were evaluated under the key (GenerateProof, section 2.2.1).

        Parameters
        ----------
        key
            The pair; its public half is what the proof is checked against.
        elements, evaluated
            What `evaluate` was given and gave: at most 65,535 elements.
        random
            The proof's random scalar, for test vectors; else a fresh one.

        Raises
        ------
        ExchangeError
            If there are no elements, or too many for one proof.
        """
        weighted, _ = self._composites(key.public, elements, evaluated, both=False)
        answered = group.times(key.secret, weighted)
        random = random or group.random_scalar()
        parts = (group.base_times(random), group.times(random, weighted))
        challenge = self._challenge(key.public, weighted, answered, *parts)
        response = (
            group.number(random) - group.number(challenge) * group.number(key.secret)
        ) % group.ORDER
        return challenge + response.to_bytes(SCALAR, "little")

    def verify(self, public: bytes, elements: bytes, evaluated: bytes, proof: bytes) -> None:
        """Check a proof (VerifyProof, section 2.2.2).

        Raises
        ------
        ExchangeError
            If it does not hold, or a number or an element in it is malformed.
        """
        if len(proof) != PROOF:
            raise ExchangeError(f"A proof has {len(proof)} bytes instead of {PROOF}.")
        challenge, response = proof[:SCALAR], proof[SCALAR:]
        group.number(challenge)
        group.number(response)
        weighted, answered = self._composites(public, elements, evaluated, both=True)
        if not any(challenge) or not any(response):
            raise ExchangeError("A proof does not hold: the answer was made with another key.")
        first = group.plus(group.base_times(response), group.times(challenge, public))
        second = group.plus(group.times(response, weighted), group.times(challenge, answered))
        expected = self._challenge(public, weighted, answered, first, second)
        if not hmac.compare_digest(expected, challenge):
            raise ExchangeError("A proof does not hold: the answer was made with another key.")

    def finalize(
        self, items: Sequence[bytes], blinds: Sequence[bytes], evaluated: bytes
    ) -> list[bytes]:
        """The function's output for each item, from its blinded evaluation (section 3.3.1).

        Raises
        ------
        ExchangeError
            If an element is malformed, not canonical, or the identity.
        """

        def work(first: int, last: int) -> list[bytes]:
            unblinded = map(
                group.times,
                group.inverses(blinds[first:last]),
                group.parted(evaluated[first * ELEMENT : last * ELEMENT]),
            )
            return list(map(output, items[first:last], unblinded))

        return [one for part in group.in_parts(len(items), self.threads, work) for one in part]

    def outputs(self, secret: bytes, items: Sequence[bytes]) -> list[bytes]:
        """The function's output for each item, by who holds the key (Evaluate, section 3.3.1)."""

        def work(first: int, last: int) -> list[bytes]:
            some = items[first:last]
            return [output(item, group.times(secret, self.element(item))) for item in some]

        return [one for part in group.in_parts(len(items), self.threads, work) for one in part]

    def _composites(
        self, public: bytes, elements: bytes, evaluated: bytes, *, both: bool
    ) -> tuple[bytes, bytes]:
        """The sums of elements, and of their evaluations, with weights that nobody can choose.

        ComputeComposites and, for who holds the key and needs the first sum alone,
        ComputeCompositesFast (sections 2.2.1 and 2.2.2).
        """
        count = _count(elements)
        if not 0 < count <= MOST_IN_A_PROOF:
            raise ExchangeError(
                f"A proof covers between 1 and {MOST_IN_A_PROOF} items, not {count}."
            )
        if len(evaluated) != len(elements):
            raise ExchangeError(f"{count} items were asked, {_count(evaluated)} answered.")
        seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + _context(self.mode))).digest()
        prefix, tag = _sized(seed), b"HashToScalar-" + _context(self.mode)

        def work(first: int, last: int) -> tuple[bytes, bytes]:
            asked = group.parted(elements[first * ELEMENT : last * ELEMENT])
            answered = group.parted(evaluated[first * ELEMENT : last * ELEMENT])
            weights = [
                group.scalar_of(
                    group.expand(
                        b"".join(
                            (prefix, at.to_bytes(2, "big"), _sized(c), _sized(d), b"Composite")
                        ),
                        tag,
                    )
                )
                for at, c, d in zip(range(first, last), asked, answered, strict=True)
            ]
            sums = group.total(list(map(group.times, weights, asked)))
            return sums, group.total(list(map(group.times, weights, answered))) if both else b""

        parts = group.in_parts(count, self.threads, work)
        weighted = group.total([one for one, _ in parts])
        return weighted, group.total([other for _, other in parts]) if both else b""

    def _challenge(self, *elements: bytes) -> bytes:
        transcript = b"".join(map(_sized, elements)) + b"Challenge"
        return group.scalar_of(group.expand(transcript, b"HashToScalar-" + _context(self.mode)))


def output(item: bytes, unblinded: bytes) -> bytes:
    """64 bytes of an item and its evaluated element (end of Finalize, section 3.3.1)."""
    return hashlib.sha512(b"".join((_sized(item), _sized(unblinded), b"Finalize"))).digest()


def _context(mode: Mode) -> bytes:
    return b"OPRFV1-" + bytes([mode]) + b"-ristretto255-SHA512"


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def _count(elements: bytes) -> int:
    if len(elements) % ELEMENT:
        raise ExchangeError(f"Elements take {ELEMENT} bytes each; {len(elements)} is no multiple.")
    return len(elements) // ELEMENT
