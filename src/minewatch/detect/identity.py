"""Which detector judged: a digest that changes with its model, its rules or its kernels, so that old results are not reused."""

from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from minewatch.detect.learned import Model, shipped_model

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


@dataclass(frozen=True, slots=True)
class Judge:
    """By which model curves are judged: its ``name`` and the ``digest`` of its file, both empty for the shipped one."""

    model: Model
    name: str = ""
    digest: str = ""

    @property
    def detector(self) -> str:
        """Digest of the detector with this model: other than the shipped one's for every other model."""
        own = detector_digest()
        return sha256(f"{own} {self.digest}".encode()).hexdigest() if self.digest else own

    def thorough(self) -> "Judge":
        """Return the judge that clears no meter by a glance or a quick look: slower, and the same from the gate on."""
        return Judge(replace(self.model, gate=float("-inf")), self.name, f"{self.digest} thorough")


def shipped_judge() -> Judge:
    """Return the judge with the model inside the package."""
    return Judge(shipped_model())
