"""How kernels are compiled: serial, without the interpreter's lock, exact arithmetic, cached on disk.

Numba's own disk cache does not notice that a function called from another file has changed, and needs a writable folder
beside the source. So the cache lives in the user's cache folder (or ``MINEWATCH_CACHE``), under a name that is a
digest of every kernel's source: a changed kernel can never meet an old machine code, and a read-only installation
still starts fast.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numpy.typing import NDArray

Array = NDArray[Any]
"""What kernels take and fill; each says shape and type in its docstring."""

Function = TypeVar("Function", bound=Callable[..., Any])


def _cache_folder() -> Path:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    home = os.environ.get("MINEWATCH_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "minewatch" / f"kernels-{digest.hexdigest()[:16]}"


numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]


def compiled_before(module: str, name: str) -> bool:
    """Tell whether this user's cache holds machine code of a kernel, by its module's and its own name."""
    return any(Path(str(numba.config.CACHE_DIR)).glob(f"*/{module}.{name}-*.nbi"))  # type: ignore[attr-defined]


def kernel(function: Function) -> Function:
    """Compile ``function``; the one decorator of this part. Parallelism belongs to the engines."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function))


def reduction(function: Function) -> Function:
    """Compile ``function`` so that its sums may be taken in any order, as vector registers do; NaN stays NaN.

    The order is fixed when it is compiled, so a meter's figures do not depend on what is screened beside it.
    """
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})(
        function
    )
    return cast(Function, compiled)
