"""How a chart ends, in words: the monomials, the Newton polyhedron, the crossings, and the divisors that realise λ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rlct.report.polynomials import MaybePoly, Monomial, quotient, show, show_unsigned
from rlct.report.replay import BLOWN_UP, Small, State, function_of
from rlct.report.words import bracketed, new_coordinate, object_text, ratio_text


def end_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """How a chart ends, in words."""
    kind = end["end"]
    if kind == "bound":
        return bound_text(state, end["weights"])
    if kind == "newton":
        return newton_text(state, end)
    if kind == "terms":
        return _terms_text(state, end)
    if kind == "snc":
        return _crossings_text(state, end)
    if kind == "same":
        names = ", ".join(f"{a} as {'-' if s < 0 else ''}{b}" for a, b, s in end["map"] if a != b or s < 0)
        return [f"This is chart [{end['node']}] again" + (f", with {names}." if names else ".")]
    if kind == "empty":
        return [f"There is no such {_field(state)} point."]
    if kind == "open":
        return ["Nothing is proved here: the search ended before this chart."]
    if kind == "either":
        if len(end["children"]) == 1:
            return ["In other coordinates:"]
        return ["Several treatments, some with fewer generators or other slices: what one of them proves holds."]
    if kind in BLOWN_UP:
        centre = ", ".join(v if w == 1 else f"{v} (weight {w})" for v, w in end["weights"])
        return [f"Blow up {centre} = 0."]
    if kind == "normalise":
        values = "1" if state.over_c else "1 or -1"
        return [f"A scaling of the variables changes {end['var']}, which is not 0: take it to be {values}."]
    if kind == "split":
        return [f"Treat {show(state.read(end['by']))} = 0 apart from the rest{_new_on_zero(state, end)}."]
    if kind == "signs":
        return [f"{show(state.read(end['of']))} has no zero: treat its two signs apart."]
    if kind == "halves":
        return [f"An inequality of the region changes with the sign of {end['var']}: treat the two signs apart."]
    if kind == "product":
        return ["A product over separate variables: λ is the least of the parts, m adds up over those that attain it."]
    if kind == "sum":
        return ["A sum over separate variables: λ adds up, m is one plus the sum of the m - 1."]
    if kind == "composite":
        return [_composite_text(state, end)]
    if kind == "power":
        f, v = show(state.objects[end["obj"]].gens[0]), end["var"]
        how = f"{v} occurs in {f} = U {v}^n + g alone, U a unit. Integrated out, it leaves |g| to the power "
        return [how + f"s + (a + 1)/n (s that of the factor, a that of |{v}|) or a constant, and poles at s, a = -1."]
    if kind == "jung":
        return [_jung_text(end)]
    if kind == "sections":
        return [_sections_text(end)]
    if kind == "tree":
        bars = len(end["bars"])
        tree = f"the tree of its real branches ({bars} bar{'s' * (bars != 1)})"
        return [f"A plane germ, by {tree}: the least (h + 1)/k of bars and branches; m = 2 where neighbours tie."]
    return [f"{kind}."]


def _jung_text(end: Mapping[str, Any]) -> str:
    """Why slices tell the threshold."""
    y = end["var"]
    if end["through"] is not None:
        return f"All zeros in {y} are simple and different but over a smooth curve: a slice across it tells it all."
    branches = sum(len(b["branches"]) for b in end["bars"])
    return (
        f"All zeros in {y} are simple and different but over a plane curve, whose real branches go through "
        f"{len(end['bars'])} bars (arcs u = s^N, t = series in s + c s^e): the threshold is the least of plane slices "
        f"over them and of those across {branches} branches (by the theorem of Abhyankar and Jung)."
    )


def _sections_text(end: Mapping[str, Any]) -> str:
    """Why sections tell the threshold."""
    x, (y, z) = end["over"], end["along"]
    planes = len(end["planes"])
    return (
        f"Zeros in {z} are simple and different but over curves in the plane of {x} and {y}, the zeros of those in {y} "
        f"but over {len(end['marks'])} marks: between marks nothing changes along {x}, one section stands for all "
        f"(Zariski); of {planes} plane{'s' * (planes != 1)} over marks the lines over points of the curves are left."
    )


def _field(state: State) -> str:
    return "complex" if state.over_c else "real"


def _composite_text(state: State, end: Mapping[str, Any]) -> str:
    """The functions, and what stands for each of them."""
    functions = ", ".join(show(function_of(state, f), 60) for f in end["functions"])
    return (
        f"A monomial ideal in functions of separate variables: {functions}. One with threshold (λ, m) counts as a "
        "product of m variables with density t^(λ-1)."
    )


def _new_on_zero(state: State, end: Mapping[str, Any]) -> str:
    how = end["zero"]
    if how is None:
        return " (it has no zero)"
    if "solve" in how:
        new = new_coordinate(state, how["solve"], how["unit"], how["rest"])
        return "" if new == f"{how['solve']} := {how['solve']}" else f", there with the new coordinate {new}"
    if "etale" in how:
        return f", there with the new coordinate {how['name']} := {show(state.read(end['by']))}"
    return ""


def bound_text(state: State, weights: Sequence[Any]) -> list[str]:
    """The monomials that bound K from below, the point of the polyhedron the diagonal meets, and the least ratio."""
    total = {v: s.k for v, s in state.small.items()}
    volume = {v: s.h for v, s in state.small.items()}
    used = []
    for i, chosen in weights:
        o = state.objects[i]
        for j, c in chosen:
            g = o.gens[j]
            if g is None or len(g) != 1:
                return ["Monomials of the ideal bound it from below."]
            ((m, _),) = g.items()
            used.append(show({m: Fraction(1)}))
            for v, a in m:
                if v in total:
                    total[v] += o.E * Fraction(c) * a
                    volume[v] += min(o.H, Fraction(0)) * Fraction(c) * a
    ratios = {v: (volume[v] + 1) / t for v, t in total.items() if t > 0}
    out = []
    if used:
        many = "s " if len(used) > 1 else " "
        are = "are in the ideal; a weighted mean of them bounds" if len(used) > 1 else "is in the ideal and bounds"
        out.append(f"The monomial{many}{', '.join(used)} {are} it from below.")
    if not ratios:
        return [*out, "There is no zero here (λ = ∞)."]
    least = min(ratios.values())
    parts = [f"{v}: ({bracketed(volume[v])}+1)/{bracketed(total[v])} = {r}" for v, r in ratios.items()]
    return [*out, f"(h+1)/k for each variable: {'; '.join(parts)}. The least is {least}."]


def _crossings_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """The branches, and the value where each set of them meets."""
    q = [show(state.read(p), 60) for p in end["q"]]
    out = [f"Normal crossings: {', '.join(q)} and the exceptional variables are coordinates wherever they meet."]
    for chosen, _ in end["subsets"]:
        text = crossing_text(state, end, chosen)
        if text is not None:
            out.append(text)
    return out


def crossing_text(state: State, end: Mapping[str, Any], chosen: Sequence[int]) -> str | None:
    """The value where exactly the branches with numbers `chosen` vanish; None where they do not meet."""
    weights = next((w for t, w in end["subsets"] if list(t) == list(chosen)), None)
    if weights is None:
        return None
    names = [v for v in state.order if v in state.small]
    _, small, gens_of = _with_crossings(state, end, chosen, names)
    pairs = zip(state.objects, gens_of, strict=True)
    monomials = tuple(replace(o, gens=tuple(_content(g, small) for g in gens)) for o, gens in pairs)
    text = bound_text(replace(state, small=small, objects=monomials), weights)[-1]
    where = ", ".join(f"{show(state.read(end['q'][i]), 60)} = 0" for i in chosen)
    return f"Where {where}: {text}" if where else f"Where none of these is 0: {text}"


def _content(g: MaybePoly, small: Mapping[str, Small]) -> MaybePoly:
    """The monomial that a generator is, up to a unit."""
    if not g:
        return g
    exps = [dict(m) for m in g]
    common = {v: min(e.get(v, 0) for e in exps) for v in small}
    return {tuple(sorted((v, a) for v, a in common.items() if a)): Fraction(1)}


def newton_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """The term ideal, the face that the diagonal meets with its function, and what decides."""
    names = [v for v in state.order if v in state.small]
    out = []
    terms = {m for o in state.objects for g in o.gens or () for m in _small_parts(g, names)}
    least = [m for m in terms if not any(n != m and _divides(n, m) for n in terms)]
    if len(least) <= 20 and len(state.objects) == 1 and () not in least:
        out.append(f"The term ideal is generated by {', '.join(sorted(show({m: Fraction(1)}) for m in least))}.")
    best = _worst_ray(state, names, sorted({tuple(r) for cone in end["cones"] for r in cone}))
    if best is not None:
        weights, num, den = best
        face = ", ".join(f"{v}:{w}" for v, w in weights.items())
        orders = f"volume {num}, order {den}, ratio {num / den}"
        out.append(f"The diagonal meets the face with weights {face}: {orders}.")
        function = _face_function(state, weights)
        if function and len(function) <= 160:
            out.append(f"The face function is {function}.")
        smooth = [o for o in state.objects if o.E and len(o.gens) == 1 and num / den >= (o.H + 1) / o.E]
        for o in smooth[:3]:
            out.append(f"Smooth zeros of {show_unsigned(o.gens[0], 80)} give {(o.H + 1) / o.E}, where it has any.")
    kind = _field(state)
    out.append(f"No face function has a singular {kind} zero off the coordinate planes: the Newton polyhedron decides.")
    return out


def _terms_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """The vertices of each object, the point of the polyhedron that the diagonal meets, and the least ratio."""
    names = [v for v in state.order if v in state.small]
    total = {v: state.small[v].k for v in names}
    out = []
    for j, points in end["objects"]:
        o = state.objects[j]
        monomials = [show({tuple((v, a) for v, a in zip(names, e, strict=True) if a): Fraction(1)}) for e, _ in points]
        out.append(f"The vertices of the Newton polyhedron are {', '.join(monomials)}.")
        for e, c in points:
            for v, a in zip(names, e, strict=True):
                total[v] += o.E * Fraction(c) * a
    ratios = {v: (state.small[v].h + 1) / t for v, t in total.items() if t > 0}
    if ratios:
        out.append(f"The diagonal meets their convex hull where the least ratio is {min(ratios.values())}.")
    smooth = {1 / state.objects[j].E for j, points in end["objects"] if len(points) > 1}
    out += [f"Strict transforms give {x}, where they have {_field(state)} points." for x in sorted(smooth)]
    out.append("The exponents of the terms that may cancel are independent, so no face function has a singular zero.")
    return out


def face_text(state: State, weights: Mapping[str, int]) -> list[str]:
    """The term ideal and the face function of a chart that its Newton polyhedron does not settle."""
    names = [v for v in state.order if v in state.small]
    out = []
    terms = {m for o in state.objects for g in o.gens or () for m in _small_parts(g, names)}
    least = [m for m in terms if not any(n != m and _divides(n, m) for n in terms)]
    if len(state.objects) == 1 and 1 < len(least) <= 8:
        out.append(f"The term ideal is generated by {', '.join(sorted(show({m: Fraction(1)}) for m in least))}.")
    function = _face_function(state, weights)
    if function and len(function) <= 160:
        face = ", ".join(f"{v}:{w}" for v, w in weights.items())
        out.append(f"The face with weights {face} has the function {function}.")
    return out


def _worst_ray(
    state: State, names: Sequence[str], rays: Sequence[Sequence[int]]
) -> tuple[dict[str, int], Fraction, Fraction] | None:
    """Weights, order of the measure and order of K for the ray of least ratio; None where a generator is not known."""
    best: tuple[dict[str, int], Fraction, Fraction] | None = None
    for ray in rays:
        weights = {v: w for v, w in zip(names, ray, strict=False) if w}
        num = sum((w * (state.small[v].h + 1) for v, w in weights.items()), Fraction(0))
        den = sum((w * state.small[v].k for v, w in weights.items()), Fraction(0))
        for o in state.objects:
            order = _order(o.gens, weights)
            if order is None:
                return None
            num, den = num + o.H * order, den + o.E * order
        if den and (best is None or num / den < best[1] / best[2]):
            best = weights, num, den
    return best


def _face_function(state: State, weights: Mapping[str, int]) -> str:
    """The terms of lowest weight of every object of K."""
    parts = []
    for o in state.objects:
        order = _order(o.gens, weights)
        if not o.E or order is None:
            continue
        low = [
            {m: c for m, c in (g or {}).items() if sum(weights.get(v, 0) * a for v, a in m) == order} for g in o.gens
        ]
        parts.append(object_text(replace(o, gens=tuple(g for g in low if g)), o.E))
    return " · ".join(parts)


def _small_parts(g: MaybePoly, names: Sequence[str]) -> set[Monomial]:
    return {tuple((v, a) for v, a in m if v in names) for m in g or ()}


def _divides(n: Monomial, m: Monomial) -> bool:
    exps = dict(m)
    return all(exps.get(v, 0) >= a for v, a in n)


def terminal_text(
    state: State, end: Mapping[str, Any], terminal: Mapping[str, Any], name: str, lam: str = "λ"
) -> list[str]:
    """The divisors that realise the value, with their orders."""
    if "tree" in terminal:
        return [f"A bar or a branch of the tree has the least ratio, {lam} itself."]
    names = [v for v in state.order if v in state.small]
    small = dict(state.small)
    gens_of = [list(o.gens) for o in state.objects]
    if "snc" in terminal:
        names, small, gens_of = _with_crossings(state, end, terminal["snc"], names)
    found: list[tuple[Fraction | None, str]] = []
    for ray in terminal["rays"]:
        weights = {v: w for v, w in zip(names, ray, strict=False) if w}
        num = sum((w * (small[v].h + 1) for v, w in weights.items()), Fraction(0))
        den = sum((w * small[v].k for v, w in weights.items()), Fraction(0))
        known = True
        for o, gens in zip(state.objects, gens_of, strict=True):
            order = _order(gens, weights)
            known = known and (order is not None or not (o.E or o.H))
            num += o.H * (order or 0)
            den += o.E * (order or 0)
        who = ", ".join(v if w == 1 else f"{v} (weight {w})" for v, w in weights.items())
        single = list(weights.values()) == [1]
        what = f"the divisor {who} = 0" if single else f"the weights {who}"
        if known and den:
            bound = ratio_text(num, den)
            found.append((num / den, f"{what}: {name} has order {den}, the volume {num}, so {lam} <= {bound}"))
        else:
            found.append((None, f"{what} realise{'s' * single} the value"))
    if "factor" in terminal:
        o = state.objects[terminal["factor"]]
        f = ", ".join(show_unsigned(g, 80) for g in o.gens)
        bound = ratio_text(o.H + 1, o.E)
        found.append(((o.H + 1) / o.E, f"the smooth hypersurface {f} = 0: {name} has order {o.E}, so {lam} <= {bound}"))
    least = min((r for r, _ in found if r is not None), default=None)
    out = [text for r, text in found if r is None or r == least]
    if len(out) > 1:
        out.append(f"these {len(out)} meet, which gives m >= {len(out)}")
    return out


def _with_crossings(
    state: State, end: Mapping[str, Any], chosen: Sequence[int], names: list[str]
) -> tuple[list[str], dict[str, Small], list[list[MaybePoly]]]:
    """The branches q_i of an `snc` end as further variables named by their polynomials."""
    small = dict(state.small)
    branches = []
    for i in chosen:
        q = state.read(end["q"][i])
        name = f"({show(q, 60)})"
        branches.append((name, q))
        small[name] = Small()
    gens_of = []
    for o in state.objects:
        gens: list[MaybePoly] = []
        for g in o.gens:
            if g is None:
                gens.append(None)
                continue
            for name, q in branches:
                g = _pull_out(g, name, q)
            gens.append(g)
        gens_of.append(gens)
    return [*names, *(name for name, _ in branches)], small, gens_of


def _pull_out(g: MaybePoly, name: str, q: MaybePoly) -> MaybePoly:
    n = 0
    while n < 50 and (smaller := quotient(g, q)) is not None:
        g, n = smaller, n + 1
    if not n or g is None:
        return g
    return {tuple(sorted((*m, (name, n)))): c for m, c in g.items()}


def _order(gens: Sequence[MaybePoly], weights: Mapping[str, int]) -> int | None:
    """Least weight of a term of any generator; None when a generator is not known."""
    if any(g is None for g in gens):
        return None
    return min((sum(weights.get(v, 0) * a for v, a in m) for g in gens if g is not None for m in g), default=None)
