"""The claim test: on synthetic curves, where the truth is known to every digit, and through `verify`."""

import json
import math
import pickle
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from rlct import check, estimate, rlct, verify
from rlct.crosscheck import Claim, judge, verify_claim
from rlct.errors import CertificateError, InputError
from rlct.numeric.arguments import system_of
from rlct.numeric.fit import Curves, claim_test, few_particles
from rlct.numeric.local import coefficient_scale, objective
from rlct.numeric.scaling import Sample, sample
from rlct.parse.build import build_problem
from rlct.report.exponents import candidate_exponents
from tests.benchmarks.claims import FACTORS, answer, ask, cases

SYSTEM = system_of("x^2+y^2", method="volume")
SAMPLED = ("mono-1", "cusp", "rrr-212-0", "disguised-newton-1")
FAST = ("mono-1", "cusp")


def synthetic(law: Any, top: float, noise: float = 0.02, seed: int = 0) -> Sample:
    """A sample whose log V follows `law` with independent increments of variance noise² a unit of L."""
    rng = np.random.default_rng(seed)
    levels = np.linspace(0.0, top, min(120, max(12, int(top))))
    steps = rng.standard_normal((8, len(levels) - 1)) * noise * np.sqrt(np.diff(levels))
    y = law(levels) + np.concatenate([np.zeros((8, 1)), np.cumsum(steps, 1)], axis=1)
    curves = Curves(levels, y, np.arange(8) % 2, noise**2 * levels, 1000, 0.0)
    return Sample(curves, "L_max", ("L_max",) * 8, 0.0, 0, 0.0, ())


def verdict(got: Sample, lam: Any, m: int | None, delta: float | None = None) -> str:
    """The verdict on synthetic curves."""
    return judge(SYSTEM, got, Claim(lam, m, None, delta), 1000).verdict


@pytest.mark.parametrize(("lam", "m"), [("1/2", 1), ("1/2", 2), ("3/2", 1), ("1/4", 2), ("5/12", 1), ("2/3", 3)])
def test_true_claims_stand_and_altered_ones_fall(lam: str, m: int) -> None:
    """Twenty seeds: no true claim is contradicted, no λ 10% off is consistent and nearly all are contradicted."""
    truth = Fraction(lam)
    found = {k: [] for k in FACTORS}
    for seed in range(20):
        got = synthetic(lambda x: -float(truth) * x + (m - 1) * np.log(x + 1 / float(truth)), 150.0, seed=seed)
        for name, factor in FACTORS.items():
            found[name].append(verdict(got, truth * factor, m))
    assert "contradicted" not in found["true"]
    assert found["true"].count("consistent") >= 16
    for name in ("-10%", "+10%"):
        assert "consistent" not in found[name]
        assert found[name].count("contradicted") >= 18


def test_a_wrong_multiplicity_falls() -> None:
    """m one too large or too small at the right λ, over 300 units of L."""
    for true_m, claimed in ((1, 2), (2, 1), (1, 3), (3, 1)):
        got = synthetic(lambda x, k=true_m: -0.5 * x + (k - 1) * np.log(x + 2), 300.0, noise=0.01)
        assert verdict(got, Fraction(1, 2), claimed) == "contradicted"
        assert verdict(got, Fraction(1, 2), true_m) == "consistent"


def test_preasymptotic_curves_refute_nothing() -> None:
    """Volumes of x¹⁰y⁸ above e^-110 with δ = 1/40, and slopes 1/4 that turn into 1/3: the exact values stand."""

    def monomial(x: np.ndarray) -> np.ndarray:
        return np.log(5 * np.exp(-x / 10) - 4 * np.exp(-x / 8))

    for top in (30.0, 60.0, 110.0):
        assert verdict(synthetic(monomial, top, 0.005), Fraction(1, 10), 1, 1 / 40) != "contradicted"
        box = judge(SYSTEM, synthetic(monomial, top, 0.0005), Claim(Fraction(1, 10), 1, None, 1 / 40), 1000)
        assert box.verdict == "not resolved"
    assert "beyond L = 120" in box.reason
    assert verdict(synthetic(monomial, 600.0, 0.005), Fraction(1, 10), 1, 1 / 40) == "consistent"
    assert verdict(synthetic(monomial, 600.0, 0.005), Fraction(1, 8), 1, None) == "contradicted"
    shallow = synthetic(lambda x: -x / 4, math.log(1e6), 0.001)
    assert verdict(shallow, Fraction(1, 3), 1) == "not resolved"
    shallow = synthetic(lambda x: -0.43 * x, math.log(1e6), 0.001)
    assert verdict(shallow, Fraction(1, 2), 2) == "not resolved"


def test_large_values_of_k_shift_the_logarithm() -> None:
    """K with values up to e^8: the logarithm of m = 2 counts from ε = 1, not from the start of the curve."""
    got = synthetic(lambda x: -x / 2 + np.log(np.maximum(x - 6.0, 1.0)), 90.0, 0.005)
    assert got.curves is not None
    early, late = (replace(got.curves, start=start) for start in (-8.0, 3.0))
    near, far = (claim_test(c, 0.5, 2, 12.0, 90.0) for c in (early, late))
    assert near is not None and far is not None
    assert near.z == 0.0 and far.z > 4.0
    assert verdict(replace(got, curves=early), Fraction(1, 2), 2) == "consistent"


def test_bent_curves_are_not_consistent_with_a_wrong_exponent() -> None:
    """A mixture of e^-L and e^-1.18L over L = 14..35 has the mean slope 1.1: that claim is not called consistent."""
    got = synthetic(lambda x: np.log(np.exp(-x) + 60 * np.exp(-1.18 * x)), 35.0, 0.01)
    assert verdict(got, Fraction(11, 10), 1) != "consistent"


def test_repeats_that_disagree_decide_nothing() -> None:
    """Repeats frozen in different strata: large spread, so a small systematic excess is not resolved."""
    got = synthetic(lambda x: -1.5 * x, 60.0, 0.01)
    assert got.curves is not None
    offsets = np.array([0, 3, 1, 2, 3, 0, 2, 1])[:, None] * np.minimum(1.0, got.curves.L / 40.0)
    curves = replace(got.curves, y=got.curves.y + offsets)
    assert verdict(replace(got, curves=curves), Fraction(3, 2), 3) == "not resolved"


@pytest.mark.parametrize("limit", ["zero", "bounded"])
def test_zero_and_infinity_as_claims(limit: str) -> None:
    """A positive volume at K = 0 supports λ = 0 only; a K bounded below λ = inf only."""
    got = Sample(None, limit, (limit,) * 8, 1.0, 0, 0.0, ())
    right, wrong = (Fraction(0), math.inf) if limit == "zero" else (math.inf, Fraction(0))
    assert verdict(got, right, None) == "consistent"
    assert verdict(got, wrong, None) == "contradicted"
    assert verdict(got, Fraction(1, 2), 1) == "contradicted"
    deep = synthetic(lambda x: -x / 2, 60.0)
    assert verdict(deep, math.inf, None) == "contradicted"
    assert verdict(deep, Fraction(0), 1) == "contradicted"


def test_gap_comes_from_the_certificate() -> None:
    """δ of x¹⁰y⁸ is 1/8 - 1/10; an altered λ, or no certificate, hands none over, and verify still runs."""
    r = rlct("x^10*y^8")
    assert candidate_exponents(r.certificate) == (Fraction(1, 10), Fraction(1, 8))
    v = verify(r, seconds=20, seed=1)
    assert v.verdict == "consistent"
    assert v.delta == pytest.approx(1 / 40)
    bare = verify(replace(r, certificate=None), seconds=0.3, seed=1)
    assert bare.delta is None
    assert verify(replace(r, lam=Fraction(1, 8)), seconds=0.3, seed=1).delta is None


def test_tampered_results_are_flagged() -> None:
    """A copy of a result with another λ or m is a claim like any other."""
    r = rlct("x^2*y^2")
    assert verify(r, seconds=20, seed=1).verdict == "consistent"
    for changed in ({"lam": Fraction(11, 20)}, {"lam": math.inf, "multiplicity": None}):
        assert verify(replace(r, **changed), seconds=20, seed=1).verdict == "contradicted"


def test_worse_zeros_in_the_box_are_no_contradiction() -> None:
    """At 0 the value is 1/2; the box of radius 1 holds a zero with 1/4: the smaller box decides."""
    problem = build_problem("(x*(x-1/2)^2)^2 + (x*(x-1/2)^2*y)^2", at={"x": 0, "y": 0})
    v = verify_claim(problem, Fraction(1, 2), 1, seconds=20, seed=1)
    assert v.verdict == "consistent"
    assert [b.radius for b in v.boxes] == [1.0, 0.25]
    assert "worse zeros" in v.reason


@pytest.mark.parametrize("K", ["x^2+1", ["x*a+5", "x*b"]])
def test_no_zero_is_a_claim_that_stands(K: object) -> None:
    """Both were contradicted: the normal density that stood for the box has tails, and x a = -5 zeros far out in them;
    where nothing is left after the integration Z(n) = e^-n was not taken for a bound."""
    v = verify(rlct(K), seconds=30, seed=1)
    assert (v.lam, v.verdict) == (math.inf, "consistent")


def test_a_contradiction_needs_the_smaller_box() -> None:
    """Two boxes, the second four times smaller, both contradict."""
    v = verify_claim(build_problem("x^2+y^6"), Fraction(3, 5), 1, seconds=20, seed=1)
    assert v.verdict == "contradicted"
    assert [b.radius for b in v.boxes][:2] == [1.0, 0.25]
    assert all(b.verdict == "contradicted" for b in v.boxes)


def test_verification_is_plain_data() -> None:
    """It has no truth value, can be pickled, and its JSON holds the numbers behind the verdict."""
    v = verify(rlct("x^2+y^2"), seconds=10, seed=1)
    assert pickle.loads(pickle.dumps(v)) == v
    data = json.loads(json.dumps(v.to_dict()))
    assert data["verdict"] == v.verdict
    assert {"z", "z_mixes", "z_halves", "drift", "expected"} <= set(data["boxes"][0])
    with pytest.raises(TypeError, match="no truth value"):
        bool(v)
    with pytest.raises(InputError, match="takes a result"):
        verify("x^2")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, marks=[] if c["id"] in FAST else pytest.mark.slow, id=c["id"])
        for c in cases()
        if c["id"] in SAMPLED
    ],
)
def test_sampled_cases(case: dict[str, Any]) -> None:
    """A few cases with known answers: never a contradicted truth, never a consistent λ 10% off."""
    assert ask(case, FACTORS["true"], 5.0, 1).verdict != "contradicted"
    assert ask(case, FACTORS["+10%"], 5.0, 1).verdict != "consistent"


@pytest.mark.nightly
def test_all_cases() -> None:
    """Every case with at most six variables: the shares that are asked for."""
    verdicts: dict[str, list[str]] = {name: [] for name in FACTORS}
    for case in cases():
        for name, factor in FACTORS.items():
            verdicts[name].append(ask(case, factor, 10.0, 1).verdict)
    assert verdicts["true"].count("contradicted") <= 0.01 * len(verdicts["true"])
    altered = verdicts["-10%"] + verdicts["+10%"]
    assert "consistent" not in altered
    assert altered.count("contradicted") >= 0.9 * len(altered)


@pytest.mark.parametrize(
    ("text", "lam"), [("x^2*y^2", "11/20"), pytest.param("(y^2-x^3)^2", "3/8", marks=pytest.mark.slow)]
)
def test_tampered_certificates_are_flagged(text: str, lam: str) -> None:
    """A certificate whose claim was changed is refused by the checker, and the numbers do not support the claim."""
    r = rlct(text)
    tampered = json.loads(json.dumps(r.certificate))
    tampered["claim"]["lambda"] = lam
    with pytest.raises(CertificateError):
        check(tampered)
    v = verify(replace(r, lam=Fraction(lam), certificate=tampered), seconds=60, seed=1)
    assert v.verdict != "consistent"
    bare = verify(replace(r, lam=Fraction(lam), certificate=None), seconds=60, seed=1)
    assert bare.verdict == "contradicted"


@pytest.mark.nightly
def test_all_certificates_tampered_with() -> None:
    """λ of the claim altered by 10% in the certificate of every plane case: refused each time."""
    refused = 0
    tried = 0
    for case in cases():
        r = answer(case)
        if r.certificate is None or r.status != "exact" or not 0 < r.lam < math.inf:
            continue
        for factor in (Fraction(9, 10), Fraction(11, 10)):
            tampered = json.loads(json.dumps(r.certificate))
            tampered["claim"]["lambda"] = str(r.lam * factor)
            tried += 1
            try:
                check(tampered)
            except CertificateError:
                refused += 1
    assert tried > 200
    assert refused == tried


def test_scatter_of_units_contradicts_nothing() -> None:
    """Runs that lose strata scatter by units, and the mean of their logarithms lies low by half their variance."""
    levels = np.linspace(0.0, 60.0, 61)
    rng = np.random.default_rng(7)
    for _ in range(20):
        scatter = np.cumsum(rng.normal(-0.04, math.sqrt(0.08), (24, 61)), axis=1)
        y = -1.5 * levels + scatter
        curves = Curves(levels, y, np.tile([0, 1], 12), 1e-3 * levels, 1000, 0.0)
        test = claim_test(curves, 1.5, 1, 12.0, 60.0)
        assert test is not None
        assert abs(test.z) < 4.0


def test_one_multiplicity_more_falls_where_samples_are_good() -> None:
    """V of x²y²z²w² down to e^-250 with the noise that 5 s leave: m = 5 falls, m = 4 stands."""
    system = system_of("x^2*y^2*z^2*w^2", method="volume")
    words: dict[int, list[str]] = {4: [], 5: []}

    def law(x: np.ndarray) -> np.ndarray:
        return -x / 2 + np.log(sum((x / 2) ** k / math.factorial(k) for k in range(4)))

    for seed in range(20):
        got = synthetic(law, 250.0, seed=seed)
        assert got.curves is not None
        got = replace(got, curves=replace(got.curves, share=few_particles(800)))
        for m, found in words.items():
            found.append(judge(system, got, Claim(Fraction(1, 2), m), 800).verdict)
    assert words[4].count("consistent") >= 18
    assert words[5].count("contradicted") >= 16


def test_ranges_begin_where_multiplicities_differ_most() -> None:
    """What is allowed for corrections that are alive at L = 12 hides one logarithm more; a later beginning shows it."""
    words: dict[int, list[str]] = {2: [], 3: []}
    for seed in range(20):
        got = synthetic(lambda x: -2.0 * x + np.log(x + 0.3), 60.0, 0.015, seed)
        assert got.curves is not None
        got = replace(got, curves=replace(got.curves, share=few_particles(2500)))
        for m, found in words.items():
            found.append(verdict(got, Fraction(2), m))
    assert words[2].count("consistent") == 20
    assert words[3].count("contradicted") >= 18


def test_few_particles_in_many_variables_are_no_bias() -> None:
    """Twelve squares with 200 particles (which once gave λ = 5.9): the true claim stands, others fall."""
    K = " + ".join(f"x{i}^2" for i in range(12))
    system = system_of(K, method="volume")
    got = sample(system, particles=200, repeats=2, L_max=26.0, seed=3)
    true, high, low = (judge(system, got, Claim(lam, 1), 200).verdict for lam in (6, 9, 3))
    assert true != "contradicted"
    assert (high, low) == ("contradicted", "contradicted")


@pytest.mark.parametrize("K", ["x^2*y^2/10^30+z^2", "x^4/10^40+x^2*y^2+y^4"])
def test_small_coefficients_refute_nothing(K: str) -> None:
    """Terms that count far below the reached scales only: both true claims were contradicted."""
    v = verify(rlct(K), seconds=3, seed=1)
    assert v.verdict == "not resolved"
    assert "coefficients" in v.reason


def test_zero_that_is_not_written_as_zero() -> None:
    """x - x vanishes everywhere: λ = 0 stands, without a warning."""
    assert verify(rlct("(x*y-y*x)^2"), seconds=2, seed=1).verdict == "consistent"
    assert estimate("(x*y-y*x)^2", seconds=2, seed=1).lam == 0.0


def test_scale_of_coefficients() -> None:
    """Twice the logarithm of what generators spread; roundings at an irrational point, and constants, do not count."""
    def scale(K: object, **more: object) -> float:
        return coefficient_scale(objective(build_problem(K, **more)))  # type: ignore[arg-type]

    assert scale(["x*y/1000000", "z"]) == pytest.approx(2 * math.log(1e6))
    assert scale("((x/1000)^3*y)^2 + y^2/3") == pytest.approx(math.log(1e18), abs=math.log(9.1))
    assert scale("(x^2-2)^2*y^2 + y^6", at="x=sqrt(2)") < 10.0
    assert scale(["x-1/10^12"]) == 0.0


def test_zeros_of_a_unit_are_left_out() -> None:
    """x = 1/2 has λ = 1/4, the origin 3/4: the first box is small enough to hold the origin alone."""
    v = verify_claim(build_problem("(x^2+y^4)*(1-2*x)^4"), Fraction(3, 4), 1, seconds=60, seed=1)
    assert (v.verdict, v.boxes[0].radius, len(v.boxes)) == ("consistent", 0.25, 1)
