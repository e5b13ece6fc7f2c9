"""Which detector judged: a digest that changes with its model, its rules or its kernels, so that old results are not reused."""

from functools import cache
from hashlib import sha256
from pathlib import Path

PARTS = ("detect", "kernels")
SUFFIXES = (".py", ".npz")


@cache
def detector_digest() -> str:
    """Return the SHA-256, in hexadecimal, of the sources and models of the parts that judge a curve."""
    package = Path(__file__).parents[1]
    digest = sha256()
    for part in PARTS:
        for path in sorted((package / part).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
