"""Sealing: same files and key, same bytes; every change is found."""

import io
import random
import zipfile

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minewatch.model.errors import ConflictError, InputError
from minewatch.stores.bundle import seal
from minewatch.stores.signing import new_key
from minewatch.stores.verify_bundle import canonical_zip, check_bundle

FILES = [("events/events.jsonl", b""), ("a.txt", b"alpha"), ("b.txt", b"beta")]


def key(seed):
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_the_same_bytes_again():
    assert seal(FILES, about={"case": "x"}, key_pem=key(1)) == seal(FILES, about={"case": "x"}, key_pem=key(1))


def test_a_changed_bit_anywhere_in_the_file_is_found():
    raw = seal(FILES, about={}, key_pem=key(1)).content
    seen = check_bundle(raw).lines
    for place in {*range(0, len(raw), 331), *range(0, 200, 5), *range(len(raw) - 200, len(raw), 3)}:
        changed = bytearray(raw)
        changed[place] ^= 1 << random.Random(place).randrange(8)
        found = check_bundle(bytes(changed))
        assert [line for line in found.lines if line[0] == "fails" and line not in seen], place


def test_another_key_is_told():
    sealed = seal(FILES, about={}, key_pem=key(1))
    other = seal(FILES, about={}, key_pem=key(2))
    lines = check_bundle(other.content, sealed.fingerprint).lines
    assert next(line[1] for line in lines if line[0] == "fails").startswith("signed with another key")
    assert ("holds", f"the key is the one expected: {sealed.fingerprint}") in [
        line[:2] for line in check_bundle(sealed.content, sealed.fingerprint.upper()).lines
    ]


def members(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
        return [(one.filename, bundle.read(one)) for one in bundle.infolist()]


@pytest.mark.parametrize("change", ["remove", "add", "reorder", "double", "rename"])
def test_what_is_removed_added_or_moved_is_found(change):
    held = members(seal(FILES, about={}, key_pem=key(1)).content)
    changed = {
        "remove": [one for one in held if one[0] != "a.txt"],
        "add": [*held, ("c.txt", b"gamma")],
        "reorder": [*held[:-2], held[-1], held[-2]],
        "double": [*held, held[-1]],
        "rename": [("z.txt" if name == "a.txt" else name, content) for name, content in held],
    }[change]
    found = [line[1] for line in check_bundle(canonical_zip(changed)).lines if line[0] == "fails"]
    told = {
        "remove": "a.txt: missing",
        "add": "c.txt: not in the manifest",
        "reorder": "members stand in another order or twice",
        "double": "members stand in another order or twice",
        "rename": "z.txt: not in the manifest",
    }[change]
    assert told in found


def test_a_key_is_private_and_never_written_over(tmp_path):
    path = tmp_path / "keys" / "signing.pem"
    new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConflictError, match="already"):
        new_key(path)


def test_a_bad_key_is_told():
    with pytest.raises(InputError, match="no unencrypted private key"):
        seal(FILES, about={}, key_pem=b"no key")
