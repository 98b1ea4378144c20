"""What a learning coefficient is for: free energy, information criteria, generalisation error, phases.

`n` is the sample size, losses are in nats per sample, everything else is dimensionless.  Asymptotic formulas leave
out a
bounded term: `F(n) = n L + λ log n - (m-1) log log n + O(1)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, isfinite, log, log1p
from typing import Any

from rlct.errors import InputError
from rlct.models.known import Known

Number = float | int | Fraction


def _sample(n: Number) -> float:
    """The sample size as a float; `log log n` needs n > e."""
    size = _number(n, "the sample size")
    if not 2.718281828459045 < size < inf:
        raise InputError(f"the sample size must be larger than e and finite, not {n}")
    return size


def _number(value: Number, what: str) -> float:
    """A number as a float."""
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} must be a number, not {value!r}") from error


def _coefficients(lam: Number, m: int) -> tuple[float, int]:
    """λ and m, checked."""
    size = _number(lam, "λ")
    if not size >= 0 or isinstance(m, bool) or m != int(m) or m < 1:
        raise InputError(f"λ must be non-negative and m a whole number of at least 1, not {lam} and {m}")
    return size, int(m)


def free_energy(n: Number, loss: Number, lam: Number, m: int = 1) -> float:
    """Leading terms of the Bayes free energy `n·loss + λ log n - (m-1) log log n` (up to a bounded term).

    Parameters
    ----------
    n : sample size, larger than e.
    loss : least loss L(w0) of the region, in nats per sample.
    lam, m : learning coefficient and multiplicity of the region.

    Raises
    ------
    InputError : n <= e, negative λ or m < 1.

    References
    ----------
    Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, Main Theorem 6.2.

    Examples
    --------
    >>> round(free_energy(1000, 0, Fraction(1, 2)), 4)
    3.4539
    """
    size = _sample(n)
    value, order = _coefficients(lam, m)
    return size * _number(loss, "the loss") + value * log(size) - (order - 1) * log(log(size))


def bic_penalty(n: Number, dimension: int) -> float:
    """The penalty `(d/2) log n` of the regular BIC; the likelihood term is `n L_n(w0)`, with the factor n.

    >>> bic_penalty(1000, 2) > free_energy(1000, 0, Fraction(1, 2))
    True
    """
    return free_energy(n, 0, Fraction(dimension, 2))


def generalisation_error(n: Number, lam: Number) -> float:
    """Expected Bayes generalisation error beyond L(w0), `λ/n`: the derivative of the free energy in n.

    >>> generalisation_error(100, Fraction(1, 2))
    0.005
    """
    return _coefficients(lam, 1)[0] / _sample(n)


def wbic_temperature(n: Number) -> float:
    """The inverse temperature `β = 1/log n` at which the mean of `n L_n` is the free energy to leading order.

    References
    ----------
    Watanabe 2013, JMLR 14:867-897.

    Examples
    --------
    >>> round(wbic_temperature(1000), 4)
    0.1448
    """
    return 1 / log(_sample(n))


def wbic(n: Number, least_loss: Number, lam: Number) -> float:
    """Leading terms of WBIC, `n L_n(w0) + λ log n`: λ replaces half the number of parameters, it counts nothing.

    >>> round(wbic(1000, 0, Fraction(130, 23)), 2)
    39.04
    """
    return free_energy(n, least_loss, lam)


def sbic(
    log_likelihoods: Mapping[str, float],
    coefficients: Mapping[tuple[str, str], tuple[Number, int]],
    n: Number,
    prior: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Singular BIC of Drton and Plummer: one number a model, larger is better.

    `L_ij = log-likelihood_i - λ_ij log n + (m_ij - 1) log log n` for the truth in submodel j of model i; the L_i solve
    `sum_{j <= i} (exp L_i - exp L_ij) exp(L_j) P_j = 0`, one quadratic equation after the other.

    Parameters
    ----------
    log_likelihoods : maximal log-likelihood of each model, smallest model first.
    coefficients : (λ, m) of model i at a truth in submodel j, under the key (i, j); (i, i) included.  A missing (i,
    j) means that
        j is no submodel of i.
    n : sample size.
    prior : prior weights of the models, equal if left out.

    Raises
    ------
    InputError : a diagonal entry is missing, a submodel comes after its model or is unknown, a log-likelihood is not
        finite, or a prior weight is missing or not positive.

    References
    ----------
    Drton & Plummer 2017, J. Royal Statist. Soc. B 79:323-380, equations (3.4) to (3.7).

    Examples
    --------
    >>> values = sbic({"one": -10.0}, {("one", "one"): (Fraction(1, 2), 1)}, 100)
    >>> round(values["one"], 3)
    -12.303
    """
    size = _sample(n)
    names = list(log_likelihoods)
    weight = dict.fromkeys(names, 1.0) if prior is None else dict(prior)
    for name in names:
        if not isfinite(log_likelihoods[name]):
            raise InputError(f"the log-likelihood of model {name} must be finite, not {log_likelihoods[name]}")
        if not 0 < weight.get(name, 0) < inf:
            raise InputError(f"the prior weight of model {name} must be positive, not {weight.get(name, 'missing')}")
    for pair in coefficients:
        unknown = [name for name in pair if name not in log_likelihoods]
        if unknown:
            raise InputError(f"there are coefficients of {unknown[0]}, a model without log-likelihood")
    done: dict[str, float] = {}
    for name in names:
        if (name, name) not in coefficients:
            raise InputError(f"the coefficient of model {name} at a truth of its own is missing")
        subs = [j for (i, j) in coefficients if i == name and j != name]
        late = [j for j in subs if j not in done]
        if late:
            raise InputError(f"submodel {late[0]} of {name} must come before it")

        def term(j: str, name: str = name) -> float:
            lam, m = _coefficients(*coefficients[name, j])
            return log_likelihoods[name] - lam * log(size) + (m - 1) * log(log(size))

        own = term(name)
        if not subs:
            done[name] = own
            continue
        # x^2 + b x - c = 0 in units of exp(scale): b = -own + sum L_j P_j/P_i, c = sum L_ij L_j P_j/P_i
        terms = {j: term(j) for j in subs}
        scale = max([own, *terms.values(), *(done[j] for j in subs)])
        ratio = {j: weight[j] / weight[name] for j in subs}
        b = -exp(own - scale) + sum(exp(done[j] - scale) * ratio[j] for j in subs)
        c = sum(exp(terms[j] - scale) * exp(done[j] - scale) * ratio[j] for j in subs)
        root = (b * b + 4 * c) ** 0.5
        x = 2 * c / (b + root) if b > 0 else (root - b) / 2
        done[name] = scale + log(x) if x > 0 else -inf
    return done


def sbic_coefficients(
    known: Callable[[int, int], Known], sizes: Sequence[int]
) -> dict[tuple[str, str], tuple[Number, int]]:
    """The table (λ, m) that `sbic` needs, from a catalogue function of (model size, size of the truth).

    Parameters
    ----------
    known : such as ``lambda h, r: reduced_rank(5, h, 4, r)`` or ``lambda h, r: location_mixture(1, h, r)``.
    sizes : model sizes, smallest first; every smaller size counts as a submodel.

    Raises
    ------
    InputError : the catalogue knows no multiplicity or only a bound for one of the pairs.

    Examples
    --------
    >>> from rlct.models.matrices import reduced_rank
    >>> sbic_coefficients(lambda h, r: reduced_rank(2, h, 2, r), [1, 2])["2", "1"]
    (Fraction(2, 1), 2)
    """
    table: dict[tuple[str, str], tuple[Number, int]] = {}
    for i in sizes:
        for j in sizes:
            if j <= i:
                value = known(i, j)
                if value.m is None or value.kind != "exact":
                    raise InputError(f"no exact value is known for model size {i} and true size {j}: {value.source}")
                table[str(i), str(j)] = (value.lam, value.m)
    return table


@dataclass(frozen=True)
class Phase:
    """A region or a truth with its least loss and the coefficients there."""

    name: str
    loss: Number
    lam: Number
    m: int = 1

    def free_energy(self, n: Number) -> float:
        """Leading terms of the free energy at sample size n."""
        return free_energy(n, self.loss, self.lam, self.m)


@dataclass(frozen=True)
class Crossing:
    """A sample size at which the preferred phase of two changes."""

    before: str
    after: str
    n: float


@dataclass(frozen=True)
class PhaseTable:
    """Ranking of phases: which is preferred over which range of n."""

    phases: tuple[Phase, ...]
    preferred: tuple[tuple[float, str], ...]
    crossings: tuple[Crossing, ...]

    def best(self, n: Number) -> str:
        """Name of the phase of least free energy at sample size n."""
        return min(_above_least(self.phases), key=lambda p: p.free_energy(n)).name

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the winner from each n on, and all crossings of pairs."""
        return {
            "preferred": [{"from_n": n, "phase": name} for n, name in self.preferred],
            "crossings": [{"before": c.before, "after": c.after, "n": c.n} for c in self.crossings],
        }


def posterior_odds(n: Number, first: Phase, second: Phase) -> float:
    """Leading order of the posterior odds of two regions, `exp(F2 - F1)` (the bounded term is left out).

    >>> a, b = Phase("a", 0, Fraction(1, 2), 2), Phase("b", 0, Fraction(1, 2), 1)
    >>> round(posterior_odds(1000, a, b), 3)       # the odds grow like log n
    6.908
    """
    a, b = _above_least([first, second])
    return exp(min(700.0, b.free_energy(n) - a.free_energy(n)))


def phases(regions: Sequence[Phase], n_min: Number = 10, n_max: Number = 1e12) -> PhaseTable:
    """Rank phases by free energy over a range of sample sizes, with all crossing points.

    The difference of two free energies is scanned on a logarithmic grid (200 points a decade is far finer than its
    at most three sign
    changes need: it is `n a + b log n + c log log n`) and each sign change is bisected.

    Raises
    ------
    InputError : fewer than two phases, equal names, or an empty range.

    Examples
    --------
    >>> simple = Phase("simple", Fraction(1, 100), Fraction(1, 2))
    >>> complex_ = Phase("complex", 0, 2)
    >>> table = phases([simple, complex_])
    >>> table.preferred[0][1], table.preferred[-1][1], round(table.crossings[0].n)
    ('simple', 'complex', 1042)
    """
    if len(regions) < 2 or len({p.name for p in regions}) != len(regions):
        raise InputError("phases compares at least two regions with different names")
    low, high = _sample(n_min), _sample(n_max)
    if low >= high:
        raise InputError("n_min must be below n_max")
    regions, given = _above_least(regions), tuple(regions)
    count = max(2, int(200 * (log(high) - log(low)) / log(10)))
    mesh = [low * exp((log(high) - log(low)) * i / count) for i in range(count + 1)]
    found = []
    for i, p in enumerate(regions):
        for q in regions[i + 1 :]:
            values = [p.free_energy(n) - q.free_energy(n) for n in mesh]
            for a, b, u, v in zip(mesh, mesh[1:], values, values[1:], strict=False):
                if (u < 0) != (v < 0):
                    where = _bisect(p, q, a, b)
                    before, after = (p, q) if u < 0 else (q, p)
                    found.append(Crossing(before.name, after.name, where))
    found.sort(key=lambda c: c.n)
    preferred: list[tuple[float, str]] = []
    for start in [low, *(c.n for c in found)]:
        name = min(regions, key=lambda p: p.free_energy(start * (1 + 1e-9))).name
        if not preferred or preferred[-1][1] != name:
            preferred.append((start, name))
    return PhaseTable(given, tuple(preferred), tuple(found))


def _above_least(regions: Sequence[Phase]) -> list[Phase]:
    """The phases with the least loss subtracted exactly: n times a tiny difference is not lost in n times both."""
    losses = []
    for p in regions:
        if not isfinite(_number(p.loss, f"the loss of {p.name}")):
            raise InputError(f"the loss of {p.name} must be finite, not {p.loss}")
        losses.append(Fraction(p.loss))
    return [Phase(p.name, x - min(losses), p.lam, p.m) for p, x in zip(regions, losses, strict=True)]


def _bisect(p: Phase, q: Phase, low: float, high: float) -> float:
    """The sample size between low and high at which the two free energies agree."""
    sign = p.free_energy(low) - q.free_energy(low) < 0
    for _ in range(80):
        middle = (low * high) ** 0.5
        if (p.free_energy(middle) - q.free_energy(middle) < 0) == sign:
            low = middle
        else:
            high = middle
    return float((low * high) ** 0.5)


def log_posterior_weights(n: Number, regions: Sequence[Phase]) -> list[float]:
    """Logarithms of the posterior weights of several regions at sample size n (leading order, normalised).

    >>> import math
    >>> weights = log_posterior_weights(100, [Phase("a", 0, 1), Phase("b", 0, 1)])
    >>> [round(math.exp(w), 3) for w in weights]
    [0.5, 0.5]
    """
    if not regions:
        raise InputError("posterior weights need at least one region")
    values = [-p.free_energy(n) for p in _above_least(regions)]
    top = max(values)
    total = top + log1p(sum(exp(v - top) for v in values) - 1)
    return [v - total for v in values]


def plot_phases(table: PhaseTable, n_min: Number = 10, n_max: Number = 1e6, path: str | None = None) -> Any:
    """Draw the free energies of phases over n, relative to the lowest, with the crossings marked.

    Parameters
    ----------
    table : what `phases` returned.
    n_min, n_max : range of the axis.
    path : file to write (PNG, SVG or PDF); None only returns the figure.

    Returns
    -------
    The matplotlib figure.
    """
    from matplotlib.figure import Figure

    low, high = _sample(n_min), _sample(n_max)
    mesh = [low * (high / low) ** (i / 300) for i in range(301)]
    figure = Figure(figsize=(6.4, 4.0))
    axes = figure.subplots()
    shown = _above_least(table.phases)
    floor = [min(p.free_energy(n) for p in shown) for n in mesh]
    for p in shown:
        axes.plot(mesh, [p.free_energy(n) - f for n, f in zip(mesh, floor, strict=True)], label=p.name)
    for crossing in table.crossings:
        if low <= crossing.n <= high:
            axes.axvline(crossing.n, color="grey", linewidth=0.7, linestyle=":")
    axes.set(xscale="log", xlabel="sample size n", ylabel="free energy above the lowest")
    axes.set_ylim(bottom=-0.5, top=20)
    axes.legend()
    figure.tight_layout()
    if path is not None:
        figure.savefig(path)
    return figure
