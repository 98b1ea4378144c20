"""A real problem that is one over C (format page, "Complex coordinates"): proved from the claim and the coordinates.

With τ² = -q, q > 0, the real coordinates of the problem are pairs A + τ B = z around the point, and the functions are
the real and imaginary parts of polynomials F = P(z) + τ Q(z): |F|² = U² + q V² for F = U + τ V.  The state is that of
the F, with exponents of |z|² throughout, so that the values need no factor 2; τ is a dependent variable with the
relation t² + q = 0, that is τ or its conjugate, for which the threshold is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State

Data = dict[str, Any]
Pair = tuple[Poly, Poly]  # U + τ V


def of_product(
    ledger: Ledger, found: Data, n: int, factors: Sequence[tuple[Poly, int]], prior: Sequence[tuple[Poly, Fraction]]
) -> State:
    """|K| = ∏ g^e: every factor is |F|² up to a constant, or (null) not 0 at the point."""
    zs = _coordinates(ledger, found["coordinates"], n)
    fs = _moduli(ledger, zs, found, "functions", [g for g, _ in factors])
    objects = [((f,), Fraction(e), Fraction(0)) for f, (_, e) in zip(fs, factors, strict=True) if f is not None]
    return _state(ledger, zs, found, prior, objects)


def of_generators(
    ledger: Ledger, found: Data, n: int, gens: Sequence[Poly], prior: Sequence[tuple[Poly, Fraction]]
) -> State:
    """K = Σ c g²: real and imaginary parts span the same space as the generators, so K lies between multiples of
    Σ |F|²."""
    zs = _coordinates(ledger, found["coordinates"], n)
    ledger.require(None not in found["functions"], "realification", "polynomials that are not 0")
    fs = [_function(ledger, zs, f) for f in found["functions"]]
    parts = [g for f in fs for g in _real_and_imaginary(f, zs, found["square"]) if g]
    monomials = list(dict.fromkeys(e for g in (*gens, *parts) for e in g))

    def rank(polys: Sequence[Poly]) -> int:
        return algebra.rank([[int(g.get(e, 0)) for e in monomials] for g in polys])

    equal = rank(gens) == rank(parts) == rank([*gens, *parts])
    ledger.require(equal, "realification", "the span of real and imaginary parts")
    return _state(ledger, zs, found, prior, [(tuple(fs), Fraction(1), Fraction(0))])


def _moduli(
    ledger: Ledger, zs: Mapping[int, Pair], found: Data, place: str, polys: Sequence[Poly]
) -> list[Pair | None]:
    """For each polynomial the F with |F|² equal to it up to a constant; None (null) where it is not 0 at the point."""
    ledger.require(len(polys) == len(found[place]), "realification", f"as many entries in {place} as factors")
    out: list[Pair | None] = []
    for g, data in zip(polys, found[place], strict=True):
        if data is None:
            apart = (0,) * ledger.ring.ngens in g
            ledger.require(apart, "realification", "a factor that is not 0 at the point", ledger.show(g))
            out.append(None)
            continue
        f = _function(ledger, zs, data)
        u, v = _real_and_imaginary(f, zs, found["square"])
        square = u * u + v * v * found["square"]
        ledger.require(algebra.same(g, square), "realification", ledger.show(g), ledger.show(square))
        out.append(f)
    return out


def _state(
    ledger: Ledger,
    zs: Mapping[int, Pair],
    found: Data,
    prior: Sequence[tuple[Poly, Fraction]],
    objects: Sequence[tuple[tuple[Pair, ...], Fraction, Fraction]],
) -> State:
    """All objects (F, E, H); τ is a dependent variable, where it is needed."""
    gs = _moduli(ledger, zs, found, "prior", [p for p, _ in prior])
    densities = [((g,), Fraction(0), e) for g, (_, e) in zip(gs, prior, strict=True) if g is not None]
    unit = ledger.index[found["unit"]]
    t = algebra.gen(ledger.ring, unit)
    made = [
        Object(tuple(algebra.canonical(p + t * q) for p, q in fs), (False,) * len(fs), e, h)
        for fs, e, h in (*objects, *densities)
    ]
    needed = any(unit in algebra.used(g) for ob in made for g in ob.gens)
    relation = t * t + algebra.constant(ledger.ring, found["square"])
    return State(
        (*zs, unit) if needed else tuple(zs),
        {z: Small() for z in zs},
        (unit,) if needed else (),
        (relation,) if needed else (),
        tuple(made),
    )


def _coordinates(ledger: Ledger, listed: Sequence[Any], n: int) -> dict[int, Pair]:
    """Their real and imaginary parts are coordinates around the point, now 0."""
    zs = {ledger.index[name]: (ledger.read(range(n), a), ledger.read(range(n), b)) for name, a, b in listed}
    ledger.require(2 * len(zs) == n and len(zs) == len(listed), "complex coordinates", "half as many as variables")
    parts = [f for pair in zs.values() for f in pair]
    origin = (0,) * ledger.ring.ngens
    ledger.require(all(origin not in f for f in parts), "complex coordinates", "0 at the point")
    linear = [tuple(int(j == i) for j in range(ledger.ring.ngens)) for i in range(n)]
    slopes = [[int(f.get(e, 0)) for e in linear] for f in parts]
    ledger.require(algebra.rank(slopes) == n, "complex coordinates", "independent differentials at the point")
    return zs


def _function(ledger: Ledger, zs: Mapping[int, Pair], data: Sequence[Any]) -> Pair:
    p, q = (ledger.read(tuple(zs), part) for part in data)
    ledger.require(bool(p) or bool(q), "function", "functions that are not 0")
    return p, q


def _real_and_imaginary(f: Pair, zs: Mapping[int, Pair], q: int) -> Pair:
    """(U, V) with U + τ V = F(A + τ B)."""
    ring = f[0].ring

    def times(a: Pair, b: Pair) -> Pair:
        return a[0] * b[0] - a[1] * b[1] * q, a[0] * b[1] + a[1] * b[0]

    powers: dict[int, list[Pair]] = {i: [(ring.one, ring.zero)] for i in zs}
    out: list[Pair] = []
    for part in f:
        total = ring.zero, ring.zero
        for e, c in algebra.terms(part):
            term: Pair = (algebra.constant(ring, c), ring.zero)
            for i, z in zs.items():
                while len(powers[i]) <= e[i]:
                    powers[i].append(times(powers[i][-1], z))
                term = times(term, powers[i][e[i]])
            total = total[0] + term[0], total[1] + term[1]
        out.append(total)
    (u, v), (x, y) = out
    return u - y * q, v + x
