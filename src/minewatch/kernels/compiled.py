"""How kernels are compiled: serial, without the interpreter's lock, exact arithmetic, cached on disk.

Numba's own disk cache does not notice that a function called from another file has changed, and needs a writable folder
beside the source. So the cache lives in the user's cache folder (or ``MINEWATCH_CACHE``), under a name that is a
digest of every kernel's source: a changed kernel can never meet an old machine code, and a read-only installation
still starts fast.

Numba optimises a function and turns it into machine code by itself, and again, with all it calls, in each of its
callers: a small kernel five levels down is compiled dozens of times. Here a kernel that another one calls is only
translated; it is optimised once, within the one that Python calls, which alone is kept on disk.
"""

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.extending import models, register_model, typeof_impl
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


class _Part(JITCodeLibrary):
    """The code of a kernel for use in others: linked with what it calls, but neither optimised nor made machine code."""

    def finalize(self) -> None:
        """Link what is called; let the one linked into drop what it does not need."""
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)  # noqa: SLF001 - as the method replaced does
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)  # noqa: SLF001
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage.name == "external":
                function.linkage = "linkonce_odr"
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return nought, which stands for none: there is no machine code that Python could call."""
        del name
        return 0

    @property
    def codegen(self) -> "_Part":
        """Whom numba asks to fill in the function's environment."""
        return self

    def set_env(self, name: str, env: object) -> None:
        """Fill in nothing: there is no machine code yet."""


class _PartCompiler(CompilerBase):
    """Numba's usual passes, but the code goes into a ``_Part`` and no way in from Python is made."""

    def define_pipelines(self) -> list[Any]:
        """Return the passes."""
        # Only now: numba keeps two copies of its own functions for callers whose flags differ from the beginning.
        self.state.flags.no_cpython_wrapper = True
        state = self.state
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)  # type: ignore[no-untyped-call]
        return [DefaultPassBuilder.define_nopython_pipeline(state)]  # type: ignore[no-untyped-call]


class _Kernel:
    """A compiled function: Python calls ``entry``, other kernels link ``part``."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self.entry = numba.njit(cache=True, **options)(function)
        self.part = numba.njit(pipeline_class=_PartCompiler, **options)(function)

    def __call__(self, *arguments: Any) -> Any:
        return self.entry(*arguments)


class _Called(types.Dispatcher):
    """A kernel as another one calls it: a number written in the call is a number like others, so one version serves all."""

    def get_call_type(self, context: Any, args: tuple[Any, ...], kws: Mapping[str, Any]) -> Any:
        """Return the signature of a call."""
        plain = tuple(types.unliteral(one) for one in args)  # type: ignore[no-untyped-call]
        return super().get_call_type(context, plain, kws)


register_model(_Called)(models.OpaqueModel)


@typeof_impl.register(_Kernel)
def _called(kernel: _Kernel, _context: object) -> _Called:
    return _Called(kernel.part)


_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}


def kernel(function: Function) -> Function:
    """Compile ``function``; the one decorator of this part. Parallelism belongs to the engines."""
    return cast(Function, _Kernel(function, _OPTIONS))


def reduction(function: Function) -> Function:
    """Compile ``function`` so that its sums may be taken in any order, as vector registers do; NaN stays NaN.

    The order is fixed when it is compiled, by itself, so a meter's figures do not depend on what is screened beside it nor
    on which kernel calls.
    """
    options = _OPTIONS | {"fastmath": {"reassoc", "contract", "nsz"}}
    return cast(Function, numba.njit(cache=True, **options)(function))
