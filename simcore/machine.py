"""What this machine has to give: cores and memory."""

from __future__ import annotations

import os
from pathlib import Path


def available_memory() -> float | None:
    """Return how many bytes this process may still take, or None where the system does not tell."""
    try:
        fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        return float(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def available_cores() -> int:
    """Return how many cores this process may use: its affinity, its control group's share, its job's."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        cores = min(cores, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass
    return max(1, min(cores, int(os.environ.get("SLURM_CPUS_PER_TASK") or cores)))
