"""What was asked and what came out, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore import catalogue, models
from simcore.errors import SimcoreError
from simcore.figures import words
from simcore.intervals import Z
from simcore.parameters import described
from simcore.predictions import silence
from simcore.report.numbers import estimate, quantities, with_theory
from simcore.report.waves import waves
from simcore.scenario.companies import ORGANISATIONS
from simcore.scenario.organisations import CUSTOMERS
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from simcore.figures import Results
    from simcore.report.numbers import Quantity

_FEW = 6  # values of an axis that a sentence tells
_ASKED = 200  # points of which it is asked why theory is silent
_EXACT = ("voter", "friedkin-johnsen")  # theory knows networks of any size
_SMALL = 0.1  # half an interval beside how far points are apart


def asked(results: Results) -> list[tuple[str, str]]:
    """Return what a scenario says, section by section, in words."""
    scenario = {name: {key: value for key, value in section.items() if f"{name}.{key}" not in results.axes}
                if isinstance(section, dict) else section for name, section in results.scenario.items()}
    layers: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
              ("Who can influence whom", "network", NETWORKS), ("Who works there", "organisation", ORGANISATIONS),
              ("Who tells whom", "customers", CUSTOMERS), ("Who serves whom", "service", {}))
    told = [(title, _section(scenario[key], kinds)) for title, key, kinds in layers if key in scenario]
    told.append(("How influence works", _model(scenario["model"])))
    if scenario["seeding"].get("count") != 0:
        told.append(("Who starts", _section(scenario["seeding"], SEEDINGS)))
    told += [("What is done", _programme(programme, {path.removeprefix(f"programme.{k}.") for path in results.axes}))
             for k, programme in enumerate(scenario.get("programme", []))]
    told += [("Who never adopts", _section(scenario["immune"], IMMUNE))] if "immune" in scenario else []
    told += [(f"Meant by {name}", text) for name, text in results.summary["definitions"].items()]
    told += [(f"Compared: {words.label(path)}", words.span(values) if path in results.numeric
              else ", ".join(words.shown(value) for value in values)) for path, values in results.axes.items()]
    replicates = sorted({entry["replicates"] for entry in results.entries})
    often = (f"{words.span(replicates)} replicate{'s' * (replicates != [1])} of each of {len(results.entries)} points, "
             f"seed {scenario['seed']}, at most {scenario['horizon']:,} time steps")
    return [*((term, text) for term, text in told if text), ("How often", often)]


def known(name: Any) -> catalogue.Opening | None:
    """Return what a scenario of the catalogue asks, what the paper and we found, and what else to run."""
    path = catalogue.scenarios().get(name)
    if path is None:
        return None
    found = catalogue.opening(path)
    return found._replace(text=found.text.replace("`", ""))


def _section(section: Mapping[str, Any], kinds: Mapping[str, Any]) -> str:
    """Return a section's meaning, then its keys."""
    meaning = (kinds[section["kind"]].__doc__ or "").partition("\n")[0] if section.get("kind") in kinds else ""
    keys = _keys(section, "kind")
    meaning = f"({meaning.rstrip('.')}){':' * bool(keys)}" if meaning else ""
    return " ".join(part for part in (section.get("kind", ""), meaning, keys) if part)


def _model(section: Mapping[str, Any]) -> str:
    """Return a model's title, and its parameters but for those that are as they usually are."""
    name = section.get("name") or section.get("path") or ""
    usual: dict[str, Any] = {}
    try:
        found = models.find(name)
        title, usual = found.title, {each.name: each.default for each in described(found.Params)}
    except SimcoreError:
        title = "a model of one's own"
    set_ = {key: value for key, value in section.items() if usual.get(key) is None or value != usual[key]}
    told = _keys(set_, "name", "path", "redraw")
    rest = "all else as it usually is" * (len(set_) < len(section) - 3)
    return ": ".join(filter(None, (f"{name} ({title})" * bool(name), ", ".join(filter(None, (told, rest))))))


def _programme(section: Mapping[str, Any], swept: Collection[str]) -> str:
    """Return who is committed, from when on and until when; or which parameter is changed."""
    held = {key: value for key, value in (section.get("who") or {}).items() if f"who.{key}" not in swept}
    who = f"seats are held by people who are committed: {_section(held, SEEDINGS)}" if section.get("who") else (
        f"{section.get('parameter', '').replace('_', ' ')} becomes {words.shown(section.get('value'))}")
    when = "".join(f", {word} period {section[word]}" for word in ("from", "until") if section.get(word) is not None)
    costs = _keys({key: section[key] for key in ("cost", "cost_ratio") if key in section})
    return f"{who}{when}{f' ({costs})' if costs else ''}"


def _keys(section: Mapping[str, Any], *but: str) -> str:
    told = {key: value for key, value in section.items()
            if key not in but and value is not None and value != [] and value != {} and value is not False}
    return ", ".join(key.replace("_", " ") if value is True else f"{key.replace('_', ' ')} {words.shown(value)}"
                     for key, value in told.items())


def findings(results: Results, about: Sequence[Quantity]) -> list[str]:
    """Return what came out: where each quantity is least and largest, what moves it, M, D, and theory."""
    told = []
    for place, quantity in enumerate(about):
        told.append(_ends(results, quantity))
        if " goes from " in told[-1] and not results.is_drawn:
            told += _moved(results, quantity)[: None if place == 0 else 1]
    return told + waves(results) + _multipliers(results) + _theory(results)


def _ends(results: Results, quantity: Quantity) -> str:
    """Return where a quantity is least and largest."""
    known = [(entry, found) for entry in results.entries if (found := estimate(entry, quantity)).value is not None]
    what = _beginning(quantity)
    if not known:
        return f"{what}: no point has a value yet."
    least = min(known, key=lambda pair: pair[1].value or 0.0)
    most = max(known, key=lambda pair: pair[1].value or 0.0)
    if least[1].value == most[1].value:
        return f"{what} is {most[1]}" + (" at every point." if len(known) > 1 else ".")
    return f"{what} goes from {least[1]} ({_setting(least[0])}) to {most[1]} ({_setting(most[0])})."


def _beginning(quantity: Quantity) -> str:
    return f"{quantity.label[:1].upper()}{quantity.label[1:]}"


def _setting(entry: Mapping[str, Any]) -> str:
    return words.name({path: value for path, value in entry["point"].items() if value is not None})


def _moved(results: Results, quantity: Quantity) -> list[str]:
    """Return how a quantity goes with each axis, with that first which moves it most: of many values a few."""
    found = []
    for path, values in results.axes.items():
        means = []
        for value in values:
            there = [number for entry in results.entries if entry["point"][path] == value
                     and (number := estimate(entry, quantity).value) is not None]
            means += [(value, sum(there) / len(there))] if there else []
        if len(means) > 1:
            found.append((max(mean for _, mean in means) - min(mean for _, mean in means), path, means))
    found.sort(key=lambda each: -each[0])
    told = []
    for place, (_, path, means) in enumerate(found):
        if len(means) > _FEW:
            kept = sorted({0, len(means) - 1, *(max(range(len(means)), key=lambda k: sign * means[k][1])
                                                for sign in (1, -1))})
            means = [means[k] for k in kept]
        which = "" if len(found) == 1 else "most " if place == 0 else "less "
        over = " (means over all other settings)" if len(results.axes) > 1 and place == 0 else ""
        told.append(f"It changes {which}with {words.label(path)}: "
                    + ", ".join(f"{mean:.3g} at {words.shown(value)}" for value, mean in means) + f"{over}.")
    return told


def _multipliers(results: Results) -> list[str]:
    found = [(entry, entry["multiplier"]) for entry in results.entries
             if entry["multiplier"] and entry["multiplier"]["m"] is not None and entry["multiplier"]["d"] is not None]
    if not found:
        return []
    entry, top = max(found, key=lambda pair: pair[1]["m"])
    interval = "" if top["m_interval"] is None else f" [{top['m_interval'][0]:.3g}, {top['m_interval'][1]:.3g}]"
    ends = [_between(multiplier[name] for _, multiplier in found) for name in ("m", "d")]
    below = sum(multiplier["m"] < multiplier["d"] for _, multiplier in found)
    known = [multiplier["m_over_d_interval"] for _, multiplier in found if multiplier["m_over_d_interval"]]
    sure = [sum(high < 1 for _, high in known), sum(low > 1 for low, _ in known)]
    where = f" (most at {_setting(entry)})" if len(found) > 1 else ""
    return [(f"Influential seeds start a global cascade {ends[0]}{interval} times as often as random ones{where}, and "
            f"influence {ends[1]} times as many people directly: less than in proportion (M below D) at {below} of "
            f"{len(found)} points; by the 95 % interval of M/D surely less at {sure[0]}, surely more at {sure[1]}.")]


def _between(values: Iterable[float]) -> str:
    ordered = sorted(values)
    ends = dict.fromkeys(f"{value:.3g}" for value in (ordered[0], ordered[-1]))
    return " to ".join(ends)


def _theory(results: Results) -> list[str]:
    """Return how far each number is from what theory says of it, and why theory is silent where it is."""
    told: list[str] = []
    exact = results.scenario["model"].get("name") in _EXACT
    for quantity in with_theory(results, quantities(results)):
        both = [(abs(value - said), value, said, low, high, entry) for entry in results.entries
                if (said := entry["theory"].get(quantity.key)) is not None
                for value, low, high in [estimate(entry, quantity)] if value is not None]
        found = [(apart, value, said, low, high, entry) for apart, value, said, low, high, entry in both
                 if low is not None and high is not None]
        if both and _certain(results):
            _, value, said, *_, entry = max(both, key=lambda each: each[0])
            told.append(f"Theory gives {quantity.name} exactly: at {_setting(entry) or 'the only point'}, where they "
                        f"are furthest apart, it is {said:.6g}, simulated {value:.6g}.")
        elif found:
            missed = [value > said for _, value, said, low, high, _ in found if not low <= said <= high]
            _, value, said, low, _, entry = max(found, key=lambda each: each[0])
            ends = [f"{number:.4g}" for number in (said, value)]
            off = (f"it is furthest off at {_setting(entry) or 'the only point'}: {ends[0]}, simulated {ends[1]}"
                   if ends[0] != ends[1] else "they agree to four digits")
            if said == 0 < low and not exact:
                off += " (near an edge finite networks go on where infinite ones stop)"
            told.append(f"Theory{'' if told or exact else ', for infinitely large networks,'} lies inside the 95 % "
                        f"interval of {quantity.name} at {len(found) - len(missed)} of {len(found)} points; {off}.")
            n = None if exact or "network.n" in results.axes else results.scenario["network"].get("n")
            if missed and quantity.key == "p_global" and n:
                told.append(f"Of the {len(missed)} others simulation is above theory at {sum(missed)}; what is due to "
                            f"finite size shrinks as networks grow, and --set network.n={4 * n} shows whether it does.")
    silent = [entry for entry in results.entries if entry["theory"]["p_global"] is None]
    why = dict.fromkeys(silence(results.scenario, point) or silence(results.scenario, point, stopped=True)
                        for point in (entry["point"] for entry in silent[:_ASKED]))
    where = "" if len(silent) == len(results.entries) else f" at {len(silent)} of {len(results.entries)} points"
    return told + [f"Theory is silent{where}: {'; '.join(why)}."] * bool(silent)


def _certain(results: Results) -> bool:
    """Tell whether nothing is left to chance: of opinions theory then knows where they settle."""
    return all(entry["theory"].get("mean") is not None for entry in results.entries)


def enough(results: Results, about: Sequence[Quantity]) -> list[str]:
    """Return whether there were enough replicates: how wide intervals are beside what differs, and what halves them."""
    if _certain(results):
        return ["Nothing here is left to chance: every replicate comes to the same."]
    told = [_sure(results, quantity) for quantity in about]
    most, name = max(entry["replicates"] for entry in results.entries), results.scenario["name"]
    told.append("Four times the replicates halve each interval: "
                f"simcore run {name} --out {results.store.folder.name} --resume --replicates {4 * most}.")
    if about[0].key == "p_global":
        told.append(f"With {most:,} independent replicates a probability near 1/2 is known to "
                    f"{0.5 * Z / most**0.5:.2g}; replicates that share a network count for less.")
    return told


def _sure(results: Results, quantity: Quantity) -> str:
    """Return how wide the widest interval of a quantity is, beside how far its points differ."""
    known = [(entry, found) for entry in results.entries if (found := estimate(entry, quantity)).value is not None]
    widths = [((found.high - found.low) / 2, entry) for entry, found in known
              if found.low is not None and found.high is not None]
    if not widths:
        return f"{_beginning(quantity)}: no intervals, so nothing says how sure it is."
    widest, entry = max(widths, key=lambda pair: pair[0])
    values = [found.value for _, found in known if found.value is not None]
    apart = max(values) - min(values)
    where = ", ".join(filter(None, [_setting(entry), f"{entry['replicates']:,} replicates"]))
    said = f"{_beginning(quantity)}: the widest 95 % interval reaches {widest:.3g} to either side ({where})"
    if not apart:
        return f"{said}."
    verdict = "enough to tell them apart" if widest < _SMALL * apart else (
        "enough for large differences" if widest < apart / 2 else "not enough to tell them apart")
    return f"{said}, {100 * widest / apart:.2g} % of how far points are apart ({apart:.3g}): {verdict}."
