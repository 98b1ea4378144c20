"""Newton distance, closure and fans against known values, brute force over tight walls, and their own certificates."""

from __future__ import annotations

import math
import random
import time
from fractions import Fraction
from itertools import combinations, pairwise, product
from operator import le

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.errors import InputError
from rlct.exact.fans import faces_of, initial_indices, normal_fan, orders
from rlct.exact.polyhedra import in_closure, newton_distance, optimal_vertex, vertices
from rlct.exact.simplex import Tableau, homogeneous_pair, maximise, strict_pair

F = Fraction


# ---------------------------------------------------------------------------------------------------------------------
# independent arithmetic: Fractions, determinants, all subsets of walls


def dot(a, b):
    return sum((F(x) * y for x, y in zip(a, b, strict=True)), F(0))


def eliminate(rows):
    """Reduced rows and their pivot columns."""
    rows = [[F(x) for x in r] for r in rows]
    pivots = []
    for c in range(len(rows[0]) if rows else 0):
        r = len(pivots)
        p = next((i for i in range(r, len(rows)) if rows[i][c]), None)
        if p is None:
            continue
        rows[r], rows[p] = rows[p], rows[r]
        rows[r] = [x / rows[r][c] for x in rows[r]]
        for i in range(len(rows)):
            if i != r and rows[i][c]:
                rows[i] = [x - rows[i][c] * y for x, y in zip(rows[i], rows[r], strict=True)]
        pivots.append(c)
    return rows, pivots


def rank(rows):
    return len(eliminate(rows)[1])


def solve(rows, rhs):
    """The solution of a square system, None if it is singular."""
    n = len(rows)
    reduced, pivots = eliminate([[*r, b] for r, b in zip(rows, rhs, strict=True)])
    return [row[-1] for row in reduced] if pivots == list(range(n)) else None


def brute_distance(objects, k, q):
    """(lam, m) from all vertices of {v >= 0 : D(v) >= 1}; D is the least of all sums of one term from each object."""
    n = len(q)
    totals = {
        tuple(k[i] + sum((E * a[i] for (E, _), a in zip(objects, choice, strict=True)), F(0)) for i in range(n))
        for choice in product(*[points for _, points in objects])
    }
    if any(not any(t) for t in totals):
        return None, 0
    walls = [(t, F(1)) for t in totals] + [([F(i == j) for j in range(n)], F(0)) for i in range(n)]
    best, tops = None, []
    for chosen in combinations(walls, n):
        v = solve([w for w, _ in chosen], [b for _, b in chosen])
        if v is None or any(x < 0 for x in v) or any(dot(t, v) < 1 for t in totals):
            continue
        value = dot(v, q)
        if best is None or value < best:
            best, tops = value, []
        if value == best:
            tops.append(v)
    return best, rank(tops)


def objective(objects, k, v):
    """D(v)."""
    return dot(k, v) + sum((E * min(dot(v, a) for a in points) for E, points in objects), F(0))


def check_distance(objects, k, q):
    """Every promise of `newton_distance`, by arithmetic; returns the distance."""
    d = newton_distance(objects, k, q)
    n = len(q)
    assert len(d.combos) == len(objects)
    total = [F(x) for x in k]
    for (E, points), combo in zip(objects, d.combos, strict=True):
        assert combo
        assert sum(c for _, c in combo) == 1
        assert all(c > 0 for _, c in combo)
        assert len({i for i, _ in combo}) == len(combo)
        for i, c in combo:
            total = [t + E * c * x for t, x in zip(total, points[i], strict=True)]
    ratios = [F(q[i]) / total[i] for i in range(n) if total[i]]
    if d.lam is None:
        assert not ratios
        assert (d.mult, d.weight, d.rays) == (0, (), ())
        return d
    # the rule of the certificate's `bound` end
    assert min(ratios) == d.lam
    slack = [q[i] > d.lam * total[i] for i in range(n)]
    equations = [[int(i == j) for j in range(n)] for i in range(n) if slack[i]]
    for (_, points), combo in zip(objects, d.combos, strict=True):
        first = points[combo[0][0]]
        equations += [[x - y for x, y in zip(points[i], first, strict=True)] for i, _ in combo[1:]]
    assert n - rank(equations) == d.mult
    # the weights
    assert len(d.rays) == d.mult == rank(d.rays) >= 1
    for v in (d.weight, *d.rays):
        assert all(isinstance(x, int) and x >= 0 for x in v)
        assert math.gcd(*v) == 1
        assert dot(v, q) == d.lam * objective(objects, k, v)
    # strict complementarity
    assert [x == 0 for x in d.weight] == slack
    for (_, points), combo in zip(objects, d.combos, strict=True):
        values = [dot(d.weight, a) for a in points]
        listed = {points[i] for i, _ in combo}
        kept = {a for a in points if not any(b != a and all(map(le, b, a)) for b in points)}
        assert {a for a, x in zip(points, values, strict=True) if x == min(values)} & kept == listed
    # extreme rays: the walls a ray lies on leave it one dimension
    for v in d.rays:
        tight = list(equations)
        tight += [[int(i == j) for j in range(n)] for i in range(n) if not v[i]]
        for (_, points), combo in zip(objects, d.combos, strict=True):
            first = points[combo[0][0]]
            low = min(dot(v, a) for a in points)
            assert dot(v, first) == low
            tight += [[x - y for x, y in zip(a, first, strict=True)] for a in points if dot(v, a) == low]
        assert rank(tight) == n - 1
    return d


def random_points(rng, n, count, top, density=1.0):
    return [tuple(rng.randint(0, top) if rng.random() < density else 0 for _ in range(n)) for _ in range(count)]


def random_problem(rng, n, most, objects, top=4):
    obs = []
    for _ in range(rng.randint(1, objects)):
        points = random_points(rng, n, rng.randint(1, most), top, rng.choice([0.4, 0.7, 1.0]))
        obs.append((F(rng.randint(1, 4), rng.randint(1, 3)), points))
    k = [F(rng.choice([0, 0, 1, 2, 3]), rng.randint(1, 2)) for _ in range(n)]
    q = [F(rng.choice([1, 1, 2, 3]), rng.choice([1, 1, 2])) for _ in range(n)]
    return obs, k, q


# ---------------------------------------------------------------------------------------------------------------------
# Newton distance

ONES2, ONES3 = [F(1)] * 2, [F(1)] * 3
ZERO2, ZERO3 = [F(0)] * 2, [F(0)] * 3


@pytest.mark.parametrize(
    ("objects", "k", "q", "lam", "mult"),
    [
        ([], [F(2), F(2)], ONES2, F(1, 2), 2),
        ([], [F(2), F(4)], ONES2, F(1, 4), 1),
        ([], [F(2), F(2), F(0)], [F(1), F(3), F(1)], F(1, 2), 1),
        ([(F(1), [(2, 2)])], ZERO2, ONES2, F(1, 2), 2),
        ([(F(1), [(2, 0), (0, 4)])], ZERO2, ONES2, F(3, 4), 1),
        ([(F(1), [(3, 0), (0, 2)])], ZERO2, ONES2, F(5, 6), 1),
        ([(F(1), [(2, 2), (0, 4)])], ZERO2, ONES2, F(1, 2), 2),
        ([(F(1), [(2, 2), (0, 4), (6, 0)])], ZERO2, ONES2, F(1, 2), 2),
        ([(F(2), [(1, 1), (0, 2)])], ZERO2, ONES2, F(1, 2), 2),
        ([(F(2), [(1, 1, 0), (0, 1, 1), (1, 0, 1)])], ZERO3, ONES3, F(3, 4), 1),
        ([(F(2), [(1, 1, 0), (0, 1, 1)])], ZERO3, ONES3, F(1, 2), 1),
        ([(F(2), [(1, 0), (0, 1)]), (F(2), [(1, 0), (0, 1)])], ZERO2, ONES2, F(1, 2), 1),
        ([(F(2), [(1, 0), (0, 1)])], [F(2), F(0)], ONES2, F(1, 2), 2),
        ([(F(2), [(1, 0), (0, 1)])], ZERO2, [F(5, 2), F(1, 2)], F(3, 2), 1),
        ([(F(1, 3), [(2, 0, 0), (0, 2, 0), (0, 0, 2)])], ZERO3, ONES3, F(9, 2), 1),
    ],
)
def test_known_distances(objects, k, q, lam, mult):
    """Values that can be read off a picture come out, with all witnesses."""
    d = check_distance(objects, k, q)
    assert (d.lam, d.mult) == (lam, mult)


@pytest.mark.parametrize(
    ("objects", "n"),
    [
        ([], 0),
        ([(F(2), [()])], 0),
        ([], 2),
        ([(F(2), [(0, 0)])], 2),
        ([(F(1), [(1, 0), (0, 0)]), (F(1), [(0, 0), (3, 1)])], 2),
    ],
)
def test_infinite_distance(objects, n):
    """Without any exponent of K the threshold is infinite, and the combinations say so."""
    assert check_distance(objects, [F(0)] * n, [F(1)] * n).lam is None


def test_unit_object_beside_a_real_one():
    """An object that contains the monomial 1 does not count; its combination is that monomial."""
    d = check_distance([(F(2), [(1, 1), (0, 0)]), (F(2), [(1, 0), (0, 2)])], ZERO2, ONES2)
    assert (d.lam, d.mult) == (F(3, 4), 1)
    assert d.combos[0] == ((1, F(1)),)


def test_object_that_the_optimal_weights_do_not_see():
    """Where an object has order 0 on all optimal weights its combination is still one (sum 1)."""
    d = check_distance([(F(2), [(9, 0, 0)]), (F(1), [(0, 1, 0), (0, 0, 1)])], ZERO3, ONES3)
    assert (d.lam, d.mult, d.weight) == (F(1, 18), 1, (1, 0, 0))


def test_large_and_fractional_exponents():
    """Exponents far beyond 64 bits and with denominators are exact."""
    big = 10**30
    d = check_distance([(F(1, 7), [(3, 0), (0, 5)])], [F(big), F(0)], [F(big + 1), F(1, 3)])
    assert (d.lam, d.mult) == brute_distance([(F(1, 7), [(3, 0), (0, 5)])], [F(big), F(0)], [F(big + 1), F(1, 3)])


@pytest.mark.parametrize(
    ("objects", "k", "q"),
    [
        ([], [F(1)], [F(0)]),
        ([], [F(-1)], [F(1)]),
        ([(F(0), [(1,)])], [F(1)], [F(1)]),
        ([(F(1), [])], [F(1)], [F(1)]),
        ([], [F(1)], [F(1), F(1)]),
    ],
)
def test_refused_input(objects, k, q):
    """Exponents outside their range are refused, not answered."""
    with pytest.raises(InputError):
        newton_distance(objects, k, q)


@pytest.mark.parametrize("seed", range(120))
def test_distance_against_brute_force(seed):
    """Value and multiplicity agree with the enumeration of all vertices of {D >= 1}."""
    rng = random.Random(seed)
    n = rng.choice([1, 2, 2, 3, 3])
    objects, k, q = random_problem(rng, n, 4 if n < 3 else 3, 2, rng.choice([1, 2, 5]))
    d = check_distance(objects, k, q)
    assert (d.lam, d.mult) == brute_distance(objects, k, q)


@pytest.mark.parametrize("seed", range(40))
def test_witnesses_of_larger_problems(seed):
    """Weight and combinations prove each other (strictly) in up to eight variables, degenerate ones included."""
    rng = random.Random(1000 + seed)
    check_distance(*random_problem(rng, rng.randint(4, 8), 14, 3, rng.choice([1, 2, 6])))


@pytest.mark.parametrize(("r", "s", "t"), [(2, 2, 2), (2, 3, 2), (3, 3, 3)])
def test_symmetric_degenerate_problems(r, s, t):
    """Products of two blocks (all a_i b_j) have large optimal faces: λ = min/2, m = 2 on a tie."""
    for u in (s, t):
        points = [tuple(int(x in (i, r + j)) for x in range(r + u)) for i in range(r) for j in range(u)]
        d = check_distance([(F(2), points)], [F(0)] * (r + u), [F(1)] * (r + u))
        assert (d.lam, d.mult) == (F(min(r, u), 2), 2 if r == u else 1)


@pytest.mark.parametrize(("blocks", "size"), [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2)])
def test_optimal_faces_that_are_products_of_simplices(blocks, size):
    """The ideal of the products over disjoint blocks: λ = blocks, and the optimal face is a product of simplices."""
    n = blocks * size
    points = [tuple(int(b * size <= i < (b + 1) * size) for i in range(n)) for b in range(blocks)]
    d = check_distance([(F(1), points)], [F(0)] * n, [F(1)] * n)
    assert (d.lam, d.mult) == (F(blocks), 1 + blocks * (size - 1))


@pytest.mark.parametrize("seed", range(25))
def test_degenerate_graphs(seed):
    """Edge ideals of random graphs (0/1 exponents, integral prices): optimal faces of every dimension."""
    rng = random.Random(seed)
    n = rng.randint(4, 7)
    edges = [e for e in combinations(range(n), 2) if rng.random() < 0.4] or [(0, 1)]
    points = [tuple(int(i in e) for i in range(n)) for e in edges]
    k = [F(rng.choice([0, 0, 1])) for _ in range(n)]
    check_distance([(F(rng.choice([1, 2])), points)], k, [F(rng.choice([1, 1, 1, 2])) for _ in range(n)])


coordinate = st.integers(0, 5)


@st.composite
def problems(draw):
    n = draw(st.integers(1, 4))
    points = st.lists(st.tuples(*[coordinate] * n), min_size=1, max_size=6)
    exponent = st.fractions(F(1, 4), 4, max_denominator=4)
    objects = draw(st.lists(st.tuples(exponent, points), min_size=1, max_size=3))
    k = draw(st.lists(st.fractions(0, 3, max_denominator=3), min_size=n, max_size=n))
    q = draw(st.lists(st.fractions(F(1, 3), 3, max_denominator=3), min_size=n, max_size=n))
    return objects, k, q


@settings(max_examples=80, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_distance_ignores_order(problem, rng):
    """Permuting variables, objects and monomials changes nothing."""
    objects, k, q = problem
    d = check_distance(objects, k, q)
    order = list(range(len(q)))
    rng.shuffle(order)
    moved = [(E, [tuple(p[i] for i in order) for p in points]) for E, points in objects]
    for _, points in moved:
        rng.shuffle(points)
    rng.shuffle(moved)
    e = newton_distance(moved, [k[i] for i in order], [q[i] for i in order])
    assert (e.lam, e.mult) == (d.lam, d.mult)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(2, 5))
def test_distance_scales(problem, factor):
    """K^c divides λ by c; an object listed twice counts as its square; x_1 -> x_1^c scales q and all exponents."""
    objects, k, q = problem
    d = newton_distance(objects, k, q)
    power = newton_distance([(E * factor, p) for E, p in objects], [x * factor for x in k], q)
    assert power.mult == d.mult
    assert power.lam == (None if d.lam is None else d.lam / factor)
    twice = newton_distance([*objects, *objects], [2 * x for x in k], q)
    assert (twice.lam, twice.mult) == (None if d.lam is None else d.lam / 2, d.mult)
    stretched = [(E, [(p[0] * factor, *p[1:]) for p in points]) for E, points in objects]
    same = newton_distance(stretched, [k[0] * factor, *k[1:]], [q[0] * factor, *q[1:]])
    assert (same.lam, same.mult) == (d.lam, d.mult)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_optimal_vertex(problem):
    """The vertex is an optimal weight."""
    objects, k, q = problem
    d = newton_distance(objects, k, q)
    v = optimal_vertex(objects, k, q)
    assert (v == ()) == (d.lam is None)
    if v:
        assert dot(v, q) == d.lam * objective(objects, k, v)


# ---------------------------------------------------------------------------------------------------------------------
# simplex


def vectors(n, low, high):
    return st.lists(st.integers(low, high), min_size=n, max_size=n)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(vectors(n, -2, 2), min_size=1, max_size=5)))
def test_homogeneous_pair(matrix):
    """x, -Ax, y, A^T y are non-negative, and of each complementary pair exactly one entry is positive."""
    m, n = len(matrix), len(matrix[0])
    t = Tableau([list(r) for r in matrix], list(range(n, n + m)), list(range(n)))
    x, y = homogeneous_pair(t)
    xs = [x.get(j, 0) for j in range(n)]
    ys = [y.get(n + i, 0) for i in range(m)]
    slack = [-dot(r, xs) for r in matrix]
    cost = [dot([r[j] for r in matrix], ys) for j in range(n)]
    assert min([*xs, *ys, *slack, *cost]) >= 0
    assert [x.get(n + i, 0) for i in range(m)] == slack
    assert [y.get(j, 0) for j in range(n)] == cost
    assert all((a > 0) != (b > 0) for a, b in zip(xs + slack, cost + ys, strict=True))


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(
    st.lists(st.tuples(vectors(n, -2, 3), st.integers(0, 2)), min_size=1, max_size=5), vectors(n, -2, 3))))
def test_strict_pair(data):
    """After the simplex method: primal and dual feasible, same value, strictly complementary; or a ray of growth."""
    lines, gain = data
    m, n = len(lines), len(gain)
    t = Tableau([[*r, b] for r, b in lines] + [[-g for g in gain] + [0]], list(range(n, n + m)), list(range(n)))
    if not maximise(t):
        c = next(j for j in range(n) if t.rows[-1][j] < 0 and all(r[j] <= 0 for r in t.rows[:-1]))
        ray = {t.nonbasic[c]: F(1), **{b: F(-r[c], t.den) for b, r in zip(t.basic, t.rows, strict=False)}}
        assert all(x >= 0 for x in ray.values())
        assert dot(gain, [ray.get(j, 0) for j in range(n)]) > 0
        return
    value = F(t.rows[-1][-1], t.den)
    x, y = strict_pair(t)
    labels = range(n + m)
    assert all((x.get(i, 0) > 0) != (y.get(i, 0) > 0) for i in labels)
    assert min([*x.values(), *y.values(), 0]) >= 0
    # x and y are known up to a factor each: y from the value, x from a row with a positive right side
    ys = [F(y.get(n + i, 0)) for i in range(m)]
    reduced = [dot([r[j] for r, _ in lines], ys) - F(y.get(j, 0)) for j in range(n)]
    scale = next((F(g) / w for g, w in zip(gain, reduced, strict=True) if w), F(1))
    assert [w * scale for w in reduced] == gain
    assert scale > 0
    assert dot([b for _, b in lines], ys) * scale == value
    xs = [F(x.get(j, 0)) for j in range(n)]
    sides = [dot(r, xs) + F(x.get(n + i, 0)) for i, (r, _) in enumerate(lines)]
    scale = next((F(b) / s for (_, b), s in zip(lines, sides, strict=True) if s), F(1))
    assert [s * scale for s in sides] == [b for _, b in lines]
    assert scale > 0
    assert dot(gain, xs) * scale == value


def test_stall_ends():
    """An example on which the largest gain and smallest label cycle for ever (Chvátal 1983, chapter 3) ends at 1."""
    rows = [[2, -22, -10, 36, 0], [2, -6, -2, 4, 0], [4, 0, 0, 0, 4]]  # denominator 4: the slacks count halves
    t = Tableau([*rows, [-40, 228, 36, 96, 0]], [4, 5, 6], [0, 1, 2, 3], 4)
    assert maximise(t)
    assert F(t.rows[-1][-1], t.den) == 1


# ---------------------------------------------------------------------------------------------------------------------
# closure


def proves(alpha, points, combo):
    total = [F(0)] * len(alpha)
    for i, c in combo:
        assert c > 0
        total = [t + c * x for t, x in zip(total, points[i], strict=True)]
    assert sum(c for _, c in combo) == 1
    return all(t <= a for t, a in zip(total, alpha, strict=True))


def test_closure_examples():
    """Division by one monomial, midpoints, a proper triangle, and points just outside."""
    assert in_closure((3, 1), [(0, 2), (2, 1)]) == ((1, F(1)),)
    assert in_closure((2, 2), [(4, 0), (0, 4)]) == ((0, F(1, 2)), (1, F(1, 2)))
    assert in_closure((1, 2), [(4, 0), (0, 4)]) is None
    assert in_closure((1, 1, 1), [(3, 0, 0), (0, 3, 0), (0, 0, 3)]) is not None
    assert in_closure((1, 1, 0), [(3, 0, 0), (0, 3, 0), (0, 0, 1)]) is None
    assert in_closure((1, 2, 2), [(2, 0, 0), (1, 0, 3), (1, 3, 0)]) is not None
    assert in_closure((1, 1), []) is None
    assert in_closure((), [()]) == ((0, F(1)),)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(
    st.tuples(*[coordinate] * n), st.lists(st.tuples(*[coordinate] * n), max_size=7))))
def test_closure_is_decided_by_weights(data):
    """A yes carries its weights; a no is confirmed by brute force: some v >= 0 separates alpha from the polyhedron."""
    alpha, points = data
    combo = in_closure(alpha, points)
    if combo is not None:
        assert proves(alpha, points, combo)
        return
    assert points == [] or not any(all(x <= a for x, a in zip(p, alpha, strict=True)) for p in points)
    if points:
        # outside: the least of v·alpha over v·p >= 1 (all p) is below 1; zero entries of alpha get a small price
        q = [F(a) if a else F(1, 10**9) for a in alpha]
        lam, _ = brute_distance([(F(1), points)], [F(0)] * len(alpha), q)
        assert lam is not None
        assert lam < 1


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.tuples(*[coordinate] * n), min_size=1, max_size=8)))
def test_vertices(points):
    """No vertex lies over the others, every point lies over the vertices, and each is given once."""
    corners = vertices(points)
    assert len(set(corners)) == len(corners)
    assert set(corners) <= set(points)
    for p in points:
        assert in_closure(p, corners) is not None
    for i, v in enumerate(corners):
        assert in_closure(v, corners[:i] + corners[i + 1 :]) is None


# ---------------------------------------------------------------------------------------------------------------------
# fans


def inside(cone, v):
    """-1 outside, 0 on the boundary, 1 in the interior of a simplicial cone."""
    x = solve([list(c) for c in zip(*cone, strict=True)], v)
    assert x is not None
    return -1 if min(x) < 0 else 0 if min(x) == 0 else 1


def check_fan(supports, n, rng, samples=25):
    """The three obligations of the certificate (independent rays, paired facets, one point covered once), and more."""
    cones = normal_fan(supports, n)
    facets = {}
    for cone in cones:
        assert len(cone) == n == rank(cone)
        assert all(min(r) >= 0 and math.gcd(*r) == 1 for r in cone)
        for points in supports:
            assert initial_indices(points, cone)
        for i in range(n):
            facets.setdefault(frozenset(cone[:i] + cone[i + 1 :]), []).append((cone, cone[i]))
    for facet, sides in facets.items():
        if any(all(r[i] == 0 for r in facet) for i in range(n)):
            assert len(sides) == 1
            continue
        assert len(sides) == 2
        # the opposite rays lie on different sides of the facet
        (cone, _), (_, other) = sides
        i = next(i for i, r in enumerate(cone) if r not in facet)
        x = solve([list(c) for c in zip(*cone, strict=True)], other)
        assert x is not None
        assert x[i] < 0
    for _ in range(samples):
        v = [rng.randint(1, 10**6) for _ in range(n)]
        places = [inside(c, v) for c in cones]
        assert places.count(1) == 1 or (places.count(1) == 0 and places.count(0) >= 2)
        # on the cone the least point at v is one of those of the cone
        cone = cones[max(range(len(cones)), key=lambda i: places[i])]
        for points in supports:
            assert min(dot(v, a) for a in points) == dot(v, points[initial_indices(points, cone)[0]])
    return cones


def brute_rays(supports, n):
    """Rays of the common refinement: directions fixed by the equalities of their minima and zero coordinates."""
    out = set()
    walls = {tuple(int(i == j) for j in range(n)) for i in range(n)}
    for points in supports:
        walls |= {tuple(x - y for x, y in zip(a, b, strict=True)) for a, b in combinations(set(points), 2)}
    for chosen in combinations(sorted(walls), n - 1):
        reduced, pivots = eliminate(chosen)
        if len(pivots) < n - 1:
            continue
        free = next(c for c in range(n) if c not in pivots)
        v = [F(0)] * n
        v[free] = F(1)
        for row, c in zip(reduced, pivots, strict=False):
            v[c] = -row[free]
        if min(v) < 0 and max(v) <= 0:
            v = [-x for x in v]
        if min(v) < 0:
            continue
        tight = [[int(i == j) for j in range(n)] for i in range(n) if not v[i]]
        for points in supports:
            low = min(dot(v, a) for a in points)
            first, *rest = [a for a in points if dot(v, a) == low]
            tight += [[x - y for x, y in zip(a, first, strict=True)] for a in rest]
        if rank(tight) == n - 1:
            scale = math.lcm(*[x.denominator for x in v])
            ints = [int(x * scale) for x in v]
            g = math.gcd(*ints)
            out.add(tuple(x // g for x in ints))
    return out


def test_known_fans():
    """One variable, the cusp, the whole orthant for monomials, and the three planes of xy + yz + zx."""
    assert normal_fan([[(3,), (5,)]], 1) == [((1,),)]
    assert normal_fan([[(3, 0), (0, 2)]], 2) == [((1, 0), (2, 3)), ((2, 3), (0, 1))]
    assert normal_fan([[(1, 2, 0)], [(0, 0, 1), (0, 1, 1)]], 3) == [((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    rays = {r for c in normal_fan([[(1, 1, 0), (0, 1, 1), (1, 0, 1)]], 3) for r in c}
    assert rays == {(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)}


@pytest.mark.parametrize("seed", range(40))
def test_random_fans(seed):
    """Random supports in two to four variables give fans; the rays are those that brute force finds."""
    rng = random.Random(seed)
    n = rng.choice([2, 3, 3, 4])
    supports = [
        random_points(rng, n, rng.randint(1, 6 if n < 4 else 5), rng.choice([1, 3, 6]), rng.choice([0.5, 1.0]))
        for _ in range(rng.randint(1, 3 if n < 4 else 2))
    ]
    cones = check_fan(supports, n, rng)
    if n < 4:
        assert {r for c in cones for r in c} == brute_rays(supports, n)


def test_rays_of_cells_with_repeated_walls():
    """Collinear points put the same wall in twice: opposite rays of a square face are still no neighbours."""
    points = [(0, 9, 8, 5), (4, 5, 1, 0), (1, 5, 4, 5), (2, 2, 4, 2), (2, 1, 3, 3), (0, 10, 6, 6), (2, 1, 0, 5)]
    points += [(2, 1, 6, 1), (2, 0, 2, 4)]
    cones = check_fan([points], 4, random.Random(0))
    assert {r for c in cones for r in c} == brute_rays([points], 4)


@pytest.mark.parametrize("seed", range(3))
def test_fans_in_five_variables(seed):
    """Five variables still work."""
    rng = random.Random(seed)
    check_fan([random_points(rng, 5, 5, 4, 0.7), random_points(rng, 5, 3, 2)], 5, rng, 10)


def test_planar_fan_agrees_with_brute_force():
    """The special case for two variables finds the edges of many polygons at once, collinear points included."""
    rng = random.Random(5)
    for _ in range(200):
        supports = [random_points(rng, 2, rng.randint(1, 9), rng.choice([2, 5, 40])) for _ in range(rng.randint(1, 3))]
        cones = normal_fan(supports, 2)
        assert {r for c in cones for r in c} == brute_rays(supports, 2)
        assert cones[0][0] == (1, 0)
        assert cones[-1][1] == (0, 1)
        assert all(a[0] * b[1] > a[1] * b[0] for a, b in cones)
        assert all(c[1] == d[0] for c, d in pairwise(cones))


def test_value_on_the_fan_is_the_distance():
    """The least ratio over the rays of the fan is λ; the most rays of one cone that attain it is m."""
    rng = random.Random(11)
    for _ in range(60):
        n = rng.choice([2, 3, 4])
        objects, k, q = random_problem(rng, n, 5, 2)
        d = newton_distance(objects, k, q)
        cones = normal_fan([p for _, p in objects], n)
        ratios = [[dot(v, q) / D if (D := objective(objects, k, v)) else math.inf for v in cone] for cone in cones]
        low = min(min(r) for r in ratios)
        assert low == (math.inf if d.lam is None else d.lam)
        if d.lam is not None:
            assert max(r.count(low) for r in ratios) == d.mult


def test_faces():
    """Faces: every subset of rays whose sum is strictly positive, once."""
    cones = normal_fan([[(2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 1, 0)]], 3)
    faces = faces_of(cones)
    expected = set()
    for cone in cones:
        for size in range(1, 4):
            for face in combinations(cone, size):
                if all(any(r[i] for r in face) for i in range(3)):
                    expected.add(frozenset(face))
    assert len(faces) == len(expected)
    assert {frozenset(f) for f in faces} == expected


def test_orders_and_initial_indices():
    """The order along a weight, and the points that are least along several (all of them without a weight)."""
    points = [(2, 0), (1, 1), (0, 3), (1, 1)]
    assert orders(points, (1, 1)) == 2
    assert initial_indices(points, [(1, 1)]) == (0, 1, 3)
    assert initial_indices(points, [(1, 1), (2, 1)]) == (1, 3)
    assert initial_indices(points, [(1, 0), (0, 1)]) == ()
    assert initial_indices(points, []) == (0, 1, 2, 3)


# ---------------------------------------------------------------------------------------------------------------------
# time


def least_time(f, repeat=3):
    best = math.inf
    for _ in range(repeat):
        start = time.perf_counter()
        f()
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("n", "count", "limit"), [(3, 6, 0.0005), (8, 40, 0.05), (18, 60, 0.3)]
)
def test_distance_is_fast(n, count, limit):
    """Random problems of the sizes that the search meets stay within their time."""
    rng = random.Random(n)
    objects = [(F(2), random_points(rng, n, count, 4))]
    k, q = [F(1)] * n, [F(rng.randint(1, 3)) for _ in range(n)]
    assert least_time(lambda: newton_distance(objects, k, q)) < limit


@pytest.mark.benchmark
def test_closure_and_fans_are_fast():
    """A division question takes microseconds, a fan in four variables with ten corners less than 50 ms."""
    rng = random.Random(3)
    points = random_points(rng, 4, 10, 9)
    assert least_time(lambda: in_closure((9, 9, 9, 9), points)) < 2e-5
    assert least_time(lambda: normal_fan([points], 4)) < 0.05
