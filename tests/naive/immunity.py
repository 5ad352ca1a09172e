"""Written from the rule, without sight of the kernel: people who are immune.

Whoever is immune never adopts: nobody convinces them, advertising does not win them, they do not adopt by themselves,
and they are not chosen as seeds. They still count among those who influence others, so that a threshold is a share of
as many as before. All draws are those that there are without them.
"""

from tests.naive.advertising import won
from tests.naive.philox import ADOPT, RECOVER, THRESHOLD, TRANSMIT, attempt, bits64, c3, occurs, waiting


def simulate(n, immune, seeds, convinced, *, horizon):
    """Return who adopts in each step; `convinced(node, when, t)` applies a rule, `when` saying when others adopted."""
    when = dict.fromkeys(seeds, 0)
    for t in range(1, horizon + 1):
        new = [node for node in range(n) if node not in when and node not in immune and convinced(node, when, t)]
        when |= dict.fromkeys(new, t)
    return when


def rule(model, arcs, key, w, *, threshold=(), probability=0.0, recovery=0.0, advertising=0.0):
    """Return the rule of a model as `simulate` takes it."""
    def into(node):
        return [(source, weight) for source, target, weight in arcs if target == node]

    def share(node, when, t):
        total = sum(weight for _, weight in into(node))
        return sum(weight for source, weight in into(node) if when.get(source, t) < t) / total if total else 0.0

    def fractional(node, when, t):
        by_itself = threshold[node] <= 0
        active = share(node, when, t)
        return by_itself or (active > 0 and active >= threshold[node] - 1e-9) or won(node, t, advertising, key, w)

    def linear(node, when, t):
        active = share(node, when, t)
        return active > 0 and occurs(bits64(key, node, 0, w, c3(THRESHOLD)), active)

    def cascade(node, when, t):
        return won(node, t, advertising, key, w) or any(
            when.get(source) == t - 1 and attempt(key, w, source, node, probability) for source, _ in into(node))

    def contact(node, when, t):
        """Infected by somebody who adopted before the step and did not recover in one before it."""
        infected = [source for source, _ in into(node) if when.get(source, t) < t and not any(
            occurs(bits64(key, source, 0, w, c3(RECOVER, s)), recovery) for s in range(when[source] + 1, t))]
        if recovery == 1:
            return any(attempt(key, w, source, node, probability) for source in infected)
        return any(occurs(bits64(key, source, node, w, c3(TRANSMIT, t)), probability) for source in infected)

    def bass(node, when, t):
        impatience = sum(0.1 + 0.5 * share(node, when, s) for s in range(1, t + 1))
        return impatience >= waiting(bits64(key, node, 0, w, c3(ADOPT))) or won(node, t, advertising, key, w)

    return {"threshold": fractional, "linear-threshold": linear, "independent-cascade": cascade, "si": contact,
            "sir": contact, "bass": bass}[model]
