"""Written blind from the rule (shared specification and docs/culture-odd.md): an organisation and its customers.

Employees are numbers; `manager[i]` is who i reports to, None for the chief. Ties and neighbours are sets.
`levers` maps the parameters of the model to their values; programmes are `Seats` and `Change`s.
"""

import math
from typing import Any, NamedTuple

from scipy.stats import beta

from tests.naive.philox import (
    RECOVER,
    SEED,
    START,
    TRANSMIT,
    TURNOVER,
    below,
    c3,
    halves,
    occurs,
    unit,
    waiting,
)

NETWORK_SERVICE = 22
ENCOUNTER, ANSWER, COMPLAIN, VISIT, CUSTOMER = 80, 81, 82, 83, 84
LONG_AGO = -math.inf
PROSPECT, PRESENT, FORMER = "prospect", "customer", "former"


class Seats(NamedTuple):
    people: list[int]
    start: int
    until: float  # math.inf without an end
    cost: float = 1.0
    cost_ratio: float = 2.0


class Change(NamedTuple):
    parameter: str
    value: Any
    start: int


class Organisation(NamedTuple):
    manager: list[int | None]
    ties: list[set[int]]
    front: list[int]  # ascending

    def people(self):
        return range(len(self.manager))

    def chain(self, i):
        found = []
        while self.manager[i] is not None:
            i = self.manager[i]
            found.append(i)
        return found

    def level(self, i):
        return len(self.chain(i))

    def reports(self, i):
        return [k for k in self.people() if self.manager[k] == i]

    def height(self, i):
        return 1 + max((self.height(k) for k in self.reports(i)), default=-1)

    def below(self, i):
        """Return everybody below i, depth first."""
        return [person for k in self.reports(i) for person in [k, *self.below(k)]]

    def head(self, i):
        """Return the head of the department of i: on level 1, or the chief for itself."""
        return ([i, *self.chain(i)][-2:])[0]

    def heads(self):
        return [i for i in self.people() if self.level(i) == 1]

    def department(self, i):
        return 0 if self.level(i) == 0 else 1 + self.heads().index(self.head(i))

    def members(self, department):
        return [i for i in self.people() if department in (0, self.department(i))]

    def outside(self, i):
        """Return the ties of i to other departments."""
        own = self.department(i)
        return [k for k in sorted(self.ties[i]) if own and self.department(k) not in (0, own)]


def draw_servers(organisation, customers, number, within_department, key):
    """Return the servers of each customer."""
    found = []
    for j in range(customers):
        chosen, among, attempt = set(), list(organisation.front), 0
        while len(chosen) < min(number, len(among)):
            half, _ = halves(key, j, attempt, 0, c3(NETWORK_SERVICE))
            chosen.add(among[below(half, len(among))])
            if within_department and attempt == 0:
                (first,) = chosen
                department = organisation.department(first)
                among = [i for i in organisation.front if organisation.department(i) == department]
            attempt += 1
        found.append(sorted(chosen))
    return found


def power(base, exponent):
    found = 1.0
    for _ in range(exponent):
        found *= base
    return found


def price(organisation, cost, cost_ratio, i):
    return cost * power(cost_ratio, organisation.height(i))


def bought_people(organisation, by, budget, cost, cost_ratio, part, key, w):
    """Return whom a budget buys, in the order in which they are taken."""
    def price_of(i):
        return price(organisation, cost, cost_ratio, i)

    def lot(i):
        return halves(key, i, part, w, c3(SEED, 2**24 - 1))[0]
    everybody = list(organisation.people())
    groups = {i: [i] for i in everybody}
    if by == "executives":
        order = sorted(everybody, key=lambda i: (organisation.level(i), i))
    elif by == "hubs":
        order = sorted(everybody, key=lambda i: (-len(organisation.ties[i]), i))
    elif by == "hubs-per-cost":
        order = sorted(everybody, key=lambda i: (-len(organisation.ties[i]) / price_of(i), i))
    elif by == "random":
        order = sorted(everybody, key=lambda i: (lot(i), i))
    elif by == "front-line":
        order = sorted(everybody, key=lambda i: (i not in organisation.front, lot(i), i))
    elif by == "subtree":
        groups = {i: [i, *organisation.below(i)] for i in everybody}
        order = sorted(everybody, key=lambda i: (-sum(price_of(k) for k in groups[i]), i))
    taken, left = [], budget
    for i in order:
        whole = sum(price_of(k) for k in groups[i])
        if whole <= left + 1e-9 and not set(groups[i]) & set(taken):
            taken += groups[i]
            left -= whole
    return taken


def in_force(levers, programmes, t):
    """Return the parameters of period t."""
    now = dict(levers)
    for change in sorted((p for p in programmes if isinstance(p, Change) and p.start <= t), key=lambda p: p.start):
        now[change.parameter] = change.value
    if now["hire_mean"] is None:
        now["hire_mean"] = 0.5 if now["rule"] == "enculturation" else 0.0
    return now


def susceptibility(now, bits):
    mean, sd = now["susceptibility"], now["susceptibility_sd"]
    if sd == 0:
        return mean
    whole = mean * (1 - mean) / sd**2 - 1
    place = below(bits, 4096)
    return math.floor(2**20 * beta.ppf((place + 0.5) / 4096, mean * whole, (1 - mean) * whole) + 0.5) / 2**20


def mean_of(values):
    values = list(values)
    return add(values) / len(values) if values else math.nan


def add(values):
    """Add up from left to right (`sum` may be cleverer)."""
    total = 0.0
    for value in values:
        total += value
    return total


def ratio(a, b):
    return a / b if b else math.nan


def simulate(organisation, neighbours, servers, levers, programmes, seeds, key, w, *, horizon):
    """Run one replicate; return its outcomes, and under "series" a row of observables for t = 0, 1, ..., horizon."""
    org, people, everyone = organisation, organisation.people(), range(len(neighbours))
    level = [org.level(i) for i in people]
    chain = [org.chain(i) for i in people]
    department = [org.department(i) for i in people]
    departments = max(department, default=0)
    members = [org.members(d) for d in range(departments + 1)]
    outside = [org.outside(i) for i in people]
    below_of = [org.below(i) for i in people]
    height = [org.height(i) for i in people]
    rule, memory = levers["rule"], levers["memory"]

    def draws(purpose, c0, c1, t):
        return halves(key, c0, c1, w, c3(purpose, t))

    def fresh(u, t):
        return t - u <= memory

    def seats(t):
        return [p for p in programmes if isinstance(p, Seats) and p.start <= t < p.until]

    def held_at(t):
        return {i for p in seats(t) for i in p.people}

    # start
    now = in_force(levers, programmes, 0)
    x, s, resents, bought = [], [], [], [0.0 for _ in people]
    for i in people:
        commitment, place = draws(START, i, 0, 0)
        start = now["start"]
        if isinstance(start, list):
            start = start[min(level[i], len(start) - 1)]
        value = (start["low"] + (start["high"] - start["low"]) * unit(commitment) if isinstance(start, dict)
                 else start)
        if rule == "threshold":
            value = float(occurs(draws(START, i, 2, 0)[0], value))
        x.append(value)
        s.append(susceptibility(now, place))
        resents.append(occurs(draws(START, i, 1, 0)[0], now["pushback"]))
    for i in held_at(0):
        x[i] = 1.0
    status, c, v, rank = [], [], [], []
    for j in everyone:
        at_start, luck = draws(CUSTOMER, j, 0, 0)
        present = occurs(at_start, now["customers_at_start"])
        status.append(PRESENT if present or j in seeds else PROSPECT)
        c.append(1.0 if j in seeds else now["first_impression"] if present else 0.0)
        rank.append(luck)
        shape = now["shape"]
        v.append(now["value"] if not shape else
                 (now["value"] * (shape - 1) / shape) * math.exp(waiting(luck) / shape))
    unsettled, left, near = ([LONG_AGO for _ in everyone] for _ in range(3))
    angry = [False for _ in everyone]
    bad_news = [{} for _ in everyone]

    def mood(j, t):
        if status[j] != PRESENT:
            return None
        if c[j] >= now["advocate_at"]:
            return "advocate"
        return "detractor" if c[j] <= now["detractor_at"] or fresh(unsettled[j], t) else "passive"

    def observed(t, events):
        held = held_at(t)
        top = [i for i in people if level[i] <= now["executive_levels"] and i not in org.front]
        middle = [i for i in people if i not in top and i not in org.front]
        row = {"mean": mean_of(x), "committed": mean_of(float(x[i] >= 0.5) for i in people)}
        for name, group in [("executives", top), ("middle", middle), ("front", org.front)]:
            row[name] = mean_of(x[i] for i in group)
            row[f"{name}_free"] = mean_of(x[i] for i in group if i not in held)
        for number in range(8):
            row[f"committed_level_{number}"] = mean_of(float(x[i] >= 0.5) for i in people
                                                       if min(level[i], 7) == number)
        for number in range(1, 9):
            row[f"committed_department_{number}"] = mean_of(
                float(x[i] >= 0.5) for i in (members[number] if number <= departments else []))
        means = [mean_of(x[i] for i in members[d]) for d in range(1, departments + 1)]
        row["between"] = mean_of((m - mean_of(means)) ** 2 for m in means)
        row["heard"] = mean_of(events["heard"])
        for name, kind in [("prospects", PROSPECT), ("customers", PRESENT), ("former", FORMER)]:
            row[name] = status.count(kind)
        moods = [mood(j, t) for j in everyone]
        row["advocates"], row["detractors"] = moods.count("advocate"), moods.count("detractor")
        row["satisfaction"] = mean_of(c[j] for j in everyone if status[j] == PRESENT)
        row["promoters"] = ratio(row["advocates"] - row["detractors"], row["customers"])
        row["retention"] = 1 - ratio(events["left"], events["before"])
        for name in ("encounters", "at_once", "escalated", "never"):
            row[name] = events[name]
        row["first_contact"] = ratio(events["at_once"], events["at_once"] + events["escalated"] + events["never"])
        row["heard_above"] = ratio(events["heard_above"], events["encounters"])
        row["responsiveness"] = 100 * (row["front"] + row["first_contact"] + row["heard_above"]
                                       + row["satisfaction"]) / 4
        row["revenue"] = add(v[j] for j in everyone if status[j] == PRESENT)
        for name in COSTS:
            row[name] = events[name]
        return row

    quiet = dict.fromkeys(["left", "before", "encounters", "at_once", "escalated", "never", "heard_above", *COSTS], 0)
    series = [observed(0, quiet | {"heard": [0.0 for _ in people]})]
    lost = had = 0
    for t in range(1, horizon + 1):
        now = in_force(levers, programmes, t)
        events = dict(quiet)
        was_former = [j for j in everyone if status[j] == FORMER]

        # 1 programmes
        held = held_at(t)
        paid = [occurs(draws(START, i, 1, 0)[1], now["coverage"]) for i in people]
        for i in people:
            if rule == "enculturation" and i not in held and bought[i] > 0 and not (now["incentive"] > 0 and paid[i]):
                x[i] = max(0.0, x[i] - bought[i] / 2)
                bought[i] = 0.0
        for programme in seats(t):
            for i in programme.people:
                x[i] = 1.0
                events["cost_programmes"] += programme.cost * power(programme.cost_ratio, height[i])

        # 2 service
        q = [now["quality_floor"] + (1 - now["quality_floor"]) * x[i] for i in people]
        encounters = []  # customer, server, experience, steps of managers who handled it
        for j in everyone:
            if status[j] != PRESENT or not occurs(draws(CUSTOMER, j, 0, t)[0], now["contact_rate"]):
                continue
            which, reach = draws(ENCOUNTER, j, 0, t)
            server = servers[j][below(which, len(servers[j]))]
            reachable = now["reachability"]
            if now["priority"] > 0:
                reachable = (1.0 if occurs(rank[j], now["priority"])
                             else (now["reachability"] - now["priority"]) / (1 - now["priority"]))
            if not occurs(reach, reachable):
                experience = 0.0
            else:
                events["encounters"] += 1
                tosses = [draws(ENCOUNTER, j, u, t) for u in range(5 + len(chain[server]))]
                experience, handlers = served(now, x, q, server, chain[server], outside[server], tosses, events)
                if experience is None:
                    experience = now["apology"]
                    unsettled[j] = t
                encounters.append((j, server, experience, handlers))
            c[j] += now["learning"] * (experience - c[j])
        for j in everyone:
            if status[j] == PRESENT:
                v[j] *= 1 + now["growth"] * (c[j] - 0.5)

        # 3 feedback
        happened = [0 for _ in people]
        heard_values = [[] for _ in people]
        for j, server, experience, handlers in encounters:
            hears = occurs(draws(ENCOUNTER, j, 4, t)[1], now["feedback"])
            happened[server] += 1
            if hears:
                heard_values[server].append(experience)
            above = False
            for h, m in enumerate(chain[server], start=1):
                happened[m] += 1
                hears = h <= handlers or (hears and occurs(draws(ENCOUNTER, j, 4 + h, t)[1], now["feedback"]))
                if hears:
                    heard_values[m].append(experience)
                    above = True
            events["heard_above"] += above
        for j in everyone:
            if status[j] == PRESENT:
                asked, which = draws(ANSWER, j, 0, t)
                answers = occurs(asked, now["survey"])
            elif status[j] == FORMER and left[j] == t - 1:
                asked, which = draws(ANSWER, j, 1, t)
                answers = occurs(asked, now["exit_interview"])
            else:
                answers = False
            if answers:
                events["cost_surveys"] += now["survey_cost"]
                server = servers[j][below(which, len(servers[j]))]
                happened[server] += 1
                for m in chain[server]:
                    happened[m] += 1
                    if level[m] <= now["executive_levels"]:
                        heard_values[m].append(c[j])
        seen = set()
        for i in people:
            if level[i] <= now["executive_levels"] and i not in org.front:
                meets, which = draws(VISIT, i, 0, t)
                pairs = [j for server in below_of[i] for j in everyone
                         if status[j] == PRESENT and server in servers[j]]
                if occurs(meets, now["executive_time"]) and pairs:
                    seen.add(i)
        heard, g = [], []
        for i in people:
            share = len(heard_values[i]) / happened[i] if happened[i] else 0.0
            if i in seen:
                share = max(share, 0.5)
                pairs = [j for server in below_of[i] for j in everyone
                         if status[j] == PRESENT and server in servers[j]]
                heard_values[i].append(c[pairs[below(draws(VISIT, i, 0, t)[1], len(pairs))]])
                events["cost_time"] += now["executive_cost"]
            heard.append(share)
            g.append(mean_of(heard_values[i]) if heard_values[i] else 0.0)
        events["heard"] = heard

        # 4 culture
        own = [add(c[j] for j in everyone if status[j] == PRESENT and i in servers[j]) for i in people]
        number = [sum(status[j] == PRESENT and i in servers[j] for j in everyone) for i in people]
        for i in sorted(people, key=lambda i: (-level[i], i)):
            if org.manager[i] is not None:
                own[org.manager[i]] += own[i]
                number[org.manager[i]] += number[i]

        pulls = []  # what pay pulls each to, None for no pull
        for i in people:
            if not paid[i]:
                pulls.append(None)
            elif resents[i]:
                pulls.append(0.0)
            elif now["pay_on"] == "success":
                pulls.append(own[i] / number[i] if number[i] else None)
            else:
                pulls.append(1.0)
        before = list(x)
        for i in people:
            if i in held:
                continue
            m, ties, pull = org.manager[i], sorted(org.ties[i]), pulls[i]
            visible = 1.0 if m in seen else now["visibility"]
            peers = mean_of(before[k] for k in ties)
            mine = before[i]
            if rule == "enculturation":
                line = now["manager"] * visible * (before[m] - mine) if m is not None else 0.0
                peer = 0.0
                if ties:
                    k = now["conformity"]
                    majority = peers if k == 1 else power(peers, k) / (power(peers, k) + power(1 - peers, k))
                    peer = now["peers"] * (majority - mine)
                news = now["hearing"] * heard[i] * (g[i] * (1 - mine) - now["sting"] * (1 - g[i]) * mine)
                pay = now["incentive"] * (pull - mine) if pull is not None else 0.0
                x[i] = min(1.0, max(0.0, mine + s[i] * (line + peer + news + pay) - now["decay"] * mine))
                bought[i] += s[i] * pay
            elif mine == 1:
                x[i] = float(not occurs(draws(RECOVER, i, 0, t)[0], now["decay"]))
            elif now["line"] == now["hearing"] == now["incentive"] == 0:
                need = max(1, math.ceil((1 - s[i]) * len(ties) - 1e-9))
                x[i] = float(1 - s[i] <= 0 or (bool(ties) and sum(before[k] == 1 for k in ties) >= need))
            elif m is not None or ties:
                if m is None:
                    influence = peers
                elif not ties:
                    influence = visible * before[m]
                else:
                    influence = now["line"] * visible * before[m] + (1 - now["line"]) * peers
                pay = now["incentive"] * pull if pull is not None else 0.0
                x[i] = float(influence + now["hearing"] * heard[i] * g[i] + pay >= (1 - s[i]) - 1e-9)

        # 5 turnover
        average = [mean_of(x[i] for i in group) for group in members]
        before = list(x)
        for i in people:
            gap = abs(before[i] - average[department[i]])
            if i in held or not occurs(draws(TURNOVER, i, 0, t)[0], min(1.0, now["turnover"] + now["misfit"] * gap)):
                continue
            commitment, place = draws(START, i, 0, t)
            mean = now["hire_mean"] + now["selectivity"] * (1 - now["hire_mean"])
            half = min(now["hire_sd"] * math.sqrt(3), mean, 1 - mean)
            x[i] = (mean - half) + 2 * half * unit(commitment)
            if rule == "threshold":
                x[i] = float(occurs(draws(START, i, 2, t)[0], now["hire_mean"]))
            s[i] = susceptibility(now, place)
            resents[i] = occurs(draws(START, i, 1, t)[0], now["pushback"])
            bought[i] = 0.0
        events["cost_pay"] = add(now["pay_cost"] for i in people if paid[i] and now["incentive"] > 0)

        # 6 customers leave
        present = [j for j in everyone if status[j] == PRESENT]
        events["before"] = len(present)
        leavers = []
        for j in present:
            d = 1 - c[j]
            near_one = 1 if fresh(near[j], t) else 0
            hazard = (now["churn_floor"] + now["churn_slope"] * (d * d)) * (1 + now["contagion"] * near_one)
            if occurs(draws(CUSTOMER, j, 0, t)[1], min(1.0, hazard)):
                if occurs(draws(CUSTOMER, j, 1, t)[0], now["exit_friction"]):
                    c[j], angry[j] = 0.0, True
                else:
                    leavers.append(j)
        for j in leavers:
            status[j], left[j] = FORMER, t
            for k in neighbours[j]:
                near[k] = t
        events["left"] = len(leavers)
        lost, had = lost + len(leavers), had + len(present)

        # 7 word of mouth
        prospects = [j for j in everyone if status[j] == PROSPECT]
        events["cost_advertising"] = now["advertising_cost"] * now["advertising"] * len(prospects)
        moods = [mood(k, t) for k in everyone]
        for k in everyone:
            if status[k] == FORMER and angry[k] and fresh(left[k], t):
                moods[k] = "detractor"
        joined = []
        for j in prospects:
            good = int(occurs(draws(CUSTOMER, j, 0, t)[0], now["advertising"]))
            bad_news[j][t] = 0
            for k in sorted(neighbours[j]):
                if moods[k] == "advocate":
                    good += occurs(draws(TRANSMIT, k, j, t)[0], now["positive"])
                elif moods[k] == "detractor":
                    bad_news[j][t] += occurs(draws(COMPLAIN, k, j, t)[0], now["negative"])
            bad = sum(pieces for u, pieces in bad_news[j].items() if fresh(u, t))
            if good >= 1 and good >= now["weight_of_bad"] * bad:
                joined.append(j)
        for j in joined:
            status[j], c[j], angry[j], unsettled[j] = PRESENT, now["first_impression"], False, LONG_AGO
        for j in was_former:
            if occurs(draws(CUSTOMER, j, 0, t)[1], now["win_back"]):
                status[j], angry[j] = PROSPECT, False
        series.append(observed(t, events))

    return outcomes(org, levers, programmes, series, lost, had, x) | {"series": series}


COSTS = ("cost_programmes", "cost_concessions", "cost_compensation", "cost_surveys", "cost_time", "cost_advertising",
         "cost_pay")


def served(now, x, q, server, chain, outside, tosses, events):
    """Return the experience of an encounter that took place, None if never settled; and who handled it, in steps."""
    issue, kind = tosses[1]
    if not occurs(issue, now["issue_rate"]):
        return float(occurs(kind, q[server])), 0
    settled = occurs(tosses[3][0], now["empowerment"]) and occurs(tosses[3][1], q[server])
    if occurs(kind, now["handoff"]):
        which, luck = tosses[2]
        settled = settled and bool(outside) and occurs(luck, q[outside[below(which, len(outside))]])
    if settled:
        events["at_once"] += 1
        events["cost_concessions"] += now["concession"] * (2 - x[server])
        return 1.0, 0
    for h, m in enumerate(chain, start=1):
        if occurs(tosses[4 + h][0], q[m]):
            events["escalated"] += 1
            steps = h + now["red_tape"]
            experience = power(now["patience"], steps)
            if now["guarantee"] and steps > now["guarantee_steps"]:
                events["cost_compensation"] += now["compensation"]
                experience = max(experience, now["compensation"])
            return experience, h
    events["never"] += 1
    return None, len(chain)


def outcomes(org, levers, programmes, series, lost, had, x):
    """Return what is said of a replicate as a whole."""
    last = series[-1]
    ends = [p.until for p in programmes if isinstance(p, Seats) and p.until < math.inf]
    ends += [p.start for p in programmes if isinstance(p, Change) and p.value == levers[p.parameter]
             and any(isinstance(q, Change) and q.parameter == p.parameter and q.start < p.start for q in programmes)]
    end = max(ends) - 1 if ends else math.inf

    def mean_at(t):
        return series[int(t)]["mean"] if t < len(series) else math.nan
    tipping = len(series)
    while tipping and series[tipping - 1]["mean"] >= 0.5:
        tipping -= 1
    cost = npv = 0.0
    factor = 1.0
    for row in series[1:]:
        spent = add(row[name] for name in COSTS)
        cost += spent
        factor /= 1 + levers["discount"]
        npv += (row["revenue"] - spent) * factor
    return {
        "size": sum(value >= 0.5 for value in x), "share": last["committed"], "mean": last["mean"],
        "at_until": mean_at(end), "at_after": mean_at(end + levers["after"]),
        "tipping": tipping if tipping < len(series) else -1,
        "customers": last["customers"], "satisfaction": last["satisfaction"], "promoters": last["promoters"],
        "first_contact": last["first_contact"], "heard_above": last["heard_above"],
        "responsiveness": last["responsiveness"], "retention": 1 - ratio(lost, had),
        "customer_periods": add(row["customers"] for row in series[1:]),
        "revenue": add(row["revenue"] for row in series[1:]),
        "programme_cost": add(row["cost_programmes"] for row in series[1:]), "cost": cost, "npv": npv}
