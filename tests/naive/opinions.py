"""What the twins of opinions on a scale share: a start, and what is measured."""

import math


def start(opinion, seeds):
    return [1.0 if node in seeds else opinion[node] for node in range(len(opinion))]


def moments(opinion):
    """Return mean and variance (of the population), added up in the order of nodes; 0 of nobody."""
    if not opinion:
        return 0.0, 0.0
    n = len(opinion)
    mean = total(opinion) / n
    return mean, total((x - mean) ** 2 for x in opinion) / n


def total(numbers):
    """Add up in order: the built-in `sum` of floats is more exact from Python 3.12 on."""
    result = 0.0
    for x in numbers:
        result += x
    return result


def clusters(opinion, tolerance):
    """Return the numbers of nodes in each run of occupied cells, of ceil(1 / tolerance) that cut up [0, 1]."""
    cells = math.ceil(1 / tolerance)
    occupied = sorted(min(math.floor(x * cells), cells - 1) for x in opinion)
    runs = []
    for place, cell in enumerate(occupied):
        if place > 0 and cell - occupied[place - 1] <= 1:
            runs[-1] += 1
        else:
            runs.append(1)
    return runs
