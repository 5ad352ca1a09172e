"""The only place where numba is configured: one option set, one cache folder, and what needs LLVM itself.

Cached machine code is kept in a folder named by the hash of every source file of the package (and of what
compiles it), because numba itself notices only changes in the file of the outermost function and ignores the
options a function was compiled with: it would go on running the old code (numba issue 1833).
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
_PACKAGE = Path(__file__).parent

JIT = not numba.config.DISABLE_JIT


def _source_hash() -> str:
    digest = hashlib.sha256(repr((sorted(_OPTIONS.items()), numba.__version__, llvmlite.__version__,
                                  np.__version__, bool(numba.config.BOUNDSCHECK))).encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(str(path.relative_to(_PACKAGE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path:
    """Return the folder of this version's machine code, a temporary one where the usual place is read-only."""
    base = os.environ.get("SIMCORE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache",
                                                   "simcore")
    folder = Path(base, _source_hash())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="simcore-cache-"))


def _compiled(function: Callable[..., Any], **extra: object) -> Any:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())  # read when a function is decorated, so restored at once
    try:
        return numba.njit(**_OPTIONS, **extra)(function)
    finally:
        numba.config.CACHE_DIR = before


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that is called once per block, replicate or step."""
    return _compiled(function)


def inline(function: Callable[..., Any]) -> Any:
    """Compile a function that a kernel calls once per node or arc."""
    return _compiled(function, forceinline=True)


@intrinsic
def _prefetch(typingctx, array, index):
    """Emit ``llvm.prefetch`` for the cache line of ``array[index]``, to be written to soon."""
    def codegen(context, builder, signature, args):
        struct = context.make_array(signature.args[0])(context, builder, args[0])
        item = builder.gep(struct.data, [args[1]])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0")
        builder.call(function, [builder.bitcast(item, byte), word(0), word(3), word(1)])
        return context.get_dummy_value()
    return types.none(array, index), codegen


def _no_prefetch(array, index):
    """Stand in for `prefetch` where nothing is compiled: it has no effect but time."""


prefetch = _prefetch if JIT else _no_prefetch


def bind(loop: Callable[..., Any], kernels: dict[Any, tuple[Any, ...]], arguments: tuple[Any, ...]) -> Callable[..., Any]:
    """Compile ``loop(*kernels, *arguments)`` with the kernels behind function pointers.

    Pointers, unlike compiled functions given as arguments, keep the disk cache working and cost nothing at the
    boundary of a step. ``kernels`` maps each to an example of its arguments, whose types are what counts.
    """
    if not JIT:
        return functools.partial(loop, *kernels)
    pointers = []
    for function, example in kernels.items():
        signature = tuple(numba.typeof(argument) for argument in example)
        function.compile(signature)
        returned = function.overloads[signature].signature.return_type
        pointers.append(types.FunctionType(returned(*signature)))
    loop.compile((*pointers, *(numba.typeof(argument) for argument in arguments)))
    return functools.partial(loop, *kernels)
