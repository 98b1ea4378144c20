"""The checker's polynomial arithmetic: sparse integer polynomials of sympy over one ring for the whole certificate.

Variables are indices into that ring.  Most polynomials of a certificate matter only up to a non-zero constant:
`canonical` chooses the representative (primitive, leading coefficient positive); where the sign matters, `primitive`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from sympy.polys.domains import ZZ
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyRing

from rlct.errors import CertificateError

Poly = Any  # sympy's PolyElement over ZZ (sympy has no types)
Ring = Any


def make_ring(size: int) -> Ring:
    """Z[v0, ..., v(size-1)]: names of the certificate never reach sympy."""
    return PolyRing([f"v{i}" for i in range(size)], ZZ, lex)


def read(ring: Ring, order: Sequence[int], data: Sequence[Any]) -> Poly:
    """The polynomial written in `data` (POLY of the format) with exponents with respect to `order`."""
    out: dict[tuple[int, ...], Any] = {}
    for exps, c in data:
        if any(exps[len(order) :]):
            raise CertificateError(f"a polynomial uses {len(exps)} variables where there are {len(order)}")
        full = [0] * ring.ngens
        for i, a in zip(order, exps, strict=False):
            full[i] = a
        key = tuple(full)
        if key in out or c == 0:
            raise CertificateError("a polynomial has a term twice or with coefficient 0")
        out[key] = ZZ(c)
    return ring.from_dict(out)


def terms(f: Poly) -> Iterable[tuple[tuple[int, ...], int]]:
    return f.items()  # type: ignore[no-any-return]


def from_terms(ring: Ring, data: Mapping[tuple[int, ...], Any]) -> Poly:
    return ring.from_dict({e: ZZ(c) for e, c in data.items() if c})


def constant(ring: Ring, c: int) -> Poly:
    return ring.ground_new(ZZ(c))


def gen(ring: Ring, i: int) -> Poly:
    return ring.gens[i]


def is_constant(f: Poly) -> bool:
    """0 or a constant."""
    return all(not any(e) for e in f)


def used(f: Poly) -> frozenset[int]:
    """The variables that occur."""
    out: set[int] = set()
    for e in f:
        out.update(i for i, a in enumerate(e) if a)
    return frozenset(out)


def degree(f: Poly, i: int) -> int:
    return max((e[i] for e in f), default=0)


def primitive(f: Poly) -> Poly:
    """f divided by the positive content of its coefficients."""
    if not f:
        return f
    c = f.content()
    c = -c if c < 0 else c
    return f if c == 1 else f.quo_ground(c)


def canonical(f: Poly) -> Poly:
    """The representative of f up to a non-zero constant."""
    if not f:
        return f
    f = primitive(f)
    return -f if f[max(f)] < 0 else f


def same(f: Poly, g: Poly) -> bool:
    """Equal up to a non-zero constant."""
    return bool(canonical(f) == canonical(g))


def product(ring: Ring, factors: Sequence[tuple[Poly, int]]) -> Poly:
    """∏ f^e, with exponents packed into one integer (long factors: several times faster than tuple by tuple)."""
    n = ring.ngens
    widths = [sum(e * degree(f, i) for f, e in factors).bit_length() for i in range(n)]
    shifts = [sum(widths[:i]) for i in range(n)]
    out: dict[int, int] = {0: 1}
    for f, power in factors:
        packed = [(sum(a << s for a, s in zip(e, shifts, strict=True)), int(c)) for e, c in f.items()]
        for _ in range(power):
            new: dict[int, int] = {}
            get = new.get
            for m, x in out.items():
                for k, y in packed:
                    new[m + k] = get(m + k, 0) + x * y
            out = {m: x for m, x in new.items() if x}
    places = [(s, (1 << w) - 1) for s, w in zip(shifts, widths, strict=True)]
    return from_terms(ring, {tuple((m >> s) & mask for s, mask in places): x for m, x in out.items()})


def at_zero(f: Poly, variables: Iterable[int]) -> Poly:
    """f with the variables set to 0."""
    vs = tuple(variables)
    if not vs:
        return f
    kept = {e: c for e, c in f.items() if not any(e[i] for i in vs)}
    return f if len(kept) == len(f) else f.new(kept)


def derivative(f: Poly, i: int) -> Poly:
    return f.new({(*e[:i], e[i] - 1, *e[i + 1 :]): c * e[i] for e, c in f.items() if e[i]})


def log_derivative(f: Poly, i: int) -> Poly:
    """x_i · ∂f/∂x_i."""
    return f.new({e: c * e[i] for e, c in f.items() if e[i]})


def content_exponents(f: Poly, variables: Sequence[int]) -> tuple[int, ...]:
    """The exponents (over `variables`) of the largest monomial that divides f ≠ 0."""
    return tuple(min(e[i] for e in f) for i in variables)


def divide_monomial(f: Poly, variables: Sequence[int], exps: Sequence[int]) -> Poly:
    if not any(exps):
        return f
    out = {}
    for e, c in f.items():
        new = list(e)
        for i, a in zip(variables, exps, strict=True):
            new[i] -= a
        out[tuple(new)] = c
    return f.new(out)


def quotient(f: Poly, g: Poly) -> Poly | None:
    """q (canonical) with f = constant·g·q, or None."""
    if not g:
        return None
    f, g = canonical(f), canonical(g)
    if not f or is_constant(g):
        return f
    vs = tuple(used(g))
    if any(degree(f, i) < degree(g, i) for i in vs):
        return None
    lead = max(g)
    lead_c = g[lead]
    rest = [(e, c) for e, c in g.items() if e != lead]
    todo = dict(f)
    heap = [tuple(-a for a in e) for e in todo]
    heapq.heapify(heap)
    out: dict[tuple[int, ...], Any] = {}
    while heap:
        e = tuple(-a for a in heapq.heappop(heap))
        c = todo.pop(e, 0)
        if not c:
            continue
        t = tuple(a - b for a, b in zip(e, lead, strict=True))
        if min(t) < 0 or c % lead_c:
            return None
        x = c // lead_c
        out[t] = x
        for b, d in rest:
            m = tuple(p + q for p, q in zip(t, b, strict=True))
            if m not in todo:
                heapq.heappush(heap, tuple(-a for a in m))
                todo[m] = -x * d
            else:
                todo[m] -= x * d
    return f.new(out)


def split_by_degree(f: Poly, i: int) -> dict[int, Poly]:
    """f = Σ c_d x_i^d: the c_d ≠ 0."""
    parts: dict[int, dict[tuple[int, ...], Any]] = {}
    for e, c in f.items():
        parts.setdefault(e[i], {})[(*e[:i], 0, *e[i + 1 :])] = c
    return {d: f.new(p) for d, p in parts.items()}


def replace_by_ratio(f: Poly, i: int, num: Poly, den: Poly) -> Poly:
    """den^D · f(x_i = num/den), D the degree of f in x_i."""
    parts = split_by_degree(f, i)
    top = max(parts, default=0)
    if not top:
        return f
    degrees = sorted(parts)
    factors = [f.ring.one]  # powers of den that go with the degrees, the highest first
    for low, high in zip(degrees[-2::-1], degrees[:0:-1], strict=True):
        factors.append(factors[-1] * den ** (high - low))
    out, power, last = f.ring.zero, f.ring.one, 0
    for d, factor in zip(degrees, reversed(factors), strict=True):
        if d:  # sympy has no 0**0
            power, last = power * num ** (d - last), d
        out += parts[d] * power * factor
    return out


def at_numbers(f: Poly, point: Mapping[int, Fraction]) -> Poly:
    """A positive constant times f at the rational values of some variables."""
    if not point or not f:
        return f
    out: dict[tuple[int, ...], Fraction] = {}
    for e, c in f.items():
        value = Fraction(int(c))
        new = list(e)
        for i, q in point.items():
            if e[i]:
                value *= q ** e[i]
                new[i] = 0
        if value:
            key = tuple(new)
            out[key] = out.get(key, Fraction(0)) + value
    scale = 1
    for v in out.values():
        scale = scale * v.denominator // gcd(scale, v.denominator)
    return primitive(from_terms(f.ring, {e: int(v * scale) for e, v in out.items()}))


def monomial_substitution(f: Poly, pivot: int, weight: int, sign: int, others: Mapping[int, int]) -> Poly:
    """x_pivot -> sign·x_pivot^weight, x_j -> x_pivot^w_j·x_j."""
    out = {}
    for e, c in f.items():
        a = weight * e[pivot]
        for j, w in others.items():
            a += w * e[j]
        out[(*e[:pivot], a, *e[pivot + 1 :])] = -c if sign < 0 and e[pivot] % 2 else c
    return f.new(out)


def rename(f: Poly, place: Mapping[int, tuple[int, int]]) -> Poly:
    """x_i -> sign·x_j for every (j, sign) = place[i]; the other variables must not occur."""
    out = {}
    for e, c in f.items():
        new = [0] * len(e)
        for i, a in enumerate(e):
            if a:
                j, s = place[i]
                new[j] = a
                if s < 0 and a % 2:
                    c = -c
        out[tuple(new)] = c
    return f.new(out)


def determinant(m: Sequence[Sequence[Poly]], ring: Ring) -> Poly:
    """Laplace expansion along the first row (the matrices are small)."""
    if not m:
        return ring.one
    total = ring.zero
    for i, x in enumerate(m[0]):
        if x:
            minor = determinant([[*r[:i], *r[i + 1 :]] for r in m[1:]], ring)
            total = total + x * minor if i % 2 == 0 else total - x * minor
    return total


def rank(rows: Sequence[Sequence[Fraction | int]]) -> int:
    """Rank of a rational matrix."""
    m = [[Fraction(x) for x in r] for r in rows]
    done = 0
    for col in range(len(m[0]) if m else 0):
        pivot = next((i for i in range(done, len(m)) if m[i][col]), None)
        if pivot is None:
            continue
        m[done], m[pivot] = m[pivot], m[done]
        for i in range(done + 1, len(m)):
            x = m[i][col] / m[done][col]
            if x:
                m[i] = [a - x * b for a, b in zip(m[i], m[done], strict=True)]
        done += 1
    return done


def show(f: Poly, names: Sequence[str]) -> str:
    """Readable text for messages, shortened when long."""
    from rlct.certify.text import polynomial

    out = polynomial([[list(e), int(c)] for e, c in f.items()], names)
    return out if len(out) <= 120 else out[:120] + " ..."


def stripped(f: Poly, factors: Iterable[Poly]) -> Poly:
    """f without the factors (known not to vanish) that divide it."""
    for g in factors:
        while True:
            q = quotient(f, g)
            if q is None:
                break
            f = q
            if is_constant(f):
                return f
    return f
