"""Scenarios for tests: a small one to change, and whatever may be written."""

from __future__ import annotations

from hypothesis import strategies as st

from simcore.scenario import from_data

BASE = {
    "schema": 1, "title": "t",
    "network": {"kind": "poisson", "n": 100, "mean_degree": 4.0},
    "model": {"name": "threshold", "threshold": 0.2},
}


def scenario(**changes):
    """Return the base with keys of its tables changed; None removes."""
    data = {**BASE, "network": {**BASE["network"]}, "model": {**BASE["model"]}}
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            data[key] = {name: kept for name, kept in (data[key] | value).items() if kept is not None}
        else:
            data[key] = value
    return from_data(data)


def hashes(found):
    return [point.hash() for point in found.points]


# --------------------------------------------------------------------------------------- scenarios of any kind

decimals = st.integers(0, 800).map(lambda k: k / 100) | st.integers(0, 8)


def merged(**strategies):
    """Draw tables of fixed and of optional keys."""
    return st.fixed_dictionaries({key: strategy for key, strategy in strategies.items() if key != "optional"},
                                 optional=strategies.get("optional", {}))


n = st.integers(20, 200)
laws = st.sampled_from(["poisson", "geometric", {"law": "poisson"}, {"law": "two-class", "factor": 4},
                        {"law": "power-law", "exponent": 2.5, "cutoff": 19}])
networks = st.one_of(
    merged(kind=st.just("poisson"), n=n, mean_degree=decimals, optional={"count": st.integers(1, 50)}),
    merged(kind=st.just("influence"), n=n, mean_degree=st.sampled_from([1, 2.5, 4]),
           optional={"count": st.integers(1, 50), "out_degree": laws, "correlation": st.floats(-1, 1),
                     "in_degree": laws.filter(lambda law: "factor" not in law)}),
    merged(kind=st.just("watts-strogatz"), n=n, neighbours=st.sampled_from([2, 4, 18]), rewiring=st.floats(0, 1)),
    merged(kind=st.just("barabasi-albert"), n=n, ties=st.integers(1, 19)),
    merged(kind=st.just("configuration"), n=n, mean_degree=st.sampled_from([1, 2.5, 4]),
           optional={"count": st.integers(1, 50), "degree": laws, "assortativity": st.floats(-1, 1)}),
    merged(kind=st.just("degree-sequence"), degrees=st.lists(st.integers(0, 19), min_size=20, max_size=40)),
    merged(kind=st.just("degree-corrected-blocks"), sizes=st.just([20, 30]), degree=st.just("geometric"),
           mean_degrees=st.just([[3.0, 0.75], [0.5, 2]])),
    merged(kind=st.just("forest"), communities=st.integers(10, 20), size=st.integers(4, 9), mean_degree=st.just(2.5),
           bridges=st.integers(0, 9), optional={"trees": st.integers(1, 3), "span": st.integers(1, 3)}),
    merged(kind=st.just("holme-kim"), n=n, ties=st.integers(1, 19), triads=st.floats(0, 1)),
    merged(kind=st.just("reciprocal"), n=n, mean_degree=decimals, reciprocity=st.floats(0, 1)),
    merged(kind=st.just("blocks"), sizes=st.just([20, 30]), probabilities=st.just([[0.5, 0], [0, 0.25]])),
    merged(kind=st.just("groups"), n=n, size=st.integers(1, 10), inside=st.floats(0, 1), outside=st.just(0),
           optional={"memberships": st.integers(1, 3)}),
    merged(kind=st.sampled_from(["moore-lattice", "von-neumann-lattice"]), rows=st.integers(5, 9),
           columns=st.integers(5, 9), optional={"radius": st.integers(1, 2), "bounded": st.booleans()}),
    merged(kind=st.just("ring-lattice"), n=n, neighbours=st.sampled_from([2, 18]),
           optional={"bounded": st.booleans(), "rewiring": st.floats(0, 1)}),
    merged(kind=st.just("random-geometric"), n=n, mean_degree=decimals, optional={"torus": st.booleans()}),
    merged(kind=st.just("tree"), spans=st.lists(st.integers(2, 5), min_size=4, max_size=4)),
    merged(kind=st.just("organisation"), levels=st.integers(4, 5), span=st.integers(3, 4),
           cross_ties=st.integers(0, 9), zeta=st.floats(1, 9) | st.just("infinite"),
           optional={"teams": st.booleans(), "line": st.booleans()}).map(lambda keys: keys | {"lambda": 0.5}),
    merged(kind=st.sampled_from(["complete", "star", "path", "ring"]), n=n, optional={"count": st.just(1)}),
    merged(kind=st.sampled_from(["karate-club", "les-miserables"])),
    merged(kind=st.just("karate-club"), swaps=st.floats(0.1, 9), optional={"count": st.integers(1, 50)}),
)
node_values = st.one_of(
    st.floats(-1, 2), st.integers(0, 1),
    merged(law=st.just("uniform"), low=st.floats(-1, 0), high=st.floats(0.1, 1)),
    merged(law=st.just("normal"), mean=st.floats(0, 1), sd=st.floats(0.01, 1),
           optional={"low": st.floats(-2, 0), "high": st.floats(1, 2)}))
model_tables = st.one_of(
    merged(name=st.just("threshold"), threshold=node_values,
           optional={"absolute": st.booleans(), "redraw": st.sampled_from(["network", "replicate"])}),
    merged(name=st.just("independent-cascade"),
           transmission=st.floats(0, 1) | st.just("weighted-cascade") | st.integers(0, 1)),
    merged(name=st.just("sir"), transmission=st.floats(0, 1), recovery=st.floats(0, 1)),
)
rankings = st.sampled_from([
    "k-core", "pagerank", {"kind": "pagerank"}, {"kind": "pagerank", "damping": 0.5},
    {"kind": "betweenness", "pivots": 3}, {"kind": "degree-discount", "transmission": 0.1},
    {"kind": "collective-influence", "radius": 1}])
seedings = st.one_of(
    merged(kind=st.sampled_from(["random", "top-degree", "influential", "ordinary"]),
           optional={"count": st.integers(0, 2)}),
    merged(kind=st.sampled_from(["random", "top-degree"]), share=st.floats(0.001, 1)),
    merged(kind=st.sampled_from(["top-degree", "influential"]), degree=st.sampled_from(["in", "out", "total"])),
    merged(kind=st.just("ordinary"), top=st.floats(0.1, 0.5)),
    merged(kind=st.sampled_from(["top", "influential"]), by=rankings, optional={"count": st.integers(0, 2)}),
    merged(kind=st.just("influence-maximisation"), optional={"transmission": st.floats(0, 1)}),
    merged(kind=st.sampled_from(["friend", "neighbourhood", "group"]), optional={"share": st.floats(0.001, 1)}),
    merged(kind=st.just("mixture"), parts=st.lists(merged(kind=st.sampled_from(["random", "friend", "group"])),
                                                   min_size=1, max_size=3)),
)
heads = st.fixed_dictionaries({"schema": st.just(1), "title": st.text()}, optional={
    "doi": st.text(), "description": st.text(), "seed": st.integers(0, 2**63 - 1),
    "replicates": st.integers(1, 10**9), "horizon": st.integers(0, 2**24 - 1),
    "independent_points": st.booleans()})
axes = st.fixed_dictionaries({}, optional={
    "horizon": st.lists(st.integers(0, 1000), min_size=1, max_size=3, unique=True),
    "network.n": st.lists(n, min_size=1, max_size=3, unique=True) | st.just({"from": 20, "to": 60, "count": 3}),
    "seeding.kind": st.lists(st.sampled_from(["random", "influential", "ordinary", "top-degree"]), min_size=1,
                             max_size=3, unique=True),
})
tails = st.fixed_dictionaries({}, optional={
    "summary": st.just({"global_share": 0.25}),
    "record": st.fixed_dictionaries({}, optional={
        "trajectories": st.booleans(),
        "outcomes": st.lists(st.sampled_from(["size", "duration", "share"]), min_size=1)})})


@st.composite
def scenarios(draw):
    data = draw(heads) | {"network": draw(networks), "model": draw(model_tables)} | draw(tails)
    sweep = draw(axes)
    if "seeding.kind" in sweep:
        data["seeding"] = {"kind": "random", "count": draw(st.integers(0, 2))}
    elif draw(st.booleans()):
        data["seeding"] = draw(seedings)
    if data["model"]["name"] in ("threshold", "sir") and draw(st.booleans()):
        data["immune"] = draw(seedings | st.just({"kind": "nobody"}))
    if "n" not in data["network"]:
        sweep.pop("network.n", None)
    return data | {"sweep": sweep}
