"""Trees and proofs against the published values, and against RFC 9162 read word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.store import merkle

# The eight entries and their roots with which the implementations of Certificate Transparency
# (RFC 6962; RFC 9162 hashes alike) are tested.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(40)]


def below(size: int) -> int:
    """The largest power of two below `size` ("k" in the RFC)."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) of RFC 9162, 2.1.1."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = below(len(leaves))
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = below(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 9162, 2.1.4.1."""
    if old == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = below(len(leaves))
    if old <= k:
        return [*naive_subproof(old, leaves[:k], known), naive_root(leaves[k:])]
    return [*naive_subproof(old - k, leaves[k:], False), naive_root(leaves[:k])]


def nodes(leaves: list[bytes]) -> merkle.Node:
    return lambda level, index: naive_root(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root_of([merkle.leaf_hash(e) for e in ENTRIES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    path = merkle.inclusion_path(index, size, nodes(leaves))
    assert [node.hex() for node in path] == INCLUSION[index, size]
    assert merkle.includes(leaves[index], index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    path = merkle.consistency_path(old, size, nodes(leaves))
    assert [node.hex() for node in path] == CONSISTENCY[old, size]
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size])
    assert merkle.extends(old, roots[0], size, roots[1], path)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_a_growing_tree_has_the_root_of_the_recursive_definition(entries: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    assert merkle.root_of(leaves) == naive_root(leaves)


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_every_entry_is_proved_and_no_other(place: tuple[int, int]) -> None:
    index, size = place
    leaves = LEAVES[:size]
    root = naive_root(leaves)
    path = merkle.inclusion_path(index, size, nodes(leaves))
    assert path == naive_path(index, leaves)
    for claimed in range(-1, size + 2):
        assert merkle.includes(leaves[index], claimed, size, path, root) == (claimed == index)
    assert not merkle.includes(merkle.leaf_hash(b"another"), index, size, path, root)
    for wrong in spoiled(path):
        assert not merkle.includes(leaves[index], index, size, wrong, root)


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_every_growth_is_proved_and_no_rewriting(sizes: tuple[int, int]) -> None:
    old, size = sizes
    leaves = LEAVES[:size]
    old_root, root = naive_root(leaves[:old]), naive_root(leaves)
    path = merkle.consistency_path(old, size, nodes(leaves))
    assert path == (naive_subproof(old, leaves, True) if old else [])
    assert merkle.extends(old, old_root, size, root, path)
    for wrong in spoiled(path):
        assert not merkle.extends(old, old_root, size, root, wrong)
    other = naive_root([merkle.leaf_hash(b"rewritten"), *leaves[1:old]])
    assert not merkle.extends(old, other, size, root, path)
    assert not merkle.extends(old, old_root, size, merkle.leaf_hash(b"rewritten"), path) or not old


def spoiled(path: list[bytes]) -> list[list[bytes]]:
    """The path with a hash flipped, one too few, one too many, two exchanged."""
    flipped = [
        [*path[:at], bytes([node[0] ^ 1]) + node[1:], *path[at + 1 :]]
        for at, node in enumerate(path)
    ]
    fewer = [path[:-1], path[1:]] if path else []
    swapped = [[path[1], path[0], *path[2:]]] if len(path) > 1 and path[0] != path[1] else []
    return [*flipped, *fewer, *swapped, [*path, LEAVES[0]], [LEAVES[0], *path]]


def test_what_no_tree_holds_is_refused() -> None:
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(ValueError, match="has no leaf"):
            merkle.inclusion_path(index, size, nodes(LEAVES))
    for old, size in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="did not grow"):
            merkle.consistency_path(old, size, nodes(LEAVES))
