"""The only place where numba is configured: one option set, one cache folder, and what needs LLVM itself.

Cached machine code is kept in a folder named by the hash of every source file that kernels can see (and of what
compiles them), because numba itself notices only changes in the file of the outermost function and ignores the
options a function was compiled with: it would go on running the old code (numba issue 1833).
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import operator
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import llvmlite
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core import config as _config
from numba.core.caching import FunctionCache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.datamodel.models import PrimitiveModel
from numba.core.errors import NumbaError
from numba.cpython.unsafe.numbers import trailing_zeros as _trailing_zeros
from numba.experimental.function_type import FunctionModel
from numba.extending import NativeValue, intrinsic, overload, register_model, typeof_impl, unbox

from simcore.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

config: Any = _config  # numba fills it from the environment, unseen by type checkers
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_PACKAGE = Path(__file__).parent
_SEEN_BY_KERNELS = ("_jit", "engine", "errors", "machine", "maximisation", "mechanisms", "model", "models", "network",
                    "parameters", "rng", "seeding")

JIT = not config.DISABLE_JIT


def seen_by_kernels() -> list[Path]:
    """Return the source files whose changes make machine code stale: those of kernels, and all that they import."""
    return sorted(path for name in _SEEN_BY_KERNELS for path in ([_PACKAGE / f"{name}.py"]
                                                                 if (_PACKAGE / f"{name}.py").is_file()
                                                                 else (_PACKAGE / name).rglob("*.py")))


def _source_hash() -> str:
    digest = hashlib.sha256(repr((sorted(_OPTIONS.items()), numba.__version__, llvmlite.__version__,
                                  np.__version__, bool(config.BOUNDSCHECK))).encode())
    for path in seen_by_kernels():
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


@contextlib.contextmanager
def _caching_in(folder: Path) -> Iterator[None]:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read when a function is decorated, so restored at once
    try:
        yield
    finally:
        config.CACHE_DIR = before


_OUTSIDE: dict[str, bytes] = {}  # the files of kernels from outside the package


def _folder_now() -> Path:
    """Return where machine code is kept: apart from the usual once a model from outside the package is among it.

    A cache names the types it was compiled for, and a process that cannot import the model's could not read it.
    """
    apart = hashlib.sha256(repr(sorted(_OUTSIDE.items())).encode()).hexdigest()[:16] if _OUTSIDE else ""
    return cache_folder() / apart


class _Cache(FunctionCache):
    """Machine code on disk, loaded without getting the compiler ready first, which takes numba longer than all else."""

    def load_overload(self, sig, target_context):
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


class _Kernel:
    """A function that numba is told of when it is first needed: of hundreds that are imported a run needs twenty."""

    every: ClassVar[list[_Kernel]] = []

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self.function, self._options = function, options
        self._dispatcher: Any = None
        self.every.append(self)

    @property
    def dispatcher(self) -> Any:
        """What numba calls and compiles."""
        if self._dispatcher is None:
            with global_compiler_lock:  # which numba holds when it asks for what a kernel calls
                if self._dispatcher is None:
                    self._dispatcher = numba.njit(**self._options)(self.function)
                    self.keep()
        return self._dispatcher

    def keep(self) -> None:
        """Keep the machine code, if there is to be any, where it belongs now."""
        if self._dispatcher is not None:
            with _caching_in(_folder_now()):
                self._dispatcher._cache = _Cache(self.function)

    def __call__(self, *arguments: Any) -> Any:
        return self.dispatcher(*arguments)


@typeof_impl.register(_Kernel)
def _type_of_kernel(kernel: _Kernel, _context: Any) -> Any:
    return types.Dispatcher(kernel.dispatcher)


def _keep_apart(kernels: Iterable[_Kernel]) -> None:
    files = {kernel.function.__code__.co_filename for kernel in kernels}
    new = {file for file in files - _OUTSIDE.keys() if not Path(file).is_relative_to(_PACKAGE)}
    if new:
        with global_compiler_lock:
            _OUTSIDE.update((file, Path(file).read_bytes() if Path(file).is_file() else b"") for file in new)
            for kernel in _Kernel.every:
                kernel.keep()


def _compiled(function: Callable[..., Any], **extra: Any) -> Any:
    return _Kernel(function, _OPTIONS | extra) if JIT else function


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that is called once per block, replicate or step."""
    return _compiled(function)


def inline(function: Callable[..., Any]) -> Any:
    """Compile a function that a kernel calls once per node or arc."""
    return _compiled(function, forceinline=True)


@intrinsic
def _prefetch(typingctx, array, index):  # noqa: ARG001 - numba's signature
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


prefetch: Any = _prefetch if JIT else _no_prefetch


def _zeros_below(word):
    """Stand in for `trailing_zeros` where nothing is compiled."""
    return np.uint64((int(word) & -int(word)).bit_length() - 1)


trailing_zeros: Any = _trailing_zeros if JIT else _zeros_below  # how many bits of a uint64 above 0 are below its lowest


@intrinsic
def _count_bits(typingctx, word):  # noqa: ARG001 - numba's signature
    def codegen(_context, builder, _signature, args):
        return builder.ctpop(args[0])
    return types.uint64(types.uint64), codegen


def _bits_set(word):
    """Stand in for `bit_count` where nothing is compiled."""
    return np.uint64(int(word).bit_count())


bit_count: Any = _count_bits if JIT else _bits_set  # how many bits of a uint64 are set


WORDS = 8  # uint64, and so bits by 64, of a row of lanes: as many as a cache line holds
_VECTOR = ir.VectorType(ir.IntType(64), WORDS)


class _Lanes(types.Type):
    """512 bits that are one value: numba packs no loop over words into vectors that is inside another."""

    def __init__(self):
        super().__init__(name="Lanes")


_LANES = _Lanes()


@register_model(_Lanes)
class _LanesModel(PrimitiveModel):
    def __init__(self, manager, numba_type):
        super().__init__(manager, numba_type, _VECTOR)


def _row(context, builder, array_type, array, row):
    """Return the pointer to a row of uint64[rows, WORDS]."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [builder.mul(row, row.type(WORDS))]), _VECTOR.as_pointer())


@intrinsic
def _load(typingctx, array, row):  # noqa: ARG001 - numba's signature
    def codegen(context, builder, signature, args):
        return builder.load(_row(context, builder, signature.args[0], *args), align=8)
    return _LANES(array, types.uint64), codegen


@intrinsic
def _store(typingctx, array, row, lanes):  # noqa: ARG001 - numba's signature
    def codegen(context, builder, signature, args):
        builder.store(args[2], _row(context, builder, signature.args[0], *args[:2]), align=8)
        return context.get_dummy_value()
    return types.none(array, types.uint64, lanes), codegen


@intrinsic
def _some(typingctx, lanes):  # noqa: ARG001 - numba's signature
    def codegen(_context, builder, _signature, args):
        bits = builder.bitcast(builder.icmp_unsigned("!=", args[0], _VECTOR(None)), ir.IntType(WORDS))
        return builder.icmp_unsigned("!=", bits, bits.type(0))
    return types.boolean(lanes), codegen


@intrinsic
def _each(typingctx, word):  # noqa: ARG001 - numba's signature
    def codegen(_context, builder, _signature, args):
        return _splat(builder, args[0])
    return _LANES(types.uint64), codegen


def _splat(builder, word):
    """Return a vector that has a value in each of its words."""
    first = builder.insert_element(_VECTOR(ir.Undefined), word, ir.IntType(32)(0))
    return builder.shuffle_vector(first, _VECTOR(ir.Undefined), ir.VectorType(ir.IntType(32), WORDS)(None))


def _lanes_operator(operation: Callable[..., Any], instruction: str) -> None:
    def emitted(typingctx, left, right):  # noqa: ARG001 - numba's signature
        sides = [_LANES if isinstance(side, _Lanes) else types.uint64 for side in (left, right)]

        def codegen(_context, builder, _signature, args):
            return getattr(builder, instruction)(*(value if side is _LANES else _splat(builder, value)
                                                   for value, side in zip(args, sides, strict=True)))
        return _LANES(*sides), codegen

    emit: Any = intrinsic(emitted)

    @overload(operation)
    def _typed(left, right):
        if isinstance(left, _Lanes) or isinstance(right, _Lanes):
            return lambda left, right: emit(left, right)
        return None


for _operation, _instruction in ((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor"),
                                 (operator.mul, "mul"), (operator.lshift, "shl"), (operator.rshift, "lshr")):
    _lanes_operator(_operation, _instruction)


def _copy_row(array, row):
    """Stand in for `_load` where nothing is compiled: numpy has the same operators."""
    return array[row].copy()


def _put_row(array, row, lanes):
    array[row] = lanes


_CHECKED = bool(config.BOUNDSCHECK)
_get: Any = _load if JIT else _copy_row
_put: Any = _store if JIT else _put_row
some_lane: Any = _some if JIT else np.any  # whether any of the bits is set
each_word: Any = _each if JIT else functools.partial(np.full, WORDS)  # a row that has this uint64 in every word


@inline
def load_lanes(array, row):
    """Return a row of uint64[rows, WORDS] as one value, with the operators & | ^ and, word by word, * << >>."""
    if _CHECKED:
        array[row, 0]
    return _get(array, row)


@inline
def store_lanes(array, row, lanes):
    """Put a value into a row of uint64[rows, WORDS]."""
    if _CHECKED:
        array[row, 0]
    _put(array, row, lanes)


_NAMED: dict[str, type] = {}


def distinguish(named_tuple: type) -> None:
    """Give a NamedTuple a name that no other has.

    numba tells the types of function pointers apart by their text alone, so that the States of two models, if alike
    in their arrays, would be taken for one another.
    """
    name = re.sub(r"\W", "_", f"{named_tuple.__module__}.{named_tuple.__qualname__}")
    while _NAMED.setdefault(name, named_tuple) is not named_tuple:
        name += "_"
    named_tuple.__name__ = name


class _PointerType(types.FunctionType):
    """The type of a compiled kernel behind its address."""


class _Pointer(NamedTuple):
    """A compiled kernel: numba's own unboxing of one asks the interpreter for the address at each call, for 50 us."""

    address: int
    numba_type: _PointerType


register_model(_PointerType)(FunctionModel)


@typeof_impl.register(_Pointer)
def _type_of_pointer(pointer: _Pointer, _context: Any) -> _PointerType:
    return pointer.numba_type


@unbox(_PointerType)
def _unbox_pointer(numba_type, pointer, c):
    function = cgutils.create_struct_proxy(numba_type)(c.context, c.builder)
    address = c.pyapi.object_getattr_string(pointer, "address")
    function.jit_addr = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(function._getvalue())


def bind(loop: Any, kernels: dict[Any, tuple[Any, ...]],
         arguments: tuple[Any, ...]) -> Callable[..., Any]:
    """Return the loop with compiled kernels, behind function pointers, as its first arguments.

    Pointers, unlike compiled functions given as arguments, keep the disk cache working and cost nothing at the
    boundary of a step. ``kernels`` maps each to an example of its arguments, whose types are what counts.

    Raises
    ------
    ModelError
        If a kernel does not compile; the message says where and why.
    """
    if not JIT:
        return functools.partial(loop, *kernels)
    _keep_apart(kernels)
    for argument in arguments:
        if hasattr(argument, "_fields"):
            distinguish(type(argument))
    pointers = []
    for kernel, example in kernels.items():
        function = kernel.dispatcher
        signature = tuple(numba.typeof(argument) for argument in example)
        try:
            function.compile(signature)
        except NumbaError as error:
            raise ModelError(_why(kernel.function, str(error))) from error
        compiled = function.overloads[signature]
        if not isinstance(compiled.signature.return_type, types.Integer | types.NoneType):
            code = kernel.function.__code__
            raise ModelError(f"{code.co_filename}:{code.co_firstlineno}: {code.co_name}: returns "
                             f"{compiled.signature.return_type}; reset and step return the number of active nodes")
        pointers.append(_Pointer(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name),
                                 _PointerType(compiled.signature.return_type(*signature))))
    loop.dispatcher.typeof_pyval = _typeof_argument
    return functools.partial(loop.dispatcher, *pointers)


def _typeof_argument(value: Any) -> Any:
    """Return the type of what numba's compiled code does not recognise, pointers first: its own way costs 8 us each."""
    return value.numba_type if isinstance(value, _Pointer) else numba.typeof(value)


_ALLOCATES = re.compile(r"NRT required|built-in function (?:arange|concatenate|copy|empty|full|ones|zeros)")


def _why(function: Callable[..., Any], message: str) -> str:
    """Say in a line where and why a kernel does not compile."""
    code = function.__code__
    lines = re.findall(rf'(?:{re.escape(Path(code.co_filename).name)}", line |\()(\d+)[:)]', message)
    place = f"{code.co_filename}:{lines[-1] if lines else code.co_firstlineno}: {code.co_name}: "
    if _ALLOCATES.search(message):
        return f"{place}a kernel does not allocate; make the array in allocate() and keep it in the State"
    said = [line.strip() for line in message.splitlines() if line.strip() and not line.startswith(("Failed", "During"))]
    return f"{place}does not compile: {said[0] if said else message}"
