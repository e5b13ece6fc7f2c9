"""Ed25519 signatures: what was signed holds, anything else is refused with a remedy."""

import pytest
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from minewatch.model.errors import InputError
from minewatch.stores.signing import check_signature, sign


def pem(key):
    return key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo)


def test_a_signature_holds_for_its_message_and_key():
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    signature, public = sign(pem(key), b"head")
    check_signature(b"head", signature, public, expected=None, name="anchor")
    check_signature(b"head", signature, public, expected=public_pem(key), name="anchor")
    with pytest.raises(InputError, match="does not fit"):
        check_signature(b"heat", signature, public, expected=None, name="anchor")
    with pytest.raises(InputError, match="another key"):
        check_signature(b"head", signature, public, expected=public_pem(other), name="anchor")
    with pytest.raises(InputError, match="does not fit"):
        check_signature(b"head", "not base64!", public, expected=None, name="anchor")


def test_a_key_that_cannot_sign_is_refused():
    with pytest.raises(InputError, match="no unencrypted private key"):
        sign(b"nothing", b"head")
    with pytest.raises(InputError, match="not an Ed25519 key"):
        sign(pem(ec.generate_private_key(ec.SECP256R1())), b"head")
