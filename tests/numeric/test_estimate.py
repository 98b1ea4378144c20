"""λ and m from numbers: curves against volumes known in closed form, limits, refusals, and what the reports say."""

import json
import math
import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from rlct import estimate, volume
from rlct.errors import EstimationError, InputError
from rlct.numeric.arguments import system_of
from rlct.numeric.collapse import affine_block, collapse
from rlct.numeric.compile import compile_objective
from rlct.numeric.estimate import run_for, running_note, summarise
from rlct.numeric.fit import Curves, fit_curves
from rlct.numeric.integrals import lambda_hat
from rlct.numeric.local import expanded, objective
from rlct.numeric.multiplicity import multiplicities
from rlct.numeric.quadrature import (
    _free_multiplicity,
    _integrand,
    _residual_fit,
    integrate_nested,
    possible,
)
from rlct.numeric.runs import Run
from rlct.numeric.scaling import Sample, _trusted, sample
from rlct.numeric.watch import Watch
from rlct.parse.build import build_problem


def curves_of(law, top: float, noise: float = 0.01, repeats: int = 8, seed: int = 0) -> Curves:
    """Repeats of a curve log V(L) = law(L) with independent increments of variance noise² a unit of L."""
    rng = np.random.default_rng(seed)
    levels = np.linspace(0.0, top, min(120, max(12, int(top))))
    steps = rng.standard_normal((repeats, len(levels) - 1)) * noise * np.sqrt(np.diff(levels))
    y = np.array([law(levels)] * repeats) + np.concatenate([np.zeros((repeats, 1)), np.cumsum(steps, 1)], axis=1)
    return Curves(levels, y, np.arange(repeats) % 2, noise**2 * levels, 1000, 0.0)


def test_halves_are_compared_with_the_logarithm_that_fits() -> None:
    """m = 3 with a large constant: with log(L + 3) in place of log(L + 12) its halves would differ by 0.014."""
    c = curves_of(lambda x: -x / 2 + 2 * np.log(x + 12.0), 80.0, noise=0.002)
    fit = fit_curves(c, 12.0, 78.0, weights={3: 1.0})
    assert fit is not None
    assert fit.bias_bound < 0.008


def test_splitting_follows_a_volume_for_260_decades() -> None:
    """log V of x²y² is log(s(1 - log s)), s = √ε, down to e^-600, in both mixtures of moves; x²y²/4 is told apart."""
    got = sample(system_of("x^2*y^2", method="volume"), particles=200, repeats=4, L_max=600.0, seed=5, threads=1)
    assert got.limit == "L_max"
    assert got.curves is not None
    c = got.curves
    levels = c.L + c.start
    assert levels[-1] > 590
    truth = -levels / 2 + np.log1p(levels / 2)
    error = c.y.std(axis=0, ddof=1) / math.sqrt(len(c.y))
    for mix in (0, 1):
        z = (c.of_mix(mix).y.mean(axis=0) - truth) / (error * math.sqrt(2))
        assert np.abs(z[5:]).max() < 5
    wrong = -levels / 2 + np.log1p(levels / 2) * 2
    assert (np.abs(c.y.mean(axis=0) - wrong) / error)[-30:].mean() > 4


def test_volume_in_closed_form() -> None:
    """V(1e-8) of x²y² is s(1 - log s) with s = 1e-4; levels that are not positive are refused."""
    v = volume("x^2*y^2", 1e-8, particles=500, seed=2)
    assert float(v) == pytest.approx(1e-4 * (1 - math.log(1e-4)), abs=5 * float(v.stderr))
    with pytest.raises(InputError, match="positive"):
        volume("x^2", 0)


def test_finite_n_values_of_a_table() -> None:
    """n E[K] of 4 (x^a y^b)² on the square at n = 1000/log 1000, to the three digits of the table."""
    table = {(0, 1): 0.5, (0, 2): 0.25, (1, 1): 0.38, (1, 2): 0.222, (2, 3): 0.115, (3, 3): 0.088}
    for (a, b), value in table.items():
        K = f"4*x^{2 * a}*y^{2 * b}" if a else f"4*y^{2 * b}"
        got = lambda_hat(K, 1000 / math.log(1000), variables=["x", "y"], seed=1)
        assert float(got) == pytest.approx(value, abs=6e-4)


def test_largest_affine_block() -> None:
    """The outer weights of a network; a square or a product of two of them keeps a variable out."""
    network = [expanded(g, 4) for g in objective(build_problem(["a*p+b*q", "a*p^3+b*q^3"])).objects[0][0]]
    assert affine_block(network, {0, 1, 2, 3}) == (0, 1)
    assert affine_block([{(2, 0): Fraction(1)}], {0, 1}) == ()
    chain = [{(1, 1, 0): Fraction(1)}, {(0, 1, 1): Fraction(1)}]
    assert affine_block(chain, {0, 1, 2}) == (0, 2)
    assert affine_block(chain, {1, 2}) in ((1,), (2,))


def test_products_of_even_powers_are_collapsed_too() -> None:
    """x²y⁴ is the square of x y²: x is integrated out; |x y²| is no sum of squares."""
    found = collapse(objective(build_problem("x^2*y^4")), 1.0)
    assert found is not None
    assert found.block == ("x",)
    assert collapse(objective(build_problem("x*y^2", "abs")), 1.0) is None


def test_collapsed_offset_is_kept() -> None:
    """(a + b²)² + b⁶ has an offset: the collapsed curve agrees with λ = 2/3 of a² + b⁶, and not with 1/2 (a alone)."""
    e = estimate(["a + b^2", "b^3"], method="quadrature", seed=1)
    assert e.lam == pytest.approx(2 / 3, abs=1e-4)
    assert e.method == "quadrature"


@pytest.mark.parametrize(
    ("K", "lam", "m"),
    [(["a*b"], 0.5, 2), ("x^2*y^4", 0.25, 1)],
    ids=str,
)
def test_quadrature_settles_both(K: object, lam: float, m: int) -> None:
    """With one variable left λ comes to 1e-4 and m to 0.01, without any exact answer."""
    e = estimate(K, method="quadrature", seed=1)
    assert e.resolved
    assert e.lam == pytest.approx(lam, abs=1e-4)
    assert e.multiplicity == m
    assert e.measured_m == pytest.approx(m, abs=0.01)


def test_quadrature_tells_the_running_exponent() -> None:
    """x²y² looks like 0.43 at 1e-6, though λ is 1/2: the report says so."""
    e = estimate("x^2*y^2", method="quadrature", seed=1)
    assert e.lam == pytest.approx(0.5, abs=1e-4)
    (note,) = (n for n in e.notes if n.startswith("running exponent"))
    assert "0.431 at scale 1e-6" in note


def test_quadrature_is_refused_with_more_variables() -> None:
    """Three variables that no collapse removes."""
    with pytest.raises(EstimationError, match="two variables"):
        estimate("x^4+y^4+z^4+x*y*z^6", mode="abs", method="quadrature")


def test_sampling_ends_at_the_rounding_limit() -> None:
    """(y-x²)² as written stops before e^-66, expanded and in doubles before e^-30: by itself. In mode "abs" as well an
    expanded K is taken for the square that it is, or evaluated in double-double (with a small square added to it)."""
    systems = [system_of(k, mode=mode, method="volume") for k, mode in (
        ("(y-x^2)^2", "K"), ("y^2-2*x^2*y+x^4", "abs"), ("y^2-2*x^2*y+x^4+y^30", "abs"))]  # fmt: skip
    square = objective(build_problem("y^2-2*x^2*y+x^4", "abs"), powers=False)
    doubles = replace(systems[0], objective=square, compiled=compile_objective(square, precise=[False]))
    limits = ((40.0, 66.0), (40.0, 66.0), (30.0, 90.0), (20.0, 30.0))
    for system, (first, last) in zip((*systems, doubles), limits, strict=True):
        got = sample(system, particles=300, repeats=2, L_max=300.0, seed=1, threads=1)
        assert got.limit == "roundoff"
        assert got.curves is not None
        assert first < got.curves.start + got.curves.L[-1] <= last


def test_powers_of_an_expanded_polynomial_keep_their_digits() -> None:
    """(x+y)⁸ x², expanded, with the density |x+y|³, expanded: λ = 1/2 twice (4/8 and 1/2), below e^-100."""
    import sympy

    K, density = (str(sympy.expand(k)) for k in ("(x+y)**8*x**2", "(x+y)**3"))
    e = estimate(K, prior=density, seconds=60, seed=1, particles=300, L_max=120.0, method="volume", multiplicity=2)
    assert e.L_range is not None and e.L_range[1] > 100.0
    assert e.lam == pytest.approx(0.5, abs=0.01)


def test_zero_and_infinity_are_answers() -> None:
    """K = 0 on the box, and K >= 1: λ = 0 and λ = inf, resolved."""
    sizes = {"seconds": 60, "L_max": 60, "seed": 1, "particles": 200}
    zero = estimate(lambda w: np.where(w[:, 0] > 0, w[:, 0], 0.0), variables=["x"], **sizes)
    assert (zero.lam, zero.multiplicity, zero.resolved) == (0.0, 1, True)
    away = estimate("1+x^2+y^2", method="volume", **sizes)
    assert (away.lam, away.resolved) == (math.inf, True)


@pytest.mark.parametrize(
    ("K", "more"),
    [
        ("x^2+1", {}),
        (["x", "1"], {}),
        ("5", {"variables": "x,y"}),
        ("(x*y-5)^2", {}),
        ("x^2+1", {"prior": {"x": "normal"}}),
    ],
)
def test_no_zero_in_the_box(K: object, more: dict[str, object]) -> None:
    """x y = 5 has no point in the box, and none is looked for beyond it, where a normal density would reach; a constant
    is no stuck sampler; a collapsed integral that falls like e^(-n K0) is bounded as well."""
    e = estimate(K, seconds=2, seed=1, **more)  # type: ignore[arg-type]
    assert (e.lam, e.resolved, e.L_limit) == (math.inf, True, "bounded")


def test_a_fit_that_lies_between_multiplicities_excludes_none() -> None:
    """x²⁰y¹⁸ read to e^-120: m = 2 fits thirty times better than m = 1, which is right; the free m is 1.9."""
    x = np.linspace(2.0, 120.0, 34)
    y = -x / 20 + np.log((1 / 18 - np.exp(-(1 / 18 - 1 / 20) * x) / 20) / (1 / 18 - 1 / 20))
    residuals = {m: _residual_fit(x, y, m)[2] for m in (1, 2, 3)}
    assert residuals[1] > 10 * min(residuals.values())
    best = min(residuals, key=lambda m: residuals[m])
    measured = _free_multiplicity(x, y, 0.05, best)
    assert measured is not None
    assert 1.05 < measured < 1.95
    assert 1 in possible(residuals, measured)


def test_same_seed_same_numbers() -> None:
    """With the size and depth given, the seed decides everything."""
    runs = [estimate("x^2+y^4+z^6", seed=s, particles=200, L_max=40, method="volume") for s in (3, 3, 4)]
    assert runs[0].curve == runs[1].curve
    assert runs[0].seed == 3
    assert runs[0].curve != runs[2].curve


def test_reports_say_that_shallow_scales_are_not_the_limit() -> None:
    """x²y² shows 0.43 at 1e-6, (a⁴-a²b+b³)² less than 1/3: the running exponents are in the notes, λ is not refuted."""
    e = estimate("x^2*y^2", seed=1, particles=400, L_max=150, method="volume")
    (note,) = (n for n in e.notes if n.startswith("running exponent"))
    assert float(note.split()[2]) == pytest.approx(0.43, abs=0.02)
    assert "refutes no exact value" in " ".join(e.notes)
    e = estimate("(a^4-a^2*b+b^3)^2", seed=1, particles=400, L_max=100, method="volume")
    (note,) = (n for n in e.notes if n.startswith("running exponent"))
    assert 0.24 < float(note.split()[2]) < 0.31
    assert e.lam == pytest.approx(1 / 3, abs=max(0.02, 4 * (e.stderr or 0)))


def test_shallow_curves_are_not_resolved() -> None:
    """x¹⁰y⁸ down to e^-60 looks like 1/8 or so: the report names the gap that it cannot see."""
    e = estimate("x^10*y^8", seed=1, particles=300, L_max=60, method="volume")
    assert any("exponents closer than" in n for n in e.notes)
    c = curves_of(lambda x: np.log(5 * np.exp(-x / 10) - 4 * np.exp(-x / 8)), 60.0)
    assert running_note(c).startswith("running exponent: 0.0")


@pytest.mark.parametrize(("m", "top"), [(1, 300.0), (2, 300.0), (3, 600.0)])
def test_fit_never_settles_on_a_wrong_m(m: int, top: float) -> None:
    """Synthetic curves with a decaying correction: the right m is always among those left, λ within 4 errors."""
    for seed in range(12):
        c = curves_of(
            lambda x: -0.5 * x + (m - 1) * np.log(x + 3) + np.log1p(2 * np.exp(-0.15 * x)), top, 0.02, seed=seed
        )
        weights, lawful = multiplicities(c, 4)
        assert lawful
        fit = fit_curves(c, max(12.0, 0.12 * top), top, weights=weights)
        assert fit is not None
        assert m in fit.m_set
        assert abs(fit.lam - 0.5) < 4 * fit.stderr + 1e-3


def test_results_are_written_and_read(tmp_path) -> None:
    """JSON and NPZ hold the numbers, the seed and the curve."""
    e = estimate("x^2+y^4+z^6", seed=3, particles=200, L_max=40, method="volume")
    e.save(str(tmp_path / "e.json"))
    data = json.loads((tmp_path / "e.json").read_text())
    assert (data["lambda"], data["seed"], data["L_limit"]) == (e.lam, 3, e.L_limit)
    e.save(str(tmp_path / "e.npz"))
    with np.load(tmp_path / "e.npz") as arrays:
        assert np.allclose(arrays["curve_y"], e.curve.y)


def test_bad_arguments() -> None:
    """Unknown methods, radii and priors are refused with a sentence."""
    with pytest.raises(InputError, match="unknown method"):
        estimate("x^2", method="sgld")
    with pytest.raises(InputError, match="radius"):
        estimate("x^2", radius=0)
    with pytest.raises(InputError, match="at least 2"):
        estimate("x^2", repeats=1)
    with pytest.raises(InputError, match="prior of x"):
        estimate("x^2", prior={"x": "cauchy"})


def test_stuck_repeats_are_not_a_bound() -> None:
    """K is called bounded below only where all repeats end at the same value."""

    def ended(at: float) -> Run:
        levels = np.linspace(0, at, 70)
        return Run(levels, -levels, levels / 100, 100, 0, np.zeros(9), "bounded", 0)

    assert _trusted([ended(1.0), ended(1.0)], False) == ("bounded", "bounded")
    assert _trusted([ended(30.0), ended(37.0)], False) == ("mixing", "mixing")


def test_nested_rule_follows_a_ridge() -> None:
    """E exp(-n (x-y)²) on the square, a ridge off the coordinate lines, to 1e-7 up to n = e^30."""
    made = _integrand(system_of("(x-y)^2", method="volume"))
    assert made is not None
    levels = np.array([5.0, 20.0, 30.0])
    got = integrate_nested(*made, levels, order=8, rtol=1e-8, watch=Watch())
    n = np.exp(levels)
    truth = np.log(0.5 * np.sqrt(math.pi / n) * np.vectorize(math.erf)(2 * np.sqrt(n)) - (1 - np.exp(-4 * n)) / (4 * n))
    assert got == pytest.approx(truth, abs=1e-7)


def test_few_particles_are_enough_for_a_number() -> None:
    """Twelve squares in little time: rather 64 particles that come deep enough than 200 that do not, and no number."""
    K = " + ".join(f"x{i}^2" for i in range(12))
    system = system_of(K, method="volume")
    asked: list[int] = []

    def timed(_: object, *, particles: int, L_max: float, **more: object) -> Sample:
        # 200 particles take 1 s to L = 10, of a clock that does not run here
        asked.append(particles)
        took = particles / 200.0 * L_max / 10.0
        levels = np.linspace(0.0, min(L_max, 30.0), 31)
        y = -6.0 * levels + 0.01 * np.random.default_rng(1).standard_normal((4, 31))
        curves = Curves(levels, y, np.arange(4) % 2, levels * 0.01, particles, 0.0)
        return Sample(curves, "L_max", ("L_max",) * 4, 0.0, 0, took, ())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rlct.numeric.estimate.sample", timed)
        run_for(system, watch=Watch(time.perf_counter() + 4.0), seed=1)
        pilot, chosen = asked[:2]
    assert pilot == 200 and 64 <= chosen < 100
    e = estimate(K, method="volume", seconds=60, seed=2, particles=64, L_max=30.0, multiplicity=1)
    assert e.lam is not None and e.stderr is not None
    assert abs(e.lam - 6.0) < 4.0 * e.stderr < 0.6


def test_many_logarithms_are_in_the_error() -> None:
    """λ = 5/2 with m = 11: over 60 units of L as many as fifteen logarithms fit, and the error says so."""
    for seed in range(6):
        c = curves_of(lambda x: -2.5 * x + 10 * np.log(x + 3), 60.0, 0.05, seed=seed)
        few, all_of_them = (fit_curves(c, 12.0, 60.0, weights=multiplicities(c, k)[0]) for k in (4, 15))
        assert few is not None
        assert all_of_them is not None
        assert 11 in all_of_them.m_set
        assert abs(few.lam - 2.5) > 3 * few.stderr
        assert abs(all_of_them.lam - 2.5) < 3 * all_of_them.stderr


def test_scattered_runs_are_not_resolved() -> None:
    """Runs whose log Z differ by several units have lost strata: a mean of logarithms is then no number."""
    system = system_of("x^2+y^2", method="volume")
    c = curves_of(lambda x: -2.5 * x, 60.0, 0.05)
    shift = np.array([0.0, 18.0, 3.0, 21.0, 6.0, 15.0, 9.0, 12.0])[:, None] * c.L / 60.0
    got = Sample(replace(c, y=c.y + shift), "L_max", ("L_max",) * 8, 0.0, 0, 0.0, ())
    e = summarise(system, got, 1, 1.0, None, 4)
    assert (e.lam, e.stderr, e.multiplicity, e.resolved) == (None, None, None, False)
    assert any("too few particles" in n for n in e.notes)
    assert summarise(system, replace(got, curves=c), 1, 1.0, None, 4).lam == pytest.approx(2.5, abs=0.05)


@pytest.mark.slow
def test_quadrature_with_two_variables_left() -> None:
    """Two hidden units: λ = 2/3 and m = 1, where rank falls along b1 = ± b2."""
    e = estimate(["a*b+c*d", "a*b^3+c*d^3"], method="quadrature", seconds=400, seed=1)
    assert e.lam == pytest.approx(2 / 3, abs=1e-4)
    assert e.measured_m == pytest.approx(1, abs=0.01)
    assert e.multiplicity == 1


def test_levels_that_were_not_reached_are_nan() -> None:
    """Some of the levels: the others are nan and a note says where the curve ends; none of them: an error."""
    v = volume("(y-x^2)^2", [1e-2, 1e-40], seconds=2, seed=1, particles=200, repeats=2)
    assert np.isfinite(v.value[0])
    assert np.isnan([v.value[1], v.stderr[1], v.extra["exponent"][1]]).all()
    assert any("roundoff" in n and "nan" in n for n in v.notes)
    with pytest.raises(EstimationError, match="was not reached"):
        volume("(y-x^2)^2", [1e-40], seconds=2, seed=1, particles=200, repeats=2)


def test_infinity_has_no_error_and_no_multiplicity_in_words() -> None:
    """λ = inf is said without ± and without m."""
    text = str(estimate("x^2+1", seconds=30, seed=1, particles=300, L_max=60))
    assert text.startswith("λ = inf\n")


def test_a_normal_density_for_the_box_is_named() -> None:
    """Zeros beyond the box count where a normal density stands for it: the report says so; not for a normal prior."""
    words = "a normal density stands for the box in a0, a1"
    K = ["a0*b0+a1*b1", "a0*b0^3+a1*b1^3", "a0*b0^5+a1*b1^5+b2^3*a0"]
    e = estimate(K, seconds=4, seed=1, method="collapse")
    assert any(n.startswith(words) for n in e.notes)
    normal = dict.fromkeys(("a0", "a1", "b0", "b1", "b2"), "normal")
    assert not any(n.startswith(words) for n in estimate(K, seconds=4, seed=1, prior=normal, method="collapse").notes)


@pytest.mark.parametrize(
    ("K", "more", "sentence"),
    [
        ("x^2", {"seconds": -1}, "seconds must be"),
        ("x^2", {"seconds": math.nan}, "seconds must be"),
        ("x^2", {"particles": 0}, "particles must be at least"),
        ("x^2", {"L_max": -5}, "L_max must be at least"),
        ("x^2", {"multiplicity": 0}, "multiplicity must be at least"),
        ("x^2", {"seed": "a"}, "the seed must be a whole number"),
        ("x^2*y^2", {"prior": {"q": "normal"}}, "the prior names q"),
        ("x^2*y^2", {"prior": {"x": (1, 0)}}, "lo < hi"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(K: str, more: dict[str, object], sentence: str) -> None:
    """They were taken silently, or ended in faults of numpy."""
    with pytest.raises(InputError, match=sentence):
        estimate(K, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("K", ["x^2*y^2/10^90+z^2", "x^2*y^2/10^90+z^2+x^2*z^2"])
def test_terms_below_the_reached_scales_leave_no_number(K: str) -> None:
    """z² alone is seen above ε = 10⁻⁹⁰: λ = 1/2 and m = 1 were given as resolved, the truth being 1 and 2."""
    e = estimate(K, seconds=3, seed=1, L_max=60.0, method="volume")
    assert (e.lam, e.multiplicity, e.resolved) == (None, None, False)
    assert any("coefficients that count below e^-207" in n for n in e.notes)
