"""Identities: the root decides with two keys of three, and others believe what they pinned."""

from __future__ import annotations

import logging
import os
import re
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.exchange.authorities import CHEAP, NOW, PASSPHRASE, Authority, authority, introduce

from enduse.errors import ExchangeError
from enduse.exchange import public_identity
from enduse.exchange.fingerprints import (
    WORDS,
    check_fingerprint,
    fingerprint,
    terminal_code,
    write_code,
)
from enduse.exchange.identity import DECRYPTION_GRACE, Identity, root_key
from enduse.exchange.keyfiles import Cost, read_key
from enduse.exchange.keys import PublicKey, SigningKey
from enduse.exchange.packets import canonical
from enduse.exchange.public_identity import PURPOSES, PublicIdentity

DAY = timedelta(days=1)


@pytest.fixture
def customs(tmp_path: Path) -> Authority:
    return authority(tmp_path / "customs", "Customs Service")


@pytest.fixture
def ministry(tmp_path: Path) -> Authority:
    return authority(tmp_path / "ministry", "Ministry of Trade")


def test_an_identity_delegates_a_key_for_each_purpose(customs: Authority) -> None:
    public = PublicIdentity.verify(customs.identity.public().document, NOW)
    assert (public.name, public.version, len(public.root)) == ("Customs Service", 1, 3)
    assert {d.purpose for d in public.delegations} == set(PURPOSES)
    assert len({d.key.key_id for d in public.delegations}) == len(PURPOSES)
    message = b"head of the log"
    signature = customs.identity.signing_key("log", NOW).sign(message)
    delegation = public.delegated("log", NOW)
    assert delegation is not None
    assert delegation.key.verifies(signature, message)
    assert public.delegated("log", delegation.valid_to) is None


def test_keys_lie_encrypted_and_for_their_owner_alone(customs: Authority) -> None:
    folder = customs.identity.folder
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 3 + 4 + 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "root")} == {0o700}
    key = customs.identity.signing_key("release", NOW)
    everything = b"".join(path.read_bytes() for path in files)
    assert key.private_bytes() not in everything
    assert key.private_bytes().hex().encode() not in everything


def test_the_shipped_cost_of_a_guess_is_128_mib() -> None:
    cost = Cost()
    assert 128 * cost.n * cost.r == 128 * 2**20


def test_an_identity_opens_with_its_passphrase_only(customs: Authority) -> None:
    folder = customs.identity.folder
    opened = Identity.open(folder, PASSPHRASE)
    assert opened.signing_key("release", NOW).key_id == (
        customs.identity.signing_key("release", NOW).key_id
    )
    with pytest.raises(ExchangeError, match="passphrase does not open"):
        Identity.open(folder, PASSPHRASE + "!")
    with pytest.raises(ExchangeError, match="There is no identity in"):
        Identity.open(folder / "elsewhere", PASSPHRASE)


def test_a_passphrase_is_the_same_however_it_was_typed(tmp_path: Path) -> None:
    Identity.create(tmp_path / "keys", "Zoll", "Schl\u00fcssel-Wort", cost=CHEAP, now=NOW)
    assert Identity.open(tmp_path / "keys", "Schlu\u0308ssel-Wort").name == "Zoll"


def test_nothing_secret_is_shown_or_logged(
    customs: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    identity = Identity.open(customs.identity.folder, PASSPHRASE)
    key = identity.signing_key("release", NOW)
    shown = " ".join(
        [repr(identity), repr(key), str(key), repr(identity.decryption_keys()), caplog.text]
        + [repr(getattr(identity, name)) for name in identity.__slots__]
    )
    with pytest.raises(ExchangeError) as refused:
        Identity.open(customs.identity.folder, "another passphrase")
    for secret in (PASSPHRASE, key.private_bytes().hex(), repr(key.private_bytes())):
        assert secret not in shown
    assert "another passphrase" not in str(refused.value)


def test_a_key_file_that_was_altered_does_not_open(customs: Authority) -> None:
    path = next(customs.identity.folder.glob("release-*.key"))
    said = canonical.loads(path.read_bytes())
    for name, value in (
        ("purpose", "log"),
        ("key_id", "0" * 64),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("nonce", "AAAAAAAAAAAAAAAA"),
    ):
        path.write_bytes(canonical.dumps(said | {name: value}))
        with pytest.raises(ExchangeError, match="passphrase does not open"):
            read_key(path, PASSPHRASE)
    path.write_bytes(canonical.dumps(said | {"kdf": said["kdf"] | {"n": 2**30}}))
    with pytest.raises(ExchangeError, match="field 'n' with a value that it cannot have"):
        read_key(path, PASSPHRASE)
    path.write_bytes(b"x" * 10_000)
    with pytest.raises(ExchangeError, match="at most 4,096"):
        read_key(path, PASSPHRASE)


def test_keys_that_others_may_read_are_not_used(customs: Authority) -> None:
    path = next(customs.identity.folder.glob("log-*.key"))
    path.chmod(0o644)
    with pytest.raises(ExchangeError, match="may be read by others"):
        Identity.open(customs.identity.folder, PASSPHRASE)


def test_an_identity_is_never_overwritten(customs: Authority) -> None:
    with pytest.raises(ExchangeError, match="already holds an identity"):
        Identity.create(customs.identity.folder, "Other", PASSPHRASE, cost=CHEAP)


@pytest.mark.parametrize(
    ("name", "passphrase"), [("", PASSPHRASE), ("A\nB", PASSPHRASE), ("A", "x")]
)
def test_a_name_and_a_passphrase_are_needed(tmp_path: Path, name: str, passphrase: str) -> None:
    with pytest.raises(ExchangeError):
        Identity.create(tmp_path / "keys", name, passphrase, cost=CHEAP)
    assert list(tmp_path.iterdir()) == []


def test_root_keys_may_lie_elsewhere_and_each_under_its_own_passphrase(tmp_path: Path) -> None:
    words = ["first officer's words", "second officer's words", "third officer's words"]
    identity = Identity.create(
        tmp_path / "keys", "Customs", PASSPHRASE, root_passphrases=words, cost=CHEAP, now=NOW
    )
    safe = tmp_path / "safe"
    (identity.folder / "root").rename(safe)
    identity = Identity.open(identity.folder, PASSPHRASE)
    root = [root_key(safe / "1.key", words[0]), root_key(safe / "3.key", words[2])]
    assert identity.rotate("release", root, NOW + DAY).version == 2
    with pytest.raises(ExchangeError, match="passphrase does not open"):
        root_key(safe / "2.key", words[0])


def test_one_root_key_decides_nothing(customs: Authority) -> None:
    (first,) = customs.root(1)
    stranger = SigningKey.generate()
    before = sorted(path.name for path in customs.identity.folder.iterdir())
    for root in ([first], [first, first], [first, stranger]):
        for act in (
            lambda keys: customs.identity.rotate("release", keys, NOW),
            lambda keys: customs.identity.renew(keys, NOW),
            lambda keys: customs.identity.rotate_root(keys, [PASSPHRASE] * 3, cost=CHEAP, now=NOW),
        ):
            with pytest.raises(ExchangeError, match="2 must sign"):
                act(root)
    assert customs.identity.public().version == 1
    assert sorted(path.name for path in customs.identity.folder.iterdir()) == before


def test_a_rotated_key_signs_and_the_old_one_has_ended(customs: Authority) -> None:
    before = customs.identity.signing_key("release", NOW)
    later = NOW + 40 * DAY
    public = customs.identity.rotate("release", customs.root(), later)
    key = customs.identity.signing_key("release", later)
    assert key.key_id != before.key_id
    assert before.key_id in public.keys("release", later - DAY)
    assert set(public.keys("release", later)) == {key.key_id}
    opened = Identity.open(customs.identity.folder, PASSPHRASE)
    assert opened.signing_key("release", later).key_id == key.key_id


def test_encryption_keys_rotate_monthly_and_old_ones_are_destroyed(customs: Authority) -> None:
    identity = customs.identity
    first = identity.decryption_keys()[0]
    assert identity.rotation_due(NOW) == NOW + 31 * DAY
    identity.rotate("encryption", customs.root(), NOW + 31 * DAY)
    assert [key.key_id for key in identity.decryption_keys()][1] == first.key_id
    assert identity.destroy_outlived(NOW + 31 * DAY + DECRYPTION_GRACE - DAY) == ()
    identity.rotate("encryption", customs.root(), NOW + 62 * DAY)
    assert first.key_id not in {key.key_id for key in identity.decryption_keys()}
    assert len(identity.decryption_keys()) == 2
    names = {path.name for path in identity.folder.glob("encryption-*.key")}
    assert f"encryption-{first.key_id[:16]}.key" not in names
    assert len(Identity.open(identity.folder, PASSPHRASE).decryption_keys()) == 2


def test_a_revoked_key_is_believed_at_no_time(customs: Authority) -> None:
    key = customs.identity.signing_key("release", NOW)
    public = customs.identity.revoke(key.key_id, "laptop stolen", customs.root(), NOW + DAY)
    assert key.key_id not in public.keys("release", NOW)
    with pytest.raises(ExchangeError, match="No release key"):
        customs.identity.signing_key("release", NOW + DAY)
    customs.identity.rotate("release", customs.root(), NOW + DAY)
    assert customs.identity.signing_key("release", NOW + DAY).key_id != key.key_id


def test_an_identity_expires_and_is_renewed(customs: Authority) -> None:
    late = NOW + 400 * DAY
    with pytest.raises(ExchangeError, match="expired on 2027-06-02"):
        PublicIdentity.verify(customs.identity.public().document, late)
    with pytest.raises(ExchangeError, match="expired on"):
        customs.identity.signing_key("release", late)
    renewed = Identity.open(customs.identity.folder, PASSPHRASE).renew(customs.root(), late)
    assert PublicIdentity.verify(renewed.document, late).version == 2


def test_a_clock_a_year_behind_sees_an_identity_from_the_future(customs: Authority) -> None:
    with pytest.raises(ExchangeError, match="from the future"):
        PublicIdentity.verify(customs.identity.public().document, NOW - 365 * DAY)


def test_one_flipped_bit_in_an_identity_is_refused(customs: Authority) -> None:
    document = customs.identity.rotate("log", customs.root(), NOW).document
    for bit in range(0, len(document) * 8, 37):
        altered = bytearray(document)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ExchangeError):
            PublicIdentity.verify(bytes(altered), NOW)


def test_a_key_under_which_anybody_signs_is_refused(customs: Authority) -> None:
    public = customs.identity.public()
    small = [
        bytes(32),
        b"\1" + bytes(31),
        b"\1" + bytes(30) + b"\x80",
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        b"\xec" + b"\xff" * 30 + b"\x7f",
    ]
    for raw in small:
        weak = PublicKey("Ed25519", raw)
        # Nobody's secret key is needed for a signature under it: one of these fits any message.
        assert any(
            weak.verifies(point + bytes(32), b"message %d" % n)
            for point in small
            for n in range(40)
        )
        for index, delegation in enumerate(public.delegations):
            key = PublicKey(delegation.key.algorithm, raw)
            if not key.is_weak():
                continue
            delegations = list(public.delegations)
            delegations[index] = replace(delegation, key=key)
            changed = replace(public, delegations=tuple(delegations))
            document = public_identity.signed_identity(changed, customs.root(), b"")
            with pytest.raises(ExchangeError, match="a key that protects nothing"):
                PublicIdentity.verify(document, NOW)
    assert PublicKey("X25519", bytes(32)).is_weak()
    assert not any(d.key.is_weak() for d in public.delegations)


# Partners


def test_a_partner_is_pinned_by_its_fingerprint(customs: Authority, ministry: Authority) -> None:
    public = ministry.identity.public()
    words = fingerprint(public)
    assert len(words.split()) == WORDS
    with pytest.raises(ExchangeError, match="no fingerprint"):
        customs.partners.pin(public.document, " ".join(words.split()[:-1]), NOW)
    with pytest.raises(ExchangeError, match="has another fingerprint"):
        customs.partners.pin(public.document, fingerprint(customs.identity.public()), NOW)
    assert customs.partners.list() == ()
    customs.partners.pin(public.document, words.upper().replace(" ", " - "), NOW)
    assert customs.partners.get("ministry of  trade").identity == public
    assert customs.partners.get(public.authority_id).pinned_at == NOW
    with pytest.raises(ExchangeError, match="No partner 'Ministry' is pinned"):
        customs.partners.get("Ministry")


def test_the_fingerprint_stays_when_delegated_keys_rotate(ministry: Authority) -> None:
    before = fingerprint(ministry.identity.public())
    assert fingerprint(ministry.identity.rotate("release", ministry.root(), NOW)) == before
    public = ministry.identity.public()
    assert fingerprint(replace(public, name="Ministry of War")) != before
    assert fingerprint(replace(public, root=public.root[:2])) != before


def test_a_qr_code_of_the_fingerprint(tmp_path: Path, ministry: Authority) -> None:
    public = ministry.identity.public()
    assert len(terminal_code(public).splitlines()) > 15
    for name, start in (("code.svg", b"<?xml"), ("code.png", b"\x89PNG")):
        write_code(public, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    with pytest.raises(ExchangeError, match=r"\.svg or \.png"):
        write_code(public, tmp_path / "code.gif")


def test_a_newer_version_is_taken_and_an_older_one_is_not(
    customs: Authority, ministry: Authority
) -> None:
    introduce(customs, ministry)
    first = ministry.identity.public().document
    second = ministry.identity.rotate("release", ministry.root(), NOW + DAY).document
    assert customs.partners.update(second, NOW + DAY).identity.version == 2
    assert customs.partners.update(second, NOW + DAY).identity.version == 2
    with pytest.raises(ExchangeError, match="older than version 2"):
        customs.partners.update(first, NOW + DAY)


def test_two_versions_of_one_number_are_not_both_taken(
    customs: Authority, ministry: Authority
) -> None:
    introduce(customs, ministry)
    fork = Identity.open(ministry.identity.folder, PASSPHRASE)
    customs.partners.update(ministry.identity.rotate("release", ministry.root(), NOW).document, NOW)
    forked = fork.rotate("release", ministry.root(), NOW)
    with pytest.raises(ExchangeError, match="two different versions 2"):
        customs.partners.update(forked.document, NOW)


def test_new_root_keys_need_the_old_and_the_new_threshold(
    customs: Authority, ministry: Authority
) -> None:
    introduce(customs, ministry)
    before = ministry.identity.public()
    # Four changes and a rotation of the root that the partner has not seen one by one.
    ministry.identity.rotate("log", ministry.root(), NOW)
    rotated = ministry.identity.rotate_root(
        ministry.root(2, 3), [PASSPHRASE] * 3, cost=CHEAP, now=NOW
    )
    folder = ministry.identity.folder / f"root-{rotated.version}"
    fresh = [root_key(folder / f"{number}.key", PASSPHRASE) for number in (1, 2)]
    with pytest.raises(ExchangeError, match="2 must sign"):
        ministry.identity.rotate("log", ministry.root(), NOW)
    last = ministry.identity.rotate("log", fresh, NOW)
    assert last.authority_id == before.authority_id
    assert customs.partners.update(last.document, NOW).identity.root == rotated.root
    assert fingerprint(last) != fingerprint(before)

    following = replace(last, version=last.version + 1)
    chain = public_identity.chain_before(last)
    # New root keys that only one old key vouches for.
    thieves = [SigningKey.generate() for _ in range(3)]
    stolen = replace(following, root=tuple(key.public for key in thieves))
    forged = public_identity.signed_identity(stolen, [fresh[0], *thieves[:2]], chain)
    with pytest.raises(ExchangeError, match="signed by 1 of the keys"):
        customs.partners.update(forged, NOW)
    # New root keys that have not signed themselves.
    unsigned = public_identity.signed_identity(stolen, [*fresh, thieves[0]], chain)
    with pytest.raises(ExchangeError, match="signed by 1 of the keys"):
        customs.partners.update(unsigned, NOW)


def test_a_stranger_cannot_take_the_place_of_a_partner(
    customs: Authority, ministry: Authority
) -> None:
    introduce(customs, ministry)
    thieves = [SigningKey.generate() for _ in range(3)]
    claimed = replace(
        ministry.identity.public(), version=2, root=tuple(key.public for key in thieves)
    )
    document = public_identity.signed_identity(claimed, thieves, b"")
    with pytest.raises(ExchangeError, match="does not begin with its first root keys"):
        customs.partners.update(document, NOW)


def test_an_unpinned_authority_is_not_updated(customs: Authority, ministry: Authority) -> None:
    with pytest.raises(ExchangeError, match="Ministry of Trade is not pinned"):
        customs.partners.update(ministry.identity.public().document, NOW)


def test_two_partners_do_not_share_a_name(customs: Authority, tmp_path: Path) -> None:
    for number in (1, 2):
        public = authority(tmp_path / f"twin{number}", "Border  Guard").identity.public()
        if number == 1:
            customs.partners.pin(public.document, fingerprint(public), NOW)
        else:
            with pytest.raises(ExchangeError, match="already pinned under the name"):
                customs.partners.pin(public.document, fingerprint(public), NOW)
    assert len(customs.partners.list()) == 1


def test_a_revoked_partner_is_pinned_anew_in_person_only(
    customs: Authority, ministry: Authority
) -> None:
    introduce(customs, ministry)
    customs.partners.revoke("Ministry of Trade", "root keys lost", NOW + DAY)
    newer = ministry.identity.renew(ministry.root(), NOW + DAY)
    assert customs.partners.update(newer.document, NOW + DAY).revoked_at == NOW + DAY
    with pytest.raises(ExchangeError, match=r"revoked here on .*: root keys lost"):
        customs.partner(ministry).check_trusted(NOW + DAY)
    customs.partners.pin(newer.document, fingerprint(newer), NOW + 2 * DAY)
    customs.partner(ministry).check_trusted(NOW + 2 * DAY)


def test_a_fingerprint_with_a_slip_is_told_from_a_wrong_one(ministry: Authority) -> None:
    public = ministry.identity.public()
    words = fingerprint(public).split()
    with pytest.raises(ExchangeError, match="no fingerprint"):
        check_fingerprint(public, " ".join([*words[:-1], "zzz"]))


def test_making_an_identity_that_is_killed_leaves_none(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    child = os.fork()
    if child == 0:
        real = os.fsync
        left = [4]

        def fsync(descriptor: int) -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), 9)
            real(descriptor)

        os.fsync = fsync  # type: ignore[assignment]
        Identity.create(folder, "Customs", PASSPHRASE, cost=CHEAP, now=NOW)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert not folder.exists()
    assert re.search(r"release", str(Identity.create(folder, "C", PASSPHRASE, cost=CHEAP).public()))
