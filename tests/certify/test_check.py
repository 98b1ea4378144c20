"""The checker accepts right certificates, written by hand, and says what they prove."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.certify.certificate import Certificate, digest, seal
from rlct.certify.check import check
from rlct.errors import CertificateError, SchemaError


def test_samples_are_accepted(sample: tuple[dict[str, Any], Fraction, int]) -> None:
    """Every sample proves its known answer, both sides of it."""
    data, lam, m = sample
    report = check(data)
    assert (report.lam, report.multiplicity, report.proved) == (lam, m, "threshold")
    assert report.nodes == len(data["nodes"])


def test_a_better_claim_is_refused(sample: tuple[dict[str, Any], Fraction, int]) -> None:
    """No sample proves a larger λ or a smaller m than the true one as a lower bound."""
    data, lam, m = sample
    for worse in ({"lambda": str(lam + Fraction(1, 100))}, {"multiplicity": m - 1} if m > 1 else {"lambda": "inf"}):
        claim = {**data["claim"], **worse}
        if claim["lambda"] == "inf":
            claim["multiplicity"] = None
        with pytest.raises(CertificateError, match="lower bound"):
            check(seal({**data, "claim": claim, "upper": None}))


def test_a_worse_claim_is_refused(sample: tuple[dict[str, Any], Fraction, int]) -> None:
    """No upper part proves a smaller λ or a larger m than the true one."""
    data, lam, m = sample
    for better in ({"lambda": str(lam - Fraction(1, 100))}, {"multiplicity": m + 1}):
        with pytest.raises(CertificateError, match="upper bound"):
            check(seal({**data, "claim": {**data["claim"], **better}}))


def test_lower_bound_alone(sample: tuple[dict[str, Any], Fraction, int]) -> None:
    """Without the upper part the claim is a lower bound, and a weaker claim is still one."""
    data, lam, m = sample
    assert check(seal({**data, "upper": None})).proved == "lower bound"
    weaker = {**data["claim"], "lambda": str(lam / 2), "multiplicity": m + 3}
    assert check(seal({**data, "claim": weaker, "upper": None})).proved == "lower bound"


def test_open_nodes_prove_an_upper_bound_only(bench: Any) -> None:
    """A script with an open end proves the upper part and nothing else."""
    data = bench.altered("crossing", ["nodes", 0, "end"], {"end": "open"})
    assert check(data).proved == "upper bound"
    with pytest.raises(CertificateError, match="something is proved"):
        check(bench.seal({**data, "upper": None}))


def test_lambda_alone(bench: Any) -> None:
    """A claim without m is about λ only."""
    data = bench.altered("crossing", ["claim", "multiplicity"], None)
    report = check(data)
    assert (report.lam, report.multiplicity, report.proved) == (1, None, "threshold")


def test_no_zero_at_all(bench: Any) -> None:
    """A function that does not vanish at the point has λ = ∞, without an upper part."""
    f = bench.poly((1, 1), (-2, 0))
    step = bench.op("unit", obj=0, gen=0, unit=f)
    nodes = [bench.node(step, end="bound", weights=[])]
    data = bench.certificate([bench.one((f, 1))], nodes, ("inf", None), variables="x")
    report = check(data)
    assert report.lam is None
    assert report.proved == "threshold"
    assert "infinite" in str(report)


def test_report_says_what_is_proved(bench: Any) -> None:
    """The printed report names mode, function, point, prior, λ, m and what the proof rests on."""
    text = str(check(bench.sample("prior")))
    for words in ("lambda = 1/2, m = 1 for K", "x^2*y^2", "x = 0, y = 0", "|x|^(2)", "nothing was left to z3"):
        assert words in text, text
    assert "K >= 0 is proved" in text
    x, odd = bench.poly((1, 1)), bench.node(*bench.gone(0, 1), end="bound", weights=[])
    line = bench.certificate(
        [bench.one((x, 3))], [odd], ("1/3", 1), mode="K", variables="x", upper=bench.at(rays=[[1]], point={})
    )
    assert "the value is that of |K|" in str(check(line))
    assert "region: 0 <= y" in str(check(bench.sample("half_plane_blowup")))


def test_report_counts_z3(bench: Any) -> None:
    """Claims of emptiness that only z3 decides are counted."""
    f = bench.poly((1, 0, 0, 0), (1, 1, 1, 0), (1, 2, 0, 0), (1, 0, 2, 0), (1, 0, 0, 2))  # 1 + xy + x^2 + y^2 + z^2
    inside = bench.node(bench.op("unit", obj=0, gen=0, unit=f), end="bound", weights=[])
    data = bench.certificate(
        [bench.one((f, 1))],
        [inside],
        ("inf", None),
        variables="xyz",
        box=[[None, None]] * 3,
        cells=[[["in", "in", "in"], 0]],
    )
    report = check(data)
    assert report.z3 == 1
    assert "z3 (1 claims" in str(report)


def test_all_ways_to_hand_it_over(bench: Any, tmp_path: Path) -> None:
    """A certificate may come as an object, a dictionary, a path or the text of a path."""
    c = Certificate.from_dict(bench.sample("cusp"))
    path = tmp_path / "cusp.json"
    c.save(path)
    reports = [check(x) for x in (c, c.to_dict(), path, str(path))]
    assert all(r == reports[0] for r in reports)
    assert Certificate.load(path) == c == pickle.loads(pickle.dumps(c))
    with pytest.raises(OSError, match="absent"):
        check(tmp_path / "absent.json")


def test_digest_does_not_depend_on_order(bench: Any) -> None:
    """The digest is that of the canonical text: the order of fields and an old digest do not matter."""
    data = bench.sample("cusp")
    turned = dict(reversed(list(data.items())))
    assert digest(turned) == data["digest"] == digest({**data, "digest": "x"})
    assert json.loads(Certificate(data).to_json()) == data


def test_light_import() -> None:
    """Sealing a certificate needs no sympy and no z3."""
    code = (
        "import sys; sys.modules['rlct'] = type(sys)('rlct'); sys.modules['rlct'].__path__ = ['rlct'];"
        "import rlct.certify.certificate; assert not {'sympy', 'z3', 'flint'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("junk", [None, 3, [], {}, {"format": "rlct certificate"}, "no such file \0"])
def test_junk_is_refused_politely(junk: Any) -> None:
    """What is no certificate at all is refused with a certificate error."""
    with pytest.raises(CertificateError):
        check(junk)


def test_files_that_are_no_json(tmp_path: Path) -> None:
    """Broken text, floating point numbers and deep nesting are refused with a schema error."""
    for text in ("{", '{"format": 1.5}', "[" * 100_000, '{"a": NaN}'):
        path = tmp_path / "x.json"
        path.write_text(text)
        with pytest.raises(SchemaError):
            check(path)


def monomial_certificate(bench: Any, ks: list[int], hs: list[int]) -> tuple[dict[str, Any], Fraction, int]:
    """∏ x_i^k_i with prior ∏ x_i^h_i: certificate, λ and m by the formula."""
    n = len(ks)
    gens = [bench.poly((1, *(1 if j == i else 0 for j in range(n)))) for i in range(n)]
    factors = [(g, k) for g, k in zip(gens, ks, strict=True) if k]
    prior = [[g, str(h)] for g, h in zip(gens, hs, strict=True) if h]
    ratios = [Fraction(h + 1, k) for h, k in zip(hs, ks, strict=True) if k]
    lam, m = min(ratios), ratios.count(min(ratios))
    best = [i for i in range(n) if ks[i] and Fraction(hs[i] + 1, ks[i]) == lam]
    steps = [s for _ in [*factors, *prior] for s in bench.gone(0, n)]
    upper = bench.at(rays=[[1 if j == i else 0 for j in range(n)] for i in best], point={})
    data = bench.certificate(
        [bench.one(*factors)],
        [bench.node(*steps, end="bound", weights=[])],
        (str(lam), m),
        variables="abcde"[:n],
        prior=prior,
        upper=upper,
    )
    return data, lam, m


PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=5)


@given(pairs=PAIRS.filter(lambda z: any(a for a, _ in z)))
def test_monomials(bench: Any, pairs: list[tuple[int, int]]) -> None:
    """The monomial rule min (h+1)/k, with all ties, for random exponents."""
    data, lam, m = monomial_certificate(bench, [a for a, _ in pairs], [b for _, b in pairs])
    report = check(data)
    assert (report.lam, report.multiplicity) == (lam, m)
