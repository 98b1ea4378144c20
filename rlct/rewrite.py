"""Coordinates in which a problem is short, found in the text as written, before anything is expanded.

A sum such as `x + 1 - 2*(y + z)^2` that is linear in a variable, with a constant coefficient, is as good a coordinate
as the variable.  Brackets of that kind are made coordinates one after the other, each time the one that leaves least
to write, so that a disguise is taken off where it was put on.  The claim of the certificate is then stated in the
new coordinates, with the list of changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb, lcm

from rlct.exact.poly import Exponent, Poly, Ring, TooLarge
from rlct.problem import Add, Expr, Mul, Num, Pow, Problem, Var, factors, is_expanded, square_summands, walk

LONG = 1500  # estimated terms of a factor from which on it is worth looking
LEAF = 60  # longest polynomial kept expanded
STEPS = 60
HIGHEST = 100  # powers beyond it are left as they are: a sum with one is refused, as stated


@dataclass(frozen=True)
class Change:
    """x_i + rest/scale becomes the coordinate x_i; `rest` does not contain x_i."""

    i: int
    scale: int
    rest: Poly


@dataclass(frozen=True)
class Leaf:
    """scale·poly, expanded."""

    poly: Poly
    scale: Fraction


@dataclass(frozen=True)
class Sum:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Product:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Power:
    base: Tree
    exponent: int


Tree = Leaf | Sum | Product | Power


def rewritten(problem: Problem) -> tuple[Problem, tuple[Change, ...]]:
    """The problem in coordinates in which its expansion is much shorter, and the changes; itself when there are none.

    Only at rational points without a region: a change of coordinates would bend the walls.
    """
    if problem.at is None or problem.region is not None or not all(isinstance(p, Fraction) for p in problem.at):
        return problem, ()
    squares = _squares(problem)
    functions = [root for _, root in squares] or list(problem.functions)
    exprs = [*functions, *(e for e, _ in problem.prior)]
    expected = _terms if problem.mode == "ideal" or squares else expected_terms
    before = max(map(expected, exprs))
    if before < LONG or all(map(is_expanded, exprs)):
        return problem, ()
    if any(isinstance(s, Pow) and s.exponent > HIGHEST for e in exprs for s in walk(e)):
        return problem, ()
    ring = Ring(problem.variables)
    index = {v: i for i, v in enumerate(problem.variables)}
    found: tuple[list[Expr], list[Change]] | None = None
    for kept in (False, True):
        try:
            trees, changes = _shorten([tree(e, ring, index, kept) for e in exprs], kept)
        except TooLarge:
            continue
        after = [expression(t) for t in trees]
        if changes and 2 * max(map(expected, after)) <= before:
            before, found = max(map(expected, after)), (after, changes)
            if before < LONG:
                break
    if found is None:
        return problem, ()
    after, changes = found
    point = [p for p in problem.at if isinstance(p, Fraction)]
    for c in changes:
        point[c.i] += c.rest.value(dict(enumerate(point))) / c.scale
    n = len(functions)
    if squares:
        after[:n] = [Add(tuple(Mul((Num(c), Pow(e, 2))) for (c, _), e in zip(squares, after, strict=False)))]
        n = 1
    prior = tuple((e, x) for e, (_, x) in zip(after[n:], problem.prior, strict=True))
    return replace(problem, functions=tuple(after[:n]), prior=prior, at=tuple(point)), tuple(changes)


def _squares(problem: Problem) -> list[tuple[Fraction, Expr]]:
    """A sum of squares as written, which stays one: coefficients and roots; nothing for other problems."""
    out: list[tuple[Fraction, Expr]] = []
    for e in (square_summands(problem.functions[0]) or ()) if problem.mode == "K" else ():
        constant, powers = factors(e)
        out.append((constant, Mul(tuple(Pow(base, k // 2) for base, k in powers))))
    return out


def expected_terms(e: Expr) -> int:
    """Estimated number of terms of the longest factor of e when it is expanded."""
    if isinstance(e, Mul):
        return max(expected_terms(a) for a in e.args)
    if isinstance(e, Pow):
        return expected_terms(e.base)
    return _terms(e)


def _terms(e: Expr) -> int:
    if isinstance(e, Add):
        return sum(_terms(a) for a in e.args)
    if isinstance(e, Mul):
        out = 1
        for a in e.args:
            out *= _terms(a)
        return min(out, 10**9)
    if isinstance(e, Pow):
        t = _terms(e.base)
        return min(comb(e.exponent + t - 1, min(t - 1, e.exponent)), 10**9) if e.exponent < 200 and t < 2000 else 10**9
    return 1


# ---------------------------------------------------------------- trees
def tree(e: Expr, ring: Ring, index: dict[str, int], kept: bool = False) -> Tree:
    """The expression with short products expanded; `kept` leaves brackets as they are written, times monomials too."""
    if isinstance(e, Num):
        return Leaf(ring.const(e.value.numerator), Fraction(1, e.value.denominator))
    if isinstance(e, Var):
        return Leaf(ring.gen(index[e.name]), Fraction(1))
    if isinstance(e, Add):
        return _sum([tree(a, ring, index, kept) for a in e.args])
    if isinstance(e, Mul):
        return _product([tree(a, ring, index, kept) for a in e.args], kept)
    return _power(tree(e.base, ring, index, kept), e.exponent)


def _sum(parts: Sequence[Tree]) -> Tree:
    """All expanded summands together."""
    flat = [p for t in parts for p in (t.parts if isinstance(t, Sum) else (t,))]
    leaves = [p for p in flat if isinstance(p, Leaf)]
    rest = tuple(p for p in flat if not isinstance(p, Leaf))
    if len(leaves) > 1:
        den = lcm(*(p.scale.denominator for p in leaves))
        terms: dict[Exponent, int] = {}
        for p in leaves:
            factor = int(p.scale * den)
            for e, x in p.poly.terms:
                terms[e] = terms.get(e, 0) + factor * x
        poly = leaves[0].poly.ring.from_terms({e: x for e, x in terms.items() if x})
        leaves = [_leaf(poly, Fraction(1, den))] if poly else []
    if len(leaves) + len(rest) == 1:
        return [*leaves, *rest][0]
    if not leaves and not rest:
        return Leaf(flat[0].poly.ring.zero, Fraction(1)) if isinstance(flat[0], Leaf) else flat[0]
    return Sum((*leaves, *rest))


def _leaf(poly: Poly, scale: Fraction) -> Leaf:
    content = int(poly.p.content()) or 1
    return Leaf(poly.divide(poly.ring.const(content)) or poly, scale * content)


def _product(parts: Sequence[Tree], kept: bool) -> Tree:
    """Expanded factors are multiplied where the product is not longer than they are; if `kept`, only monomials."""
    flat = [p for t in parts for p in (t.parts if isinstance(t, Product) else (t,))]
    leaves: list[Leaf] = []
    for p in flat:
        if not isinstance(p, Leaf):
            continue
        new = p
        for other in list(leaves):
            short, long = sorted((len(new.poly), len(other.poly)))
            if long <= 1 or (not kept and (short <= 1 or short * long <= 4)):
                leaves.remove(other)
                new = _leaf(new.poly * other.poly, new.scale * other.scale)
        leaves.append(new)
    rest = [p for p in flat if not isinstance(p, Leaf)]
    if any(not p.poly for p in leaves):
        return next(p for p in leaves if not p.poly)
    if len(leaves) > 1 or rest:
        leaves = [p for p in leaves if not (p.poly.is_constant and p.poly.constant_term() * p.scale == 1)]
    together = [*leaves, *rest]
    return together[0] if len(together) == 1 else Product(tuple(together))


def _power(base: Tree, n: int) -> Tree:
    if n == 1:
        return base
    if isinstance(base, Leaf) and (n == 0 or len(base.poly) <= 1):
        return Leaf(base.poly**n, base.scale**n)
    if isinstance(base, Power):
        return Power(base.base, base.exponent * n)
    return Power(base, n)


def _size(t: Tree) -> int:
    if isinstance(t, Leaf):
        return len(t.poly)
    if isinstance(t, Power):
        return 1 + _size(t.base)
    return 1 + sum(_size(p) for p in t.parts)


def _leaves(t: Tree) -> Iterator[Leaf]:
    if isinstance(t, Leaf):
        yield t
    elif isinstance(t, Power):
        yield from _leaves(t.base)
    else:
        for p in t.parts:
            yield from _leaves(p)


# ---------------------------------------------------------------- changes
def _shorten(trees: list[Tree], kept: bool) -> tuple[list[Tree], list[Change]]:
    """Make brackets coordinates as long as that shortens the whole."""
    changes: list[Change] = []
    longest = max(4 * LEAF, *(2 * len(p.poly) for t in trees for p in _leaves(t)))
    size = sum(map(_size, trees))
    while len(changes) < STEPS:
        best: tuple[int, list[Tree], Change] | None = None
        for c in _proposals(trees):
            try:
                after = [_changed(t, c, kept, longest) for t in trees]
            except TooLarge:
                continue
            new = sum(map(_size, after))
            if new < size and (best is None or new < best[0]):
                best = new, after, c
        if best is None:
            break
        size, trees = best[0], best[1]
        changes.append(best[2])
    return trees, changes


def _proposals(trees: Sequence[Tree]) -> Iterator[Change]:
    seen: set[tuple[int, Poly]] = set()
    for t in trees:
        for leaf in _leaves(t):
            p = leaf.poly
            if not 2 <= len(p) <= LEAF:
                continue
            for i in sorted(p.variables):
                parts = p.coefficients(i)
                if p.degrees[i] != 1 or not parts[1].is_constant or (i, p) in seen:
                    continue
                seen.add((i, p))
                yield Change(i, parts[1].constant_term(), parts.get(0, p.ring.zero))


def _changed(t: Tree, c: Change, kept: bool, longest: int) -> Tree:
    """The same function of the new coordinates."""
    if isinstance(t, Leaf):
        d = t.poly.degrees[c.i]
        if not d:
            return t
        ring = c.rest.ring
        new = t.poly.solve_into(c.i, ring.const(c.scale), c.rest).compose({c.i: ring.gen(c.i) * c.scale})
        if len(new) > longest:
            raise TooLarge
        return _leaf(new, t.scale / Fraction(c.scale) ** d)
    if isinstance(t, Sum):
        return _sum([_changed(p, c, kept, longest) for p in t.parts])
    if isinstance(t, Product):
        return _product([_changed(p, c, kept, longest) for p in t.parts], kept)
    return _power(_changed(t.base, c, kept, longest), t.exponent)


# ---------------------------------------------------------------- back to expressions
def expression(t: Tree) -> Expr:
    if isinstance(t, Leaf):
        terms = [_monomial(t.poly.ring, e, x * t.scale) for e, x in t.poly.terms]
        return Num(Fraction(0)) if not terms else terms[0] if len(terms) == 1 else Add(tuple(terms))
    if isinstance(t, Sum):
        parts: list[Expr] = []
        for p in t.parts:
            e = expression(p)
            parts += e.args if isinstance(e, Add) else (e,)
        return Add(tuple(parts))
    if isinstance(t, Product):
        return Mul(tuple(expression(p) for p in t.parts))
    return Pow(expression(t.base), t.exponent)


def _monomial(ring: Ring, e: Sequence[int], c: Fraction) -> Expr:
    powers: list[Expr] = [
        Var(v) if a == 1 else Pow(Var(v), a) for v, a in zip(ring.names, e, strict=True) if a
    ]
    if c != 1 or not powers:
        powers.insert(0, Num(c))
    return powers[0] if len(powers) == 1 else Mul(tuple(powers))
