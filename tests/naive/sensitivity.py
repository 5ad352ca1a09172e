"""Sobol' indices and elementary effects written from their definitions, sum by sum."""

from __future__ import annotations


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def sobol_indices(blocks):
    """Blocks of values at a, at a with one coordinate from b, ..., at b: Saltelli et al. (2010), Table 2."""
    middle = mean(value for block in blocks for value in block)
    blocks = [[value - middle for value in block] for block in blocks]
    pure = [value for block in blocks for value in (block[0], block[-1])]
    variance = mean((value - mean(pure)) ** 2 for value in pure)
    inputs = range(1, len(blocks[0]) - 1)
    first = [mean(block[-1] * (block[i] - block[0]) for block in blocks) / variance for i in inputs]
    total = [mean((block[0] - block[i]) ** 2 for block in blocks) / 2 / variance for i in inputs]
    return first, total


def effects(walks, places):
    """For each walk and input: by how much the value changes, per unit, in the step that moves the input."""
    found = []
    for values, at in zip(walks, places, strict=True):
        of_walk = {}
        for step in range(1, len(values)):
            i, = [i for i in range(len(at[0])) if at[step][i] != at[step - 1][i]]
            of_walk[i] = (values[step] - values[step - 1]) / (at[step][i] - at[step - 1][i])
        found.append([of_walk[i] for i in range(len(at[0]))])
    return found
