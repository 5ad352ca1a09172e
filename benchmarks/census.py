"""The census and percolation against plain queues, in one run: `python -m benchmarks.census`.

The baseline is the plainest compiled queue there is, without prefetching and without lists of arcs: what brute force
costs is estimated from 200 seeds (2,000 where cascades are small). Times are the best of several.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from simcore import models, rng, seeding
from simcore._jit import kernel
from simcore.engine import census, newman_ziff, percolation, plain
from simcore.model import Single
from simcore.network.loaded import reported
from simcore.network.poisson import poisson

if TYPE_CHECKING:
    from collections.abc import Callable

_U1 = np.uint64(1)
CASES = ((10_000, 4.0), (10_000, 6.0), (10_000, 0.5), (10_000, 1.02), (10_000, 8.0), (10_000, 15.0), (1_000_000, 4.0))


@kernel
def _queue(ptr, idx, need, left, seeds, queue, out):
    """Run a cascade from each seed alone."""
    size = np.uint64(0)
    for r in range(seeds.size):
        if 8 * size > left.size:
            for i in range(left.size):
                left[i] = need[i]
        else:
            for i in queue[:size]:
                left[i] = need[i]
                for j in idx[ptr[i]:ptr[i + _U1]]:
                    left[j] = need[j]
        queue[0], left[seeds[r]] = seeds[r], -1
        size, place = _U1, np.uint64(0)
        while place < size:
            i = np.uint64(queue[place])
            place += _U1
            for j in idx[ptr[i]:ptr[i + _U1]]:
                before = left[j]
                left[j] = before - 1
                if before == 1:
                    queue[size] = j
                    size += _U1
        out[r] = size


def _best(run: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return min(found)


def thresholds(n: int, mean_degree: float, times: int) -> str:
    """Compare the census with brute force on one Poisson network, threshold .18."""
    network = poisson(n, mean_degree, rng.network_key(rng.root(1), 0))
    model, need = models.find("threshold"), np.empty(n, np.int32)
    model.needs(Single(network), model.Params(np.array([0.18])), need)
    seeds = np.random.default_rng(1).integers(0, n, 200 if mean_degree == 4.0 else 2_000).astype(np.uint32)
    out, queue = np.empty(seeds.size, np.int64), np.empty(n + 1, np.uint32)
    ends = network.out_ptr, network.out_idx

    def brute(some):
        _queue(*ends, need, need.copy(), some, queue, out[:some.size])
    brute(seeds[:1])
    found = census.cascades(network, need)
    counted = _best(lambda: census.cascades(network, need), times)
    each = _best(lambda: brute(seeds), max(1, times // 2)) / seeds.size
    if not np.array_equal(out, found.size[seeds]):
        raise AssertionError("the census is not brute force")
    wide = seeds[found.size[seeds] > n / 2][:20]
    one = _best(lambda: brute(wide), times) / wide.size if wide.size else np.nan
    return (f"n = {n:>9,}, mean degree {mean_degree:>5}: census {1e3 * counted:10.3f} ms; "
            f"{each * n / counted:>11,.1f} times brute force; {counted / one:.2f} global cascades")


def cascades(n: int, mean_degree: float, transmission: float, times: int) -> str:
    """Compare a percolation sample, and a curve of 100 transmissions, with one cascade of the plain algorithm."""
    network, key, one = poisson(n, mean_degree, rng.network_key(rng.root(1), 0)), np.uint64(7), np.ones(1)
    chances, model = np.array([rng.chance(transmission)], np.uint64), models.find("independent-cascade")
    seeds = seeding.choose(seeding.Random(), reported(network), key, 0, 320)
    params = model.Params(chances, 0.0, one, one)
    grid = np.array([rng.chance(k / 100) for k in range(1, 101)], np.uint64)
    runs = {
        "cascade": lambda: plain.run(model, Single(network), params, seeds, key, 0, n, False),
        "sample": lambda: percolation.spread(percolation.cascade_reaches(network, chances, key, range(320)), n),
        "curve": lambda: sum(1 for _ in newman_ziff.curves(network, grid, key, 320, n // 10))}
    each = {}
    for name, run in runs.items():
        run()
        each[name] = _best(run, times) / 320
    sample, curve = (each[name] / each["cascade"] for name in ("sample", "curve"))
    return (f"n = {n:>9,}, mean degree {mean_degree}, transmission {transmission}: a cascade "
            f"{1e6 * each['cascade']:.0f} us; all nodes from a sample {sample:.2f}, a curve of 100 {curve:.2f} of it")


def main() -> int:
    """Print a line for each case."""
    for n, mean_degree in CASES:
        print(thresholds(n, mean_degree, 7 if n < 100_000 else 2))
    print(cascades(10_000, 4.0, 0.5, 5))
    return 0


if __name__ == "__main__":
    sys.exit(main())
