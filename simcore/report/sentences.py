"""What was asked and what came out, in sentences."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from simcore import catalogue, models
from simcore.errors import SimcoreError
from simcore.figures import words
from simcore.intervals import Z
from simcore.parameters import described
from simcore.report.numbers import SHARE, estimate
from simcore.scenario.companies import ORGANISATIONS
from simcore.scenario.organisations import CUSTOMERS
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simcore.figures import Results
    from simcore.report.numbers import Quantity


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
    often = (f"{words.span(replicates)} replicates of each of {len(results.entries)} points, seed {scenario['seed']}, "
             f"at most {scenario['horizon']:,} time steps")
    return [*((term, text) for term, text in told if text), ("How often", often)]


def known(name: Any) -> str:
    """Return the comment at the head of a scenario of the catalogue: what it asks, what the paper and we found."""
    path = catalogue.scenarios().get(name)
    if path is None:
        return ""
    head = itertools.takewhile(lambda line: line.startswith("#"), path.read_text("utf-8").splitlines())
    return " ".join(line.lstrip("# ") for line in head if not line.startswith("#:")).replace("`", "")


def _section(section: Mapping[str, Any], kinds: Mapping[str, Any]) -> str:
    """Return a section's meaning, then its keys."""
    meaning = (kinds[section["kind"]].__doc__ or "").partition("\n")[0] if section.get("kind") in kinds else ""
    meaning = f"({meaning.rstrip('.')}):" if meaning else ""
    return " ".join(part for part in (section.get("kind", ""), meaning, _keys(section, "kind")) if part)


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


def findings(results: Results, quantity: Quantity) -> list[str]:
    """Return what came out: where the quantity is least and largest, what each axis does to it, M, D, and theory."""
    told = _ends(results, quantity)
    if ": from " in told[0]:
        told += [sentence for path in results.axes if (sentence := _along(results, path, quantity))]
    if results.is_of_cascades:
        told += _ends(results, SHARE)
    return told + _multipliers(results) + _theory(results)


def _ends(results: Results, quantity: Quantity) -> list[str]:
    """Return where a quantity is least and largest."""
    known = [(entry, found) for entry in results.entries if (found := estimate(entry, quantity)).value is not None]
    if not known:
        return ["No point has a value yet."]
    least = min(known, key=lambda pair: pair[1].value or 0.0)
    most = max(known, key=lambda pair: pair[1].value or 0.0)
    what = f"{quantity.label[:1].upper()}{quantity.label[1:]}"
    if len(known) == 1 or least[1].value == most[1].value:
        return [f"{what}: {most[1]}" + (" at every point." if len(known) > 1 else ".")]
    return [f"{what}: from {least[1]} ({_setting(least[0])}) to {most[1]} ({_setting(most[0])})."]


def _setting(entry: Mapping[str, Any]) -> str:
    return words.name({path: value for path, value in entry["point"].items() if value is not None})


def _along(results: Results, path: str, quantity: Quantity) -> str:
    """Return the means over all other settings at the values of an axis: a few of them, if there are many."""
    means = []
    for value in results.axes[path]:
        found = [number for entry in results.entries if entry["point"][path] == value
                 and (number := estimate(entry, quantity).value) is not None]
        if found:
            means.append((value, sum(found) / len(found)))
    if len(means) < 2:
        return ""
    if len(means) > 6:
        places = sorted({0, len(means) - 1, *(max(range(len(means)), key=lambda k: sign * means[k][1])
                                              for sign in (1, -1))})
        means = [means[k] for k in places]
    listed = "; ".join(f"{words.shown(value)}: {mean:.3g}" for value, mean in means)
    over = ", averaged over the other settings," if len(results.axes) > 1 else ""
    return f"By {words.label(path)}{over} it is {listed}."


def _multipliers(results: Results) -> list[str]:
    found = [(entry, entry["multiplier"]) for entry in results.entries
             if entry["multiplier"] and entry["multiplier"]["m"] is not None and entry["multiplier"]["d"] is not None]
    if not found:
        return []
    entry, top = max(found, key=lambda pair: pair[1]["m"])
    below = sum(multiplier["m"] < multiplier["d"] for _, multiplier in found)
    _, low = min(found, key=lambda pair: pair[1]["m"])
    interval = "" if top["m_interval"] is None else f" [{top['m_interval'][0]:.3g}, {top['m_interval'][1]:.3g}]"
    ratios = sorted(multiplier["d"] for _, multiplier in found)
    direct = f"{ratios[0]:.3g} to {ratios[-1]:.3g}"
    sentence = (f"Influential seeds start a global cascade {low['m']:.3g} to {top['m']:.3g}{interval} times as often "
                f"as random ones (most at {_setting(entry)}), and influence {direct} times as "
                f"many people directly: less than in proportion (M below D) at {below} of {len(found)} points.")
    return [sentence]


def _theory(results: Results) -> list[str]:
    found = [(abs(entry["p_global"] - entry["theory"]["p_global"]), entry) for entry in results.entries
             if entry["theory"]["p_global"] is not None]
    if not found:
        return []
    inside = sum(entry["p_global_interval"][0] <= entry["theory"]["p_global"] <= entry["p_global_interval"][1]
                 for _, entry in found)
    gap, entry = max(found, key=lambda pair: pair[0])
    sentence = (f"Theory, for infinitely large networks, lies inside the 95 % interval of P(global) at {inside} of "
                f"{len(found)} points; it is furthest off, by {gap:.3g}, at {_setting(entry) or 'the only point'}.")
    return [sentence]


def enough(results: Results, quantity: Quantity) -> list[str]:
    """Return whether there were enough replicates: how wide intervals are, and what would halve them."""
    widths = [((found.high - found.low) / 2, entry) for entry in results.entries
              if (found := estimate(entry, quantity)).low is not None and found.high is not None]
    if not widths:
        return [f"{quantity.label}: no intervals, so nothing says how sure it is."]
    widest, entry = max(widths, key=lambda pair: pair[0])
    most = max(entry["replicates"] for entry in results.entries)
    wide = (f"The widest 95 % interval reaches {widest:.3g} to either side ({_setting(entry) or 'the only point'}, "
            f"{entry['replicates']} replicates). Four times the replicates halve it: --resume --replicates {4 * most}.")
    if quantity.key != "p_global":
        return [wide]
    surest = 0.5 * Z / most**0.5
    return [wide, (f"With {most} independent replicates a probability near 1/2 is known to {surest:.2g}; replicates "
                   "that share a network count for less.")]
