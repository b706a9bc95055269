"""The oblivious function against the vectors of RFC 9497, and against peers that cheat."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as sampling
from hypothesis import strategies as st

from enduse.errors import ExchangeError
from enduse.exchange.matching import group
from enduse.exchange.matching.voprf import KeyPair, Mode, Voprf

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc9497.json").read_text())
CASES = [(suite, vector) for suite in VECTORS["modes"] for vector in suite["vectors"]]
IDENTITY = bytes(32)
NOT_CANONICAL = (
    bytes.fromhex("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    bytes.fromhex("f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
)
NEGATIVE = bytes.fromhex("0100000000000000000000000000000000000000000000000000000000000000")
NO_SQUARE = bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")
"""Encodings that must be refused: RFC 9496, appendix A.2."""


@pytest.mark.parametrize(("suite", "vector"), CASES)
def test_vectors_of_the_rfc(suite: dict[str, Any], vector: dict[str, Any]) -> None:
    function = Voprf(Mode(suite["mode"]))
    key = KeyPair.derived(
        bytes.fromhex(suite["seed"]), bytes.fromhex(suite["key_info"]), function.mode
    )
    assert key.secret.hex() == suite["secret"]
    assert key.public.hex() == suite.get("public", key.public.hex())
    items, blinds, blinded, evaluated, outputs = (
        [bytes.fromhex(one) for one in vector[name]]
        for name in ("input", "blind", "blinded", "evaluated", "output")
    )
    assert function.blind(items, blinds) == b"".join(blinded)
    assert function.evaluate(key.secret, b"".join(blinded)) == b"".join(evaluated)
    assert function.finalize(items, blinds, b"".join(evaluated)) == outputs
    assert function.outputs(key.secret, items) == outputs
    if "proof" in vector:
        asked, answered = b"".join(blinded), b"".join(evaluated)
        proof = function.prove(key, asked, answered, bytes.fromhex(vector["random"]))
        assert proof.hex() == vector["proof"]
        function.verify(key.public, asked, answered, proof)


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=9))
@sampling(max_examples=15)
def test_client_and_server_come_to_the_same_outputs(items: list[bytes]) -> None:
    function, key = Voprf(), KeyPair.random()
    blinds = [group.random_scalar() for _ in items]
    asked = function.blind(items, blinds)
    answered = function.evaluate(key.secret, asked)
    function.verify(key.public, asked, answered, function.prove(key, asked, answered))
    assert function.finalize(items, blinds, answered) == function.outputs(key.secret, items)


def test_threads_change_nothing() -> None:
    key, items = KeyPair.random(), [b"%d" % n for n in range(4200)]
    one, two = Voprf(), Voprf(threads=2)
    assert one.outputs(key.secret, items[:2100]) == two.outputs(key.secret, items)[:2100]
    asked = b"".join(group.element_of(os.urandom(64)) for _ in items)
    answered = two.evaluate(key.secret, asked)
    one.verify(key.public, asked, answered, two.prove(key, asked, answered))


@pytest.mark.parametrize("bad", [IDENTITY, *NOT_CANONICAL, NEGATIVE, NO_SQUARE, b"\xff" * 32])
def test_points_that_are_none_are_refused_by_both_sides(bad: bytes) -> None:
    function, key = Voprf(), KeyPair.random()
    items, blinds = [b"a", b"b"], [group.random_scalar(), group.random_scalar()]
    asked = function.blind(items, blinds)
    with pytest.raises(ExchangeError, match="not one of the group"):
        function.evaluate(key.secret, asked[:32] + bad)
    answered = function.evaluate(key.secret, asked)
    proof = function.prove(key, asked, answered)
    with pytest.raises(ExchangeError, match="not one of the group"):
        function.verify(key.public, asked, answered[:32] + bad, proof)
    with pytest.raises(ExchangeError, match="not one of the group"):
        function.verify(bad, asked, answered, proof)
    with pytest.raises(ExchangeError, match="not one of the group"):
        function.finalize(items, blinds, bad + answered[32:])


def test_one_answer_under_another_key_breaks_the_proof() -> None:
    function, key, other = Voprf(), KeyPair.random(), KeyPair.random()
    items = [b"%d" % n for n in range(8)]
    asked = function.blind(items, [group.random_scalar() for _ in items])
    answered = function.evaluate(key.secret, asked)
    proof = function.prove(key, asked, answered)
    for at in range(len(items)):
        here = slice(32 * at, 32 * at + 32)
        wrong = bytearray(answered)
        wrong[here] = function.evaluate(other.secret, asked[here])
        with pytest.raises(ExchangeError, match="another key"):
            function.verify(key.public, asked, bytes(wrong), proof)
        honest_prover = function.prove(key, asked, bytes(wrong))
        with pytest.raises(ExchangeError, match="another key"):
            function.verify(key.public, asked, bytes(wrong), honest_prover)
    swapped = answered[32:64] + answered[:32] + answered[64:]
    with pytest.raises(ExchangeError, match="another key"):
        function.verify(key.public, asked, swapped, proof)
    with pytest.raises(ExchangeError, match="another key"):
        function.verify(other.public, asked, answered, proof)


@pytest.mark.parametrize("flipped", range(0, 64, 7))
def test_a_flipped_byte_of_a_proof_is_refused(flipped: int) -> None:
    function, key = Voprf(), KeyPair.random()
    asked = function.blind([b"a"], [group.random_scalar()])
    answered = function.evaluate(key.secret, asked)
    proof = bytearray(function.prove(key, asked, answered))
    proof[flipped] ^= 1
    with pytest.raises(ExchangeError):
        function.verify(key.public, asked, answered, bytes(proof))


def test_numbers_beyond_the_order_are_refused() -> None:
    function, key = Voprf(), KeyPair.random()
    asked = function.blind([b"a"], [group.random_scalar()])
    answered = function.evaluate(key.secret, asked)
    proof = function.prove(key, asked, answered)
    response = int.from_bytes(proof[32:], "little") + group.ORDER
    with pytest.raises(ExchangeError, match="below the order"):
        function.verify(key.public, asked, answered, proof[:32] + response.to_bytes(32, "little"))
    for length in (0, 63, 65):
        with pytest.raises(ExchangeError, match="bytes instead of 64"):
            function.verify(key.public, asked, answered, bytes(length))


def test_a_proof_covers_at_most_65535_items() -> None:
    function, key = Voprf(), KeyPair.random()
    element = group.element_of(os.urandom(64))
    many = element * 65_536
    with pytest.raises(ExchangeError, match="not 65536"):
        function.verify(key.public, many, many, bytes(64))
    with pytest.raises(ExchangeError, match="not 65536"):
        function.prove(key, many, many)
    with pytest.raises(ExchangeError, match="not 0"):
        function.prove(key, b"", b"")
    with pytest.raises(ExchangeError, match="2 items were asked, 1 answered"):
        function.verify(key.public, many[:64], many[:32], bytes(64))


def test_inverses() -> None:
    scalars = [group.random_scalar() for _ in range(5)]
    for scalar, inverse in zip(scalars, group.inverses(scalars), strict=True):
        assert group.number(scalar) * group.number(inverse) % group.ORDER == 1
    assert group.inverses([]) == []


def test_the_library_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    code = "from enduse.exchange.matching import group; group.random_scalar()"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert list(tmp_path.iterdir()) == []
