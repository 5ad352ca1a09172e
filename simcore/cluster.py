"""Dask as an executor: what it takes to run chunks on the workers of a cluster."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from simcore.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor


@contextlib.contextmanager
def connected(address: str | None) -> Iterator[Executor | None]:
    """Connect to the scheduler of a Dask cluster (extra ``dask``), and yield it as an executor; None without address.

    Raises
    ------
    UsageError
        If Dask is not installed, or there is no scheduler.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--cluster needs the package distributed; install simcore[dask]") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageError(f"--cluster: there is no Dask scheduler at {address} ({error})") from None
    with client:
        yield client.get_executor(pure=False)
