"""Ed25519 signatures (RFC 8032) of anchors and bundles, with keys as PEM files."""

import base64
import binascii
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from minewatch.model.errors import ConflictError, InputError
from minewatch.model.text import Text
from minewatch.stores.files import disk_errors

_REMEDY = Text(
    "Make one with: openssl genpkey -algorithm ed25519 -out key.pem",
    "可用以下命令生成：openssl genpkey -algorithm ed25519 -out key.pem",
)


def new_key(path: Path) -> None:
    """Make a private key in the file ``path``, which only its owner may read (mode 600).

    Raises ``ConflictError`` when there is a file already: a key is never written over. ``StoreError`` if the disk refuses.
    """
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with disk_errors(f"writing the key {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise ConflictError(
                Text(f"There is a key in {path} already.", f"{path} 中已有密钥。"),
                remedy=Text(
                    "Use it, or move it away first; signatures made with it stay.",
                    "请直接使用，或先移走；已作的签名仍然有效。",
                ),
            ) from error
        with os.fdopen(handle, "wb") as file:
            file.write(pem)


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 of a raw public key (base64), in hexadecimal: what people compare."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()


def sign(key_pem: bytes, message: bytes) -> tuple[str, str]:
    """Return signature and public key (raw, base64) of ``message`` under the private key; ``InputError`` for a bad key."""
    try:
        key = serialization.load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(
            Text("The key file holds no unencrypted private key in PEM.", "密钥文件中没有未加密的 PEM 私钥。"),
            remedy=_REMEDY,
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(Text("The key is not an Ed25519 key.", "密钥不是 Ed25519 密钥。"), remedy=_REMEDY)
    return _text(key.sign(message)), _text(key.public_key().public_bytes_raw())


def check_signature(message: bytes, signature: str, public_key: str, *, expected: bytes | None, name: str) -> None:
    """Raise ``InputError`` unless ``signature`` is that of ``message``, under ``expected`` (PEM) where it is given."""
    try:
        raw = base64.b64decode(public_key, validate=True)
        if expected is not None and _raw_public(expected) != raw:
            raise InputError(
                Text(f"{name} was signed with another key.", f"{name} 由另一密钥签名。"),
                remedy=Text("Ask who made it for the right public key.", "请向制作人索取正确的公钥。"),
            )
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise InputError(
            Text(f"The signature of {name} does not fit its content.", f"{name} 的签名与内容不符。"),
            remedy=Text("Use the anchor as it was exported, unchanged.", "请使用导出时的原件，不得改动。"),
        ) from error


def _raw_public(pem: bytes) -> bytes:
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(
            Text("The file holds no public key in PEM.", "文件中没有 PEM 公钥。"),
            remedy=Text(
                "openssl pkey -in key.pem -pubout -out public.pem", "openssl pkey -in key.pem -pubout -out public.pem"
            ),
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(Text("The public key is not an Ed25519 key.", "公钥不是 Ed25519 密钥。"), remedy=_REMEDY)
    return key.public_bytes_raw()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
