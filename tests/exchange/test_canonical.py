"""JSON in one form: RFC 8785's own examples, and everything that has two meanings refused."""

from __future__ import annotations

import contextlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import ExchangeError
from enduse.exchange.packets import canonical

_DOCUMENTS = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(-(2.0**52), 2.0**52, allow_nan=False)
        | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    max_size=5,
)


def test_the_example_of_rfc_8785_section_3_2_2() -> None:
    given_text = r"""{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"""
    assert canonical.dumps(canonical.loads(given_text.encode())).decode() == (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf_16_as_in_section_3_2_3() -> None:
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical.dumps(names)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_of_rfc_8785_appendix_b(bits: str, text: str) -> None:
    number = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical.dumps({"n": number}).decode() == f'{{"n":{text}}}'


@given(_DOCUMENTS)
def test_what_is_written_is_read_and_written_the_same(document: dict[str, object]) -> None:
    raw = canonical.dumps(document)
    assert canonical.loads(raw, canonical=True) == document
    assert canonical.dumps(canonical.loads(raw)) == raw


@given(st.binary(max_size=200) | st.text('[]{}":,0eE-.tfn\\u', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(ExchangeError):
        assert isinstance(canonical.loads(raw), dict)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a":1,"a":2}', "names the key 'a' twice"),
        (b'{"b":{"a":1,"c":0,"a":1}}', "names the key 'a' twice"),
        (b'{"\\u0061":1,"a":1}', "names the key 'a' twice"),
        (b'{"a":NaN}', "NaN, which is no number"),
        (b'{"a":-Infinity}', "-Infinity, which is no number"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":9007199254740992}', "beyond 2^53"),
        (b'{"a":' + b"9" * 100_000 + b"}", "beyond 2^53"),
        (b"[1]", "not a JSON object"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":1', "not JSON"),
        (b"", "not JSON"),
    ],
)
def test_what_has_two_meanings_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ExchangeError, match=why.replace("^", r"\^")):
        canonical.loads(raw)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_nesting_is_refused_however_deep(opening: bytes) -> None:
    raw = b'{"a":' + opening * (canonical.MAX_BYTES // len(opening) - 8)
    with pytest.raises(ExchangeError, match=r"deeper than 32 levels|not JSON"):
        canonical.loads(raw)
    closed = b'{"a":' + b"[" * 32 + b"]" * 32 + b"}"
    with pytest.raises(ExchangeError, match="deeper than 32 levels"):
        canonical.loads(closed)
    assert canonical.loads(b'{"a":' + b"[" * 31 + b"]" * 31 + b"}")


def test_a_document_above_the_limit_is_not_parsed() -> None:
    with pytest.raises(ExchangeError, match="at most 10 are read"):
        canonical.loads(b"{" * 11, max_bytes=10)


@pytest.mark.parametrize(
    "raw", [b'{"a": 1}', b'{"a":1.0}', b'{"b":1,"a":1}', b'{"a":"\\u0041"}', b'{"a":1}\n']
)
def test_another_spelling_is_refused_where_one_is_asked_for(raw: bytes) -> None:
    assert canonical.loads(raw)
    with pytest.raises(ExchangeError, match="not in canonical form"):
        canonical.loads(raw, canonical=True)


def test_what_json_cannot_carry_is_not_written() -> None:
    for value in (float("nan"), 2**53, "\ud800", b"bytes", object()):
        with pytest.raises(ExchangeError, match="no canonical JSON form"):
            canonical.dumps({"a": value})
