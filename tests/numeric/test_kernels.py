"""Compiled functions against exact arithmetic, moves against the densities they must keep, and the cache on disk."""

import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numba.core import config
from scipy.integrate import quad
from scipy.stats import kstest

from rlct.numeric import jit
from rlct.numeric.batch import batch
from rlct.numeric.collapse import collapse, temper_repeats
from rlct.numeric.compile import UNIT_DD, compile_objective, load_source, source_of
from rlct.numeric.double_double import dd_add, dd_mul, table_value
from rlct.numeric.jit import cache_folder, digest_of, njit, sources_digest
from rlct.numeric.kernels import MOVES, NO_SLOPES, RADIAL, WORK, evaluate_all, evolve, seed_state
from rlct.numeric.linear import collapsed_term, graded_qr, log_determinant, stacked_qr
from rlct.numeric.local import derivative, expanded, objective
from rlct.numeric.metrics import collapsed_metric
from rlct.numeric.populations import log_gradient, split_levels
from rlct.numeric.runs import bounds_of, start_population
from rlct.numeric.scaling import prepare
from rlct.numeric.volume import MIXES, lost_digits, rounding, split_repeats
from rlct.parse.build import build_problem

POINTS = [[Fraction(3, 7), Fraction(-2, 5), Fraction(1, 9)], [Fraction(-1, 3), Fraction(1, 1000), Fraction(5, 6)]]
EXPRESSIONS = [
    "(y^2-x^3)^2 + z^4*(x-y)^2",
    "x^2*y^2*(1+z^2)",
    ["x*y - z", "x^2*z", "y + 3*z^3"],
    "x^4 + 2*y^2*z^2 + z^6",
]


def exact(K: object, point: list[Fraction]) -> Fraction:
    """K in fractions, from sympy."""
    import sympy

    parts = K if isinstance(K, list) else [K]
    values = [sympy.sympify(p.replace("^", "**")).subs(dict(zip("xyz", map(sympy.Rational, point)))) for p in parts]
    total = sum(v**2 for v in values) if isinstance(K, list) else values[0]
    return Fraction(int(total.p), int(total.q))


@pytest.mark.parametrize("K", EXPRESSIONS, ids=str)
def test_value_and_batch_are_k(K: object) -> None:
    """The function of one point (log K) and that of columns agree with fractions."""
    obj = objective(build_problem(K, variables=["x", "y", "z"]))
    compiled, columns = compile_objective(obj, True), batch(obj)
    work = np.zeros(WORK)
    for point in POINTS:
        w = np.array([float(c) for c in point])
        truth = float(exact(K, point))
        assert math.exp(compiled.value(w, work)) == pytest.approx(truth, rel=1e-12)
        assert columns(w[:, None].copy())[0] == pytest.approx(truth, rel=1e-12)
    with pytest.raises(ValueError, match="shape"):
        columns(np.zeros((2, 5)))


def test_batch_in_chunks_on_two_cores() -> None:
    """More points than a chunk, an odd number of them, on two cores: the same numbers."""
    k = batch(objective(build_problem("(x-y)^2 + x^4")))
    columns = np.random.default_rng(1).uniform(-1, 1, (2, 20_001))
    truth = (columns[0] - columns[1]) ** 2 + columns[0] ** 4
    assert np.allclose(k(columns), truth)
    assert np.allclose(k(columns, threads=2), truth)


def test_values_to_1e_260() -> None:
    """Sums of squares that underflow are scaled: log K stays right far below 1e-300."""
    compiled = compile_objective(objective(build_problem(["x*y", "y*z"], variables=["x", "y", "z"])))
    w = np.array([1e-120, 3e-80, 2e-120])
    assert compiled.value(w, np.zeros(WORK)) == pytest.approx(2 * math.log(3e-200) + math.log(5), rel=1e-13)


def test_jacobian_is_the_exact_derivative() -> None:
    """Generators and gradients against differentiated polynomials in fractions."""
    obj = objective(build_problem(["x*y - z", "x^2*z", "y + 3*z^3"], variables=["x", "y", "z"]))
    compiled = compile_objective(obj)
    f, jac = np.zeros(3), np.zeros((3, 3))
    w = np.array([float(c) for c in POINTS[0]])
    compiled.jacobian(w, f, jac)
    for row, g in enumerate(obj.objects[0][0]):
        for i in range(3):
            terms = expanded(derivative(g, i, 3), 3)
            truth = sum(c * math.prod(x**e for x, e in zip(POINTS[0], es)) for es, c in terms.items())
            assert jac[row, i] == pytest.approx(float(truth), abs=1e-14)


def test_double_double_resolves_cancellation() -> None:
    """(y²-x³)² expanded at distance 1e-9 from the curve: doubles give noise, pairs of doubles the value."""
    exps = np.array([[6, 0], [3, 2], [0, 4]])
    coef, low = np.array([1.0, -2.0, 1.0]), np.zeros(3)
    x, y = 0.49, 0.343 + 1e-9
    truth = float((Fraction(y) ** 2 - Fraction(x) ** 3) ** 2)
    for a in (exps, coef, low):
        a.setflags(write=False)
    assert table_value(np.array([x, y]), exps, coef, low) == pytest.approx(truth, rel=1e-10)
    assert abs((y**4 - 2 * x**3 * y**2 + x**6) / truth - 1) > 0.1
    high, rest = dd_add(*dd_mul(1 / 3, 0.0, 3.0, 0.0), -1.0, 0.0)
    assert Fraction(high) + Fraction(rest) == Fraction(1 / 3) * 3 - 1


def test_tables_of_many_terms_keep_their_digits() -> None:
    """Random polynomials that nearly vanish at a point, against fractions: an error below 1e-29 of Σ|terms|."""
    rng = np.random.default_rng(5)
    for d in (1, 2, 4):
        exps = np.unique(rng.integers(0, 5, (60, d)), axis=0)[::-1]  # in decreasing order
        exps = np.ascontiguousarray(exps if exps[-1].any() == 0 else np.vstack([exps, np.zeros((1, d), int)]))
        coef, point = rng.standard_normal(len(exps)), rng.uniform(-1.5, 1.5, d)

        def whole(c: np.ndarray, exps: np.ndarray = exps, point: np.ndarray = point) -> list[Fraction]:
            return [Fraction(k) * math.prod(Fraction(x) ** int(j) for x, j in zip(point, e)) for k, e in zip(c, exps)]

        coef[-1] = 0.0
        rest = -sum(whole(coef))
        coef[-1] = float(rest)
        low = np.zeros(len(coef))
        low[-1] = float(rest - Fraction(float(rest))) * (1 + 1e-6)  # what is left is 1e-22 of the terms
        for a in (exps, coef, low):
            a.setflags(write=False)
        truth = sum(whole(coef)) + Fraction(low[-1])
        size = float(sum(map(abs, whole(coef))))
        assert abs(table_value(point, exps, coef, low) - float(truth)) < 1e-29 * size


def test_generators_in_double_double() -> None:
    """Two generators and a product near their common zero, as written: all digits of Σf², not those of doubles."""
    text = ["(x - y + x*y)*(1 + z)", "x^2 - 2*x*y + y^2 - x^2*y^2"]
    x = 0.3
    y = x / (1 - x) * (1 + 1e-15)
    point = np.array([x, y, 0.25])
    truth = 0.5 * math.log(exact(text, [Fraction(p) for p in point.tolist()]))
    obj = objective(build_problem(text))
    logs = [0.5 * compile_objective(obj, precise=[p]).value(point, np.zeros(WORK)) for p in (True, False)]
    assert logs[0] == pytest.approx(truth, abs=1e-9)
    assert abs(logs[1] - truth) > 1e-3


def test_lost_digits_are_noticed() -> None:
    """A cusp away from the origin, expanded: a short run sees it; on a smooth curve only the coordinates limit it."""
    box = {"x": (0, 2), "y": (0, 2)}
    for K, lost in (("x^2-2*x+2-y^3+3*y^2-3*y", True), ("x^2+y^2-1", False), ("x^4*y^6", False)):
        compiled = compile_objective(objective(build_problem(K, "abs", region=box)))
        assert lost_digits(compiled) == [lost] * len(compiled.exponents)
        assert any(p.unit[0] <= UNIT_DD for p in [prepare(build_problem(K, "abs", region=box)).compiled] if p) is lost


def test_qr_of_graded_rows() -> None:
    """log det of a matrix whose rows differ by 1e40, where the Gram matrix has lost everything."""
    q = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]
    rows = np.array([1e20, 1.0, 1e-20])[:, None] * q * np.array([1.0, 2.0, 3.0])
    a = np.ascontiguousarray(rows.T)
    got = graded_qr(a.copy(), 3, 3, 0, np.zeros(3, np.int64))
    assert got == pytest.approx(math.log(6.0), abs=1e-9)


def graded(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    """A matrix whose rows and columns differ by up to e^12."""
    return (rng.standard_normal((m, n)) * np.exp(rng.uniform(-8, 4, (m, 1)))) * np.exp(rng.uniform(-8, 4, n))


def test_qr_above_a_diagonal() -> None:
    """RᵀR of `stacked_qr` is AᵀA + D² up to the permutation, in rooms of all sizes."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        m, n, room = (int(k) for k in rng.integers(1, 9, 3))
        columns, diagonal = graded(rng, m, n), np.exp(rng.uniform(-5, 5, n))
        a, perm, at = np.full((n, m + room + n + 1), np.nan), np.zeros(n, np.int64), m + room
        a[:, :m] = columns.T
        a[np.arange(n), at + np.arange(n)] = diagonal
        logdet = stacked_qr(a, m, n, perm)
        gram = columns.T @ columns + np.diag(diagonal**2)
        r = np.triu(a[:, at : at + n].T)
        size = np.sqrt(np.outer(np.diag(gram), np.diag(gram)))[np.ix_(perm, perm)]
        assert np.allclose(r.T @ r / size, gram[np.ix_(perm, perm)] / size, atol=1e-12)
        assert logdet == pytest.approx(0.5 * np.linalg.slogdet(gram / np.outer(diagonal, diagonal))[1]
                                       + np.log(diagonal).sum(), abs=1e-9)


def test_determinant_without_what_has_no_weight() -> None:
    """log det(I + VᵀV) / 2 and its slope: rows and columns that are left out change nothing, with or without slope."""
    rng = np.random.default_rng(2)
    for _ in range(60):
        m, n = (int(k) for k in rng.integers(1, 9, 2))
        v = graded(rng, m, n)
        a = np.full((n + 1, m + n + 1), np.nan)
        a[:n, :m] = v.T
        value, slope = log_determinant(a.copy(), m, n, True)
        s = np.linalg.svd(v, compute_uv=False) ** 2
        assert value == pytest.approx(0.5 * np.log1p(s).sum(), abs=1e-8)
        assert slope == pytest.approx(0.5 * (s / (1 + s)).sum(), abs=1e-8)
        assert log_determinant(a, m, n, False)[0] == value


def test_rounding_of_a_few_is_seen() -> None:
    """Points of a curve where K is 0 exactly: 2% of them do not matter yet, 10% end the sampling, wherever they are."""
    compiled = compile_objective(objective(build_problem("(y^2-x^3)^2")), True)
    n = 2000
    points = np.tile([0.5, 0.1], (n, 1))
    for zeros, ends in ((n // 50, False), (n // 10, True)):
        points[n - zeros :] = [0.25, 0.125]
        values = np.zeros(n)
        evaluate_all(points, values, np.zeros(n), np.zeros(n), 0.0, compiled.value)
        assert (rounding(compiled, points) > 1.0) is ends


def test_relatives_do_not_pull_particles_inwards() -> None:
    """Few particles in twelve variables: λ of the sum of squares is 6; with partners from all of the population, which
    hold copies that have hardly moved, it came out at 5.8."""
    problem = build_problem(" + ".join(f"x{i}^2" for i in range(12)))
    runs = split_repeats(compile_objective(objective(problem)), particles=100, repeats=4, sweeps=15, L_max=30.0, seed=3)
    slopes = np.array([(r.at(8.0) - r.at(29.5)) / 21.5 for r in runs])
    assert slopes.mean() == pytest.approx(6.0, abs=0.09)


@pytest.mark.parametrize("offset", [0.0, 0.7])
def test_collapsed_term_is_the_integral(offset: float) -> None:
    """∫ exp(-n (c + φ a)²) N(a) da and its derivative in log n, by adaptive quadrature."""
    phi, n, sd = 0.8, 35.0, 0.5

    def integral(size: float) -> float:
        def f(a: float) -> float:
            return math.exp(-size * (offset + phi * a) ** 2 - a * a / 2 / sd**2) / sd / math.sqrt(2 * math.pi)

        return quad(f, -4, 4, points=[-offset / phi], epsabs=1e-13, epsrel=1e-12)[0]

    value, slope = collapsed_term(np.array([[phi]]), np.array([[offset]]), np.array([sd]), math.log(n))
    assert value == pytest.approx(math.log(integral(n)), abs=1e-9)
    h = 1e-4
    numeric = -(math.log(integral(n * math.exp(h))) - math.log(integral(n * math.exp(-h)))) / (2 * h)
    assert slope == pytest.approx(numeric, abs=1e-5)


def moved(
    K: str, threshold: float, cdf: np.ndarray, sweeps: int, slopes: np.ndarray = NO_SLOPES
) -> tuple[np.ndarray, np.ndarray]:
    """Draws from {K < e^threshold} by rejection, moved: shape (n, d), and the statistics of the moves."""
    compiled = compile_objective(objective(build_problem(K)), True)
    rng = np.random.default_rng(1)
    w = rng.uniform(-1, 1, (400_000, 2))
    values = np.zeros(len(w))
    evaluate_all(w, values, np.zeros(len(w)), np.zeros(len(w)), 0.0, compiled.value)
    points = np.ascontiguousarray(w[values < threshold][:4000])
    n = len(points)
    values, dens, extra = np.zeros(n), np.zeros(n), np.zeros(n)
    evaluate_all(points, values, dens, extra, 0.0, compiled.value)
    lo, hi, half, _ = bounds_of(compiled.objective)
    stats = np.zeros((len(MOVES), 2), np.int64)
    evolve(
        points, values, dens, extra, threshold, 0, sweeps, cdf, -threshold, lo, hi, half, compiled.value,
        compiled.jacobian, compiled.exponents, compiled.offsets, seed_state(1), stats, slopes,
    )  # fmt: skip
    assert (values < threshold).all()
    return points, stats


def square_cdf(x: np.ndarray, s: float = math.exp(-1.0)) -> np.ndarray:
    """Distribution of |x| when (x, y) is uniform in [-1,1]² with |x y| < s."""
    return np.where(x < s, x, s + s * np.log(np.maximum(x, s) / s)) / (s - s * math.log(s))


@pytest.mark.parametrize("mix", [0, 1])
def test_moves_keep_the_density(mix: int) -> None:
    """|x| is distributed as it must after forty sweeps of all moves; a slightly wrong density is told apart."""
    cdf = np.cumsum(MIXES[mix])
    cdf[-1] = 1.0
    points, stats = moved("x^2*y^2", -2.0, cdf, 40)
    assert (stats[: len(cdf), 1] > 0).all()
    x = np.abs(points[:, 0])
    assert kstest(x, square_cdf).pvalue > 1e-3
    assert kstest(x**1.15, square_cdf).pvalue < 1e-6


@pytest.mark.parametrize("slopes", [[[2.0, 2.0], [2.0, 2.0]], [[1.0, 5.0], [3.0, 0.9]]], ids=["right", "wrong"])
def test_guided_scalings_keep_the_density(slopes: list[list[float]]) -> None:
    """Scalings alone, guided by slopes of log K that are right (2, 2) or wrong."""
    cdf = np.array([0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    points, stats = moved("x^2*y^2", -2.0, cdf, 60, np.array(slopes))
    x = np.abs(points[:, 0])
    assert kstest(x, square_cdf).pvalue > 1e-3
    assert kstest(x**1.15, square_cdf).pvalue < 1e-6
    assert (stats[[0, 2], 1] > 0.1 * stats[[0, 2], 0]).all()


def test_guided_scalings_are_accepted_where_the_slope_is_right() -> None:
    """Far below the ends of the box nearly all of them: K = x²y² at e^-60, a point of which is far from both ends."""
    compiled = compile_objective(objective(build_problem("x^2*y^2")), True)
    points = np.full((400, 2), math.exp(-15.5))
    n, stats = len(points), np.zeros((len(MOVES), 2), np.int64)
    values, dens, extra = np.zeros(n), np.zeros(n), np.zeros(n)
    evaluate_all(points, values, dens, extra, 0.0, compiled.value)
    lo, hi, half, _ = bounds_of(compiled.objective)
    evolve(points, values, dens, extra, -60.0, 0, 1, np.array([1.0] * 9), 60.0, lo, hi, half, compiled.value,
           compiled.jacobian, compiled.exponents, compiled.offsets, seed_state(2), stats, np.full((4, 2), 2.0))
    assert stats[0, 1] > (RADIAL + 0.3 * (1.0 - RADIAL)) * stats[0, 0]
    # the distance to the limit, in units of its mean 2, is exponential for those that were drawn
    drawn = (-60.0 - values[abs(values + 62.0) > 1e-9]) / 2.0
    assert np.median(drawn) == pytest.approx(math.log(2.0), abs=0.25)


def test_slopes_are_those_of_log_k() -> None:
    """K = (x² + y⁴) of two generators, times z⁶: the gradient in log coordinates, by differences."""
    compiled = compile_objective(objective(build_problem("(x^2 + y^4)*z^6")), True)
    w, work, out = np.array([0.3, -0.5, 0.2]), np.zeros(WORK), np.zeros(3)
    rows = int(compiled.offsets[-1])
    log_gradient(w, compiled.jacobian, compiled.exponents, compiled.offsets, np.zeros(rows), np.zeros((rows, 3)), out)
    for i in range(3):
        up, down = w.copy(), w.copy()
        up[i] *= math.exp(1e-5)
        down[i] *= math.exp(-1e-5)
        assert out[i] == pytest.approx((compiled.value(up, work) - compiled.value(down, work)) / 2e-5, rel=1e-6)


def test_all_sweeps_of_a_level_count() -> None:
    """The increments of log V over 10 units of L vary less than N independent particles would allow (about half), and
    V is right: x²y² has log V = -L/2 + log(1 + L/2)."""
    compiled = compile_objective(objective(build_problem("x^2*y^2")), True)
    runs = split_repeats(compiled, particles=200, repeats=12, sweeps=14, L_max=105.0, seed=5)
    grid = np.linspace(5.0, 105.0, 11)
    y = np.array([r.at(grid) for r in runs])
    truth = -grid / 2 + np.log1p(grid / 2)
    floor = -np.diff(truth) / math.log(2.0) / 200
    assert (np.var(np.diff(y, axis=1), axis=0, ddof=1) / floor).mean() < 0.8
    error = math.sqrt(float(floor.sum()) / len(runs))
    assert y[:, -1].mean() - y[:, 0].mean() == pytest.approx(truth[-1] - truth[0], abs=4 * error)


def test_samplers_are_compiled_once() -> None:
    """Further problems bring functions of their own, not further versions of the samplers."""
    before = len(evolve.signatures)
    for K in ("x^2+y^8", "x^4*y^2+y^10"):
        start_population(compile_objective(objective(build_problem(K))), 50, 1)
    assert len(evolve.signatures) == before == 1


def test_generated_source_is_kept(tmp_path, monkeypatch) -> None:
    """The source goes to $RLCT_CACHE, once, and machine code is kept beside it."""
    monkeypatch.setenv("RLCT_CACHE", str(tmp_path))
    text, _ = source_of(objective(build_problem("x^2 + y^22")), True)
    _, path = load_source(text)
    assert path.startswith(str(tmp_path))
    assert list(tmp_path.rglob("*.nbi"))
    assert load_source(text)[1] == path
    assert len(list(tmp_path.rglob("*.py"))) == 1


def test_machine_code_follows_every_source(tmp_path, monkeypatch) -> None:
    """A change in one compiled module leaves no old machine code of another: samplers call functions of `kernels`."""
    (tmp_path / "kernels.py").write_text("@njit()\ndef f(): return 1\n")
    (tmp_path / "other.py").write_text("def g(): return 1\n")
    first = digest_of(tmp_path.glob("*.py"))
    (tmp_path / "other.py").write_text("def g(): return 2\n")
    assert digest_of(tmp_path.glob("*.py")) == first
    (tmp_path / "kernels.py").write_text("@njit()\ndef f(): return 2\n")
    assert digest_of(tmp_path.glob("*.py")) != first
    assert all(sources_digest() in f.stats.cache_path for f in (evolve, split_levels))
    monkeypatch.setenv("RLCT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / f"code-{sources_digest()}"
    before = config.CACHE_DIR
    assert njit()(lambda: 3)() == 3
    assert before == config.CACHE_DIR


def test_an_edit_of_one_module_reaches_the_others(tmp_path) -> None:
    """The same, seen from outside: a sampler in one file, a function of another file that changes between two runs."""
    (tmp_path / "jit.py").write_text(Path(jit.__file__).read_text(encoding="utf-8"))
    (tmp_path / "sampler.py").write_text(
        "from numba import float64\nfrom inner import f\nfrom jit import njit\n"
        "@njit(float64(float64), cache=True)\ndef g(x):\n    return f(x)\nprint(g(1.0))\n"
    )
    for value in ("10.0", "20.0"):
        (tmp_path / "inner.py").write_text(
            "from numba import float64\nfrom jit import njit\n"
            f"@njit(float64(float64), cache=True)\ndef f(x):\n    return {value} * x\n"
        )
        done = subprocess.run([sys.executable, "sampler.py"], cwd=tmp_path, capture_output=True, text=True, check=True,
                              env={**os.environ, "RLCT_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)})
        assert done.stdout.strip() == value


def collapsed_metrics(K: list[str], point: np.ndarray, log_n: float) -> list[np.ndarray]:
    """Both metrics of a collapsed problem at a point, as RᵀR with unit widths (spread 1e6: they hardly add)."""
    target = collapse(objective(build_problem(K)), 1.0)
    assert target is not None
    layout, d = target.offsets, target.objective.d
    out = []
    for which in (0, 1):
        a, perm = np.zeros((d, layout[-2] + d + 1)), np.zeros(d, np.int64)
        collapsed_metric(point, log_n, which, 0, 1e6, target.jacobian, target.exponents, layout, np.ones(d),
                         np.zeros(layout[-1]), np.zeros((layout[-1], d)), a, perm)
        r = np.triu(a[:, layout[-2] : -1].T)
        full = np.zeros((d, d))
        full[np.ix_(perm, perm)] = r.T @ r
        out.append(full)
    return out


def test_metrics_of_a_collapsed_problem() -> None:
    """2n E[JᵀJ | b] and the Fisher information, formed naively; f = Φ(b) a + c(b), two parts, one with an offset."""
    b = np.array([0.7, -0.4])
    n = math.exp(3.0)
    # a1 x + a2 y, a1 y ; a3 (x + y) + x y
    got = collapsed_metrics(["a1*x + a2*y", "a1*y", "a3*x + a3*y + x*y"], b, 3.0)
    x, y = b
    turned = [np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])]
    one = np.array([[1.0]])
    parts = [
        (np.array([[x, y], [y, 0.0]]), turned, np.zeros(2), [np.zeros(2), np.zeros(2)]),
        (np.array([[x + y]]), [one, one], np.array([x * y]), [np.array([y]), np.array([x])]),
    ]
    first, second = np.zeros((2, 2)), np.zeros((2, 2))
    for phi, dphi, c, dc in parts:
        cov = np.linalg.inv(np.eye(phi.shape[1]) + 2 * n * phi.T @ phi)
        mean = -cov @ (2 * n * phi.T @ c)
        s = np.linalg.inv(phi @ phi.T + np.eye(len(c)) / (2 * n))
        for k in range(2):
            for m in range(2):
                first[k, m] += 2 * n * (np.trace(dphi[k] @ cov @ dphi[m].T)
                                        + (dc[k] + dphi[k] @ mean) @ (dc[m] + dphi[m] @ mean))
                ds = [dphi[i] @ phi.T + phi @ dphi[i].T for i in (k, m)]
                second[k, m] += 0.5 * np.trace(s @ ds[0] @ s @ ds[1]) + dc[k] @ s @ dc[m]
    assert np.allclose(got[0], first, rtol=1e-9)
    assert np.allclose(got[1], second, rtol=1e-9)


def test_strata_of_a_matrix_product_are_kept() -> None:
    """3x2x3 has λ = 5/2 on matrices of rank one, a curved cone: moves along coordinates lose it (2.8 to 3.0 there)."""
    target = collapse(objective(build_problem([f"p{i}1*q1{j} + p{i}2*q2{j}" for i in "123" for j in "123"])), 1.0)
    assert target is not None
    runs = temper_repeats(target, repeats=2, particles=300, L_max=56.0, seed=5, threads=1)
    slope = np.mean([(r.at(32.0) - r.at(56.0)) / 24.0 for r in runs])
    assert slope == pytest.approx(2.5, abs=0.12)
