"""Dask as an executor: what it takes to run chunks on the workers of a cluster."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from simcore.errors import UsageError, needing

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
    with needing("distributed", "--cluster", "dask"):
        from distributed import Client
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageError(f"--cluster: there is no Dask scheduler at {address} ({error})") from None
    with client:
        yield client.get_executor(pure=False)
