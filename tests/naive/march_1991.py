"""Written blind from the rule (docs/rules.md), without sight of the kernel: learning in an organisation.

March 1991 (doi:10.1287/orsc.2.1.71), with what Christensen 2015 adds. Reality is 1 or -1 in each dimension;
members and the code of their organisation believe 1, 0 or -1. Members learn from the code (`socialisation`), the
code from those members who do better than it (`learning`). Seeds first believe what is real.
"""

from tests.naive.philox import LEARN, SOCIALISE, START, TURNOVER, below, c3, halves, occurs


def simulate(n, socialisation, learning, turnover, turbulence, dimensions, gradual, acting, seeds, key, w, *, horizon):
    """Run all steps: a step in which nothing can change is a step like others."""
    everyone, all_dimensions = range(n), range(dimensions)

    def draw(purpose, a, b, t):
        """Return both halves of a block."""
        return halves(key, a, b, w, c3(purpose, t))

    def naive_beliefs(i, t):
        return [below(draw(START, i, d, t)[0], 3) - 1 for d in all_dimensions]

    def score(views):
        """Return in how many more dimensions views are right than wrong."""
        return sum(view * truth for view, truth in zip(views, reality, strict=True))

    def action(i, d, t):
        if acting and beliefs[i][d] == 0:
            return 2 * below(draw(SOCIALISE, i, d, t)[1], 2) - 1
        return beliefs[i][d]

    def code_learns(superior, d, t):
        """Return what the code believes in dimension d after learning from the actions of its superiors."""
        p = sum(actions[d] == 1 for actions in superior)
        m = sum(actions[d] == -1 for actions in superior)
        q = 1.0
        for _ in range(abs(p - m)):
            q *= 1 - learning
        if p != m and occurs(draw(LEARN, d, 0, t)[0], 1 - q):
            return 1 if p > m else -1
        return code[d]

    def member_learns(i, d, t):
        """Return what member i believes in dimension d after socialisation to the code as it was."""
        mine = beliefs[i][d]
        if code[d] in (0, mine) or not occurs(draw(SOCIALISE, i, d, t)[0], socialisation):
            return mine
        if gradual:
            return mine + 1 if code[d] > mine else mine - 1
        return code[d]

    def knowledge():
        mean = sum(score(beliefs[i]) / dimensions for i in everyone) / n if n else 0.0
        return score(code) / dimensions, mean

    reality = [2 * below(draw(START, n, d, 0)[0], 2) - 1 for d in all_dimensions]
    beliefs = [list(reality) if i in seeds else naive_beliefs(i, 0) for i in everyone]
    code = [0] * dimensions
    series = [knowledge()]
    duration = 0
    for t in range(1, horizon + 1):
        replaced = [i for i in everyone if occurs(draw(TURNOVER, i, 0, t)[0], turnover)]
        turned = [d for d in all_dimensions if occurs(draw(LEARN, d, 0, t)[1], turbulence)]
        for i in replaced:
            beliefs[i] = naive_beliefs(i, t)
        for d in turned:
            reality[d] = -reality[d]

        actions = [[action(i, d, t) for d in all_dimensions] for i in everyone]
        superior = [mine for mine in actions if score(mine) > score(code)]
        new_code = [code_learns(superior, d, t) for d in all_dimensions]
        new_beliefs = [[member_learns(i, d, t) for d in all_dimensions] for i in everyone]
        if replaced or turned or new_code != code or new_beliefs != beliefs:
            duration = t
        code, beliefs = new_code, new_beliefs
        series.append(knowledge())
    organised = sum(mine == code for mine in beliefs)
    at_end = {"code": series[-1][0], "members": series[-1][1]}
    return {"size": organised, **at_end, "duration": duration, "series": series}
