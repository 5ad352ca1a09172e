"""Written from the rule (docs/rules.md), by whoever wrote the kernel: exploration and exploitation.

March 1991 (doi:10.1287/orsc.2.1.71). Reality is 1 or -1 in each dimension. Every member holds a belief on each,
1, -1, or 0 for none, and so does the code of the organisation, which begins with none. A step: some members are
replaced, some of reality turns round. Then members act as they believe, at random where they believe nothing
(`acting`); those whose actions fit reality better than the code's beliefs do are superior. On each dimension
the code takes over what most of the superior do, with a probability that grows with their majority; meanwhile
each member takes over each belief of the code, as it was, with a fixed probability (`gradual`: halfway, if it
is the opposite of the member's own).
"""

from tests.naive.philox import LEARN, SOCIALISE, START, TURNOVER, below, bits64, c3, halves, occurs


def simulate(n, socialisation, learning, turnover, turbulence, dimensions, gradual, acting, seeds, key, w, *, horizon):
    """Run one organisation of n members."""
    every = range(dimensions)

    def first_beliefs(member, t):
        return [below(bits64(key, member, d, w, c3(START, t)), 3) - 1 for d in every]

    def fit(views):
        return sum(view * real for view, real in zip(views, reality, strict=True))

    def action(member, d, t):
        if acting and believed[member][d] == 0:
            _, coin = halves(key, member, d, w, c3(SOCIALISE, t))
            return 2 * below(coin, 2) - 1
        return believed[member][d]

    def told(member, d, t):
        belief = believed[member][d]
        draw, _ = halves(key, member, d, w, c3(SOCIALISE, t))
        if code[d] in (0, belief) or not occurs(draw, socialisation):
            return belief
        return 0 if gradual and belief == -code[d] else code[d]

    def learnt(d, t):
        up, down = ([act[d] for act in superior].count(view) for view in (1, -1))
        unmoved = 1.0
        for _ in range(abs(up - down)):
            unmoved *= 1 - learning
        draw, _ = halves(key, d, 0, w, c3(LEARN, t))
        if up == down or not occurs(draw, 1 - unmoved):
            return code[d]
        return 1 if up > down else -1

    def observed():
        members = sum(fit(beliefs) for beliefs in believed) / (n * dimensions) if n else 0
        return fit(code) / dimensions, members

    reality = [2 * below(bits64(key, n, d, w, c3(START)), 2) - 1 for d in every]
    believed = [list(reality) if member in seeds else first_beliefs(member, 0) for member in range(n)]
    code = [0] * dimensions
    series = [observed()]
    duration = 0
    for t in range(1, horizon + 1):
        before = (list(reality), list(code), [list(beliefs) for beliefs in believed])
        replaced = [i for i in range(n) if occurs(bits64(key, i, 0, w, c3(TURNOVER, t)), turnover)]
        for member in replaced:
            believed[member] = first_beliefs(member, t)
        for d in every:
            _, draw = halves(key, d, 0, w, c3(LEARN, t))
            if occurs(draw, turbulence):
                reality[d] = -reality[d]
        turned = (list(reality), list(code), [list(beliefs) for beliefs in believed])

        actions = [[action(member, d, t) for d in every] for member in range(n)]
        superior = [act for act in actions if fit(act) > fit(code)]
        code, believed = [learnt(d, t) for d in every], [[told(i, d, t) for d in every] for i in range(n)]
        if replaced or turned != before or turned != (reality, code, believed):
            duration = t
        series.append(observed())
    code_knows, members_know = series[-1]
    return {"size": believed.count(code), "code": code_knows, "members": members_know, "duration": duration,
            "series": series}
