"""What this machine has to give: cores and memory."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> float | None:
    """Return how many bytes this process may still take: of the machine, its control group's, its limit's.

    None where the system does not tell.
    """
    known = [free for free in (_of_machine(), _of_group(), _of_limit()) if free is not None]
    return min(known) if known else None


def _of_machine() -> float | None:
    try:
        fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        return float(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def _of_group() -> float | None:
    try:
        return float((CGROUP / "memory.max").read_text("ascii")) - float((CGROUP / "memory.current").read_text("ascii"))
    except (OSError, ValueError):  # ValueError: "max"
        return None


def _of_limit() -> float | None:
    try:
        import resource  # not on Windows

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError):
        return None
    return None if limit == resource.RLIM_INFINITY else float(max(limit - taken, 0))


def available_cores() -> int:
    """Return how many cores this process may use: its affinity, its control group's share, its job's."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (CGROUP / "cpu.max").read_text("ascii").split()
        cores = min(cores, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass
    return max(1, min(cores, int(os.environ.get("SLURM_CPUS_PER_TASK") or cores)))
