"""The verifier on its own: RFC 8032's vectors, the ZIP it expects, and that an old Python can run it."""

import ast
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minewatch.stores import verify_bundle
from minewatch.stores.verify_bundle import L, canonical_zip, signature_holds

VECTORS = (  # RFC 8032, 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_vectors_of_the_standard(key, message, signature):
    key, message, signature = (bytes.fromhex(one) for one in (key, message, signature))
    assert signature_holds(key, message, signature)
    for place in range(64):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not signature_holds(key, message, bytes(changed))
    assert not signature_holds(key, message + b"\0", signature)


def test_agrees_with_another_implementation():
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    for size in (0, 1, 63, 1000):
        message = bytes(size)
        assert signature_holds(public, message, key.sign(message))


def test_a_second_spelling_of_a_signature_is_refused():
    key, message, signature = (bytes.fromhex(one) for one in VECTORS[0])
    scalar = int.from_bytes(signature[32:], "little") + L
    assert not signature_holds(key, message, signature[:32] + scalar.to_bytes(32, "little"))
    assert not signature_holds(key[:31], message, signature)
    assert not signature_holds(b"\xff" * 32, message, signature)


def test_the_zip_is_one_that_others_read():
    members = [("a.txt", b"1"), ("b/c.bin", bytes(300)), ("empty", b"")]
    raw = canonical_zip(members)
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        assert found.testzip() is None
        assert [(one.filename, found.read(one)) for one in found.infolist()] == members


def test_it_needs_nothing_but_an_old_python(tmp_path):
    source = Path(verify_bundle.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    roots = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert roots <= set(sys.stdlib_module_names)
    newer = (
        "removeprefix",
        "removesuffix",
        "strict=",
        "match ",
        ".bit_count",
        "hashlib.file_digest",
        "from datetime import UTC",
    )
    assert not [word for word in newer if word in source]
    pythons = [path for version in ("3.8", "3.9", "3.10") if (path := shutil.which(f"python{version}"))] or [
        sys.executable
    ]
    for python in pythons:
        broken = tmp_path / "no.zip"
        broken.write_bytes(b"no zip at all")
        done = subprocess.run([python, "-I", verify_bundle.__file__, broken], capture_output=True, check=False)
        if b"not found" not in done.stderr:  # a version manager's stand-in for a version that is not installed
            assert done.returncode == 1, done.stderr
            assert "SOMETHING DOES NOT HOLD" in done.stdout.decode("utf-8")


def test_usage_and_a_file_that_is_not_there(tmp_path, capsys):
    assert verify_bundle.main([]) == 2
    assert verify_bundle.main([str(tmp_path / "none.zip")]) == 2
    assert "none.zip" in capsys.readouterr().err
