"""Whom each kind of seeding chooses among employees: checked on a small firm by networkx, name by name."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import networkx as nx
import numpy as np
import pytest

from simcore.scenario import load
from simcore.scenario.programmes import choose_people
from simcore.study import Study

# Ann is the chief, Bob and Cia have most reports; Max and Ida of the front line have most informal ties
MANAGER = {"bob": "ann", "cia": "ann", "dan": "bob", "eva": "bob", "fay": "cia", "gus": "cia", "hal": "cia",
           "ida": "dan", "jan": "dan", "kim": "eva", "leo": "fay", "max": "gus", "ned": "gus", "oda": "hal"}
TIES = nx.Graph([("max", name) for name in ("ned", "oda", "leo", "gus", "hal", "fay", "ida")]
                + [("ida", name) for name in ("jan", "kim", "dan", "eva", "bob")]
                + [("leo", "oda"), ("leo", "fay"), ("oda", "hal"), ("fay", "gus"), ("hal", "gus"), ("jan", "kim"),
                   ("jan", "dan"), ("kim", "eva"), ("cia", "fay"), ("ann", "bob"), ("dan", "eva"), ("dan", "bob")])
CHART = nx.DiGraph([(above, name) for name, above in MANAGER.items()])
NAMES = sorted(TIES)
LEVEL = nx.shortest_path_length(CHART, "ann")
BELOW = {name: sorted(nx.descendants(CHART, name) | {name}) for name in NAMES}
HEIGHT = {name: max(LEVEL[other] for other in BELOW[name]) - LEVEL[name] for name in NAMES}
FRONT = [name for name in NAMES if not CHART.out_degree(name)]
DEGREE = dict(TIES.degree)
REPLICATES = 600


def who(folder, section, *, cost=1.0, ratio=1.0):
    """Return the names of those whom a programme holds, in every replicate."""
    (folder / "chart.csv").write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in MANAGER.items()))
    (folder / "ties.csv").write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in TIES.edges))
    path = folder / "s.toml"
    path.write_text(f"""schema = 1
title = "t"
horizon = 5
[organisation]
kind = "file"
reports_to = "chart.csv"
informal = "ties.csv"
[customers]
kind = "barabasi-albert"
n = 200
ties = 2
[model]
name = "culture"
[[programme]]
who = {section}
cost = {cost}
cost_ratio = {ratio}
""")
    study = Study(load(path))
    programme, = study.scenario.points[0].programmes
    firm = study.network(0, 0)
    held = choose_people(programme, firm, np.uint64(11), 0, 0, REPLICATES)
    rows = [[str(firm.labels[i]) for i in row] for row in held]
    assert len(rows) == REPLICATES
    assert all(len(set(row)) == len(row) for row in rows)
    return rows


def always(rows):
    """Return whom all replicates choose, in one order."""
    assert all(row == rows[0] for row in rows)
    return rows[0]


def evenly(rows, some, count):
    """Check that so many are drawn evenly from some."""
    assert all(len(row) == count and set(row) <= set(some) for row in rows)
    chance = count / len(some)
    for name in some:
        found = sum(name in row for row in rows)
        assert abs(found - REPLICATES * chance) <= 4 * math.sqrt(REPLICATES * chance * (1 - chance)), name


def collective_influence(radius):
    def score(i, chosen):
        left = TIES.subgraph(set(NAMES) - set(chosen))
        far = [j for j, steps in nx.single_source_shortest_path_length(left, i).items() if steps == radius]
        return (left.degree(i) - 1) * sum(left.degree(j) - 1 for j in far)
    return score


def degree_discount(p):
    def score(i, chosen):
        d, t = DEGREE[i], sum(j in chosen for j in TIES[i])
        return d - 2 * t - (d - t) * t * p
    return score


def test_a_hub_of_informal_ties_is_neither_one_of_the_chart_nor_of_the_customers():
    assert sorted(DEGREE, key=DEGREE.get)[-2:] == ["ida", "max"]
    assert max(CHART.out_degree, key=lambda pair: pair[1])[0] == "cia"
    assert {"ida", "max"} <= set(FRONT)


@pytest.mark.parametrize(("by", "score"), [
    ('"out-degree"', DEGREE), ('"in-degree"', DEGREE), ('"total-degree"', DEGREE), ('"k-core"', nx.core_number(TIES)),
    ('"pagerank"', nx.pagerank(TIES, tol=1e-12)),
    ('{ kind = "pagerank", damping = 0.5 }', nx.pagerank(TIES, 0.5, tol=1e-12)),
    ('"eigenvector"', nx.eigenvector_centrality(TIES, 10_000, 1e-12)), ('"closeness"', nx.closeness_centrality(TIES)),
    ('"betweenness"', nx.betweenness_centrality(TIES)), ('{ attribute = "height" }', HEIGHT),
    ('{ attribute = "level" }', LEVEL)])
def test_the_best_by_a_ranking(by, score, tmp_path):
    for among, some in (("", NAMES), (', among = { attribute = "front_line", value = 1 }', FRONT)):
        chosen = always(who(tmp_path, f'{{ kind = "top", count = 3, by = {by}{among} }}'))
        best = sorted((score[name] for name in some), reverse=True)[:3]
        assert [score[name] for name in chosen] == pytest.approx(best, abs=1e-9)
        assert set(chosen) <= set(some)


@pytest.mark.parametrize("degree", ["out", "in", "total"])
def test_the_best_connected(degree, tmp_path):
    chosen = always(who(tmp_path, f'{{ kind = "top-degree", degree = "{degree}", count = 2 }}'))
    assert chosen == ["max", "ida"]


@pytest.mark.parametrize(("by", "score"), [
    ('"collective-influence"', collective_influence(2)),
    ('{ kind = "collective-influence", radius = 1 }', collective_influence(1)),
    ('{ kind = "degree-discount", transmission = 0.1 }', degree_discount(0.1))])
def test_the_elected_are_the_best_given_those_before_them(by, score, tmp_path):
    chosen = always(who(tmp_path, f'{{ kind = "top", count = 4, by = {by} }}'))
    for k, name in enumerate(chosen):
        assert score(name, chosen[:k]) == max(score(i, chosen[:k]) for i in NAMES if i not in chosen[:k])


def test_the_elected_by_votes(tmp_path):
    assert always(who(tmp_path, '{ kind = "top", count = 3, by = "voterank" }')) == nx.voterank(TIES, 3)


@pytest.mark.parametrize(("section", "some", "count"), [
    ('kind = "random", count = 4', NAMES, 4), ('kind = "random", share = 0.2', NAMES, 3),
    ('kind = "random", count = 2, among = { attribute = "level", value = 2 }', [i for i in NAMES if LEVEL[i] == 2], 2),
    ('kind = "random", count = 1, among = { attribute = "height", low = 1, high = 2 }',
     [i for i in NAMES if 1 <= HEIGHT[i] <= 2], 1),
    ('kind = "influential", top = 0.15, count = 1', ["max", "ida"], 1),
    ('kind = "ordinary", top = 0.15, count = 3', sorted(set(NAMES) - {"max", "ida"}), 3),
    ('kind = "ordinary", top = 0.2, count = 3, by = { attribute = "height" }',
     sorted(set(NAMES) - {"ann", "bob", "cia"}), 3)])
def test_the_drawn(section, some, count, tmp_path):
    evenly(who(tmp_path, f"{{ {section} }}"), some, count)


def test_the_named(tmp_path):
    (tmp_path / "them.txt").write_text("kim\nann\n")
    assert always(who(tmp_path, '{ kind = "given", nodes = ["kim", "ann"] }')) == ["kim", "ann"]
    assert always(who(tmp_path, '{ kind = "file", path = "them.txt" }')) == ["kim", "ann"]


def test_friends_of_people_drawn_evenly(tmp_path):
    chosen = Counter(itertools.chain.from_iterable(who(tmp_path, '{ kind = "friend", count = 1 }')))
    for name in NAMES:
        chance = sum(1 / DEGREE[other] for other in TIES[name]) / len(NAMES)
        assert abs(chosen[name] - REPLICATES * chance) <= 4 * math.sqrt(REPLICATES * chance * (1 - chance)), name


def test_who_reaches_most(tmp_path):
    transmission, worlds, random = 0.2, 3000, np.random.default_rng(1)
    reached = Counter()
    for _ in range(worlds):
        kept = [tie for tie in TIES.edges if random.random() < transmission]
        live = nx.Graph(kept)
        for part in nx.connected_components(live):
            reached.update(dict.fromkeys(part, len(part)))
    chosen = always(who(tmp_path, '{ kind = "influence-maximisation", count = 1, transmission = 0.2 }'))
    assert chosen == [max(reached, key=reached.__getitem__)] == ["max"]


def test_a_neighbourhood_is_somebody_and_the_nearest(tmp_path):
    rows = who(tmp_path, '{ kind = "neighbourhood", count = 6 }')
    evenly([row[:1] for row in rows], NAMES, 1)
    for first, *others in rows:
        steps = nx.single_source_shortest_path_length(TIES, first)
        assert [steps[name] for name in others] == sorted(steps.values())[1:6]


def test_groups_are_departments_or_communities(tmp_path):
    parts = {"department": [{"ann"}, set(BELOW["bob"]), set(BELOW["cia"])],
             "level": [{i for i in NAMES if LEVEL[i] == level} for level in range(4)],
             None: nx.community.greedy_modularity_communities(TIES)}
    for attribute, groups in parts.items():
        named = "" if attribute is None else f', attribute = "{attribute}"'
        rows = who(tmp_path, f'{{ kind = "group", count = 3{named} }}')
        first = Counter(next(k for k, group in enumerate(groups) if row[0] in group) for row in rows)
        for k, group in enumerate(groups):
            chance = len(group) / len(NAMES)  # that somebody drawn evenly is in it
            spread = math.sqrt(REPLICATES * chance * (1 - chance))
            assert abs(first[k] - REPLICATES * chance) <= 4 * spread, (attribute, k)
        for row in rows:
            group = next(group for group in groups if row[0] in group)
            assert len(set(row) & group) == min(3, len(group))


def test_quotas_of_departments(tmp_path):
    rows = who(tmp_path, '{ kind = "quotas", attribute = "department", counts = { 1 = 2, 2 = 1 } }')
    assert all(len(row) == 3 for row in rows)
    evenly([[name for name in row if name in BELOW["bob"]] for row in rows], BELOW["bob"], 2)
    evenly([[name for name in row if name in BELOW["cia"]] for row in rows], BELOW["cia"], 1)
    best = always(who(tmp_path, '{ kind = "quotas", attribute = "department", each = 1, by = "out-degree" }'))
    assert best == ["ann", "ida", "max"]


def test_mixtures_take_what_is_left(tmp_path):
    parts = '{ kind = "top-degree", count = 2 }, { kind = "random", count = 2 }'
    rows = who(tmp_path, f'{{ kind = "mixture", parts = [{parts}] }}')
    assert all(row[:2] == ["max", "ida"] for row in rows)
    evenly([row[2:] for row in rows], sorted(set(NAMES) - {"max", "ida"}), 2)


def greedy(order, price, budget):
    chosen = []
    for name in order:
        if price(name) <= budget + 1e-9:
            budget -= price(name)
            chosen.append(name)
    return chosen


def test_whom_a_budget_buys(tmp_path):
    def bought(by, budget):
        return who(tmp_path, f'{{ kind = "budget", budget = {budget}, by = "{by}" }}', cost=1.0, ratio=2.0)

    def price(name):
        return 2.0 ** HEIGHT[name]
    orders = {"executives": lambda i: LEVEL[i], "hubs": lambda i: -DEGREE[i],
              "hubs-per-cost": lambda i: -DEGREE[i] / price(i)}
    for by, key in orders.items():
        assert always(bought(by, 13.0)) == greedy(sorted(NAMES, key=lambda i: (key(i), i)), price, 13.0), by
    whole = {name: sum(map(price, BELOW[name])) for name in NAMES}
    for budget in (9.5, 16.0):
        taken, left = set[str](), budget
        for name in sorted(NAMES, key=lambda i: (-whole[i], i)):
            if name not in taken and whole[name] <= left:
                left -= whole[name]
                taken.update(BELOW[name])
        assert set(always(bought("subtree", budget))) == taken
    evenly(bought("front-line", float(len(FRONT) - 2)), FRONT, len(FRONT) - 2)
    for row in bought("random", 6.0):
        left = 6.0 - sum(map(price, row))
        assert left > -1e-9
        assert all(price(name) > left - 1e-9 for name in NAMES if name not in row)
