"""Urns: people choose one after the other, the more likely what was chosen before."""

from __future__ import annotations

import numpy as np

from simcore._jit import kernel
from simcore.rng import Purpose, bits64, tag, unit


@kernel
def listen(key, appeal, influence, people, downloads):
    """Let people choose one after the other in each world: item k with weight ``appeal[k]`` + influence * downloads."""
    for w in range(downloads.shape[0]):
        total = 0.0
        for k in range(appeal.size):
            downloads[w, k] = 0
            total += appeal[k]
        for t in range(people):
            draw = total * unit(bits64(key, np.uint64(t), np.uint64(0), np.uint64(w), tag(0, Purpose.CHOICE)))
            chosen, passed = 0, 0.0
            for k in range(appeal.size):
                weight = appeal[k] + influence * downloads[w, k]
                if weight > 0.0 and passed <= draw:
                    chosen = k
                passed += weight
            downloads[w, chosen] += 1
            total += influence
