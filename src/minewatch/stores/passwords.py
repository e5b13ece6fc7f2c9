"""Passwords as argon2id hashes (RFC 9106), and the digest under which random secrets are kept."""

from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


@cache
def _hasher(memory_kib: int) -> PasswordHasher:
    # OWASP's smallest argon2id setting is 19 MiB with two passes; a desk computer spends about 30 ms on it.
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)


MEMORY_KIB = 19_456
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$qFPbCWhZ+9CbVHPxfk2Bgw$XI/dpLHGFukv1I5nT1HbTTRNykHjhu3t3zSd4+ixJFM"
"""A hash that no password is known for: checked when the name is unknown, so that both take the same time."""


def hashed(password: str) -> str:
    """Return the argon2id hash of ``password``, with a random salt of its own."""
    return _hasher(MEMORY_KIB).hash(password)


def matches(password: str, stored: str) -> bool:
    """Tell whether ``password`` has the hash ``stored``; an empty hash matches nothing and takes as long."""
    try:
        return _hasher(MEMORY_KIB).verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret (a cookie, a token): enough for secrets nobody chose."""
    return sha256(secret.encode("utf-8")).hexdigest()
