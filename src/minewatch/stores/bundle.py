"""Bundles: files with a manifest of their digests and an Ed25519 signature, in one ZIP whose bytes follow from them.

``verify_bundle.py`` lies in every bundle and tells the format; the same key and files give the same bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from minewatch.model.errors import InputError
from minewatch.model.events import JsonValue
from minewatch.model.text import Text
from minewatch.stores.signing import fingerprint, sign
from minewatch.stores.verify_bundle import FORMAT, MANIFEST, SIGNATURE, canonical_json, canonical_zip

VERIFIER = "verify_bundle.py"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished bundle: its bytes, their SHA-256, and the fingerprint of the key it is signed with."""

    content: bytes
    digest: str
    fingerprint: str


def seal(files: Sequence[tuple[str, bytes]], *, about: Mapping[str, JsonValue], key_pem: bytes) -> Sealed:
    """Return ``files`` (path in ASCII, content) as a signed bundle; ``about`` stands in the manifest beside the digests.

    The verifier is added. Raises ``InputError`` for a bad key and for more than 4 GiB.
    """
    verifier = resources.files("minewatch.stores").joinpath(VERIFIER).read_bytes()
    members = [(VERIFIER, verifier), *files]
    listed = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path, content in members
    ]
    manifest = canonical_json({**about, "format": FORMAT, "files": listed})
    signature, public_key = sign(key_pem, manifest)
    signed = canonical_json({"algorithm": "Ed25519", "public_key": public_key, "signature": signature})
    try:
        content = canonical_zip([(MANIFEST, manifest), (SIGNATURE, signed), *members])
    except ValueError as error:
        raise InputError(
            Text("The bundle would be larger than 4 GiB.", "证据包将超过 4 GiB。"),
            remedy=Text("Leave attachments out and hand them over beside it.", "请不要包含附件，另行移交。"),
        ) from error
    return Sealed(content, hashlib.sha256(content).hexdigest(), fingerprint(public_key))
