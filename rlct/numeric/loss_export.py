r"""Any problem as a loss with known λ, to calibrate other people's estimators.

The numpy loss takes points (n, d) and returns K and its gradient; the torch loss (if torch is installed) is an
`nn.Module` whose parameters are w and whose forward pass is K(w), differentiable.  Both evaluate the problem as it was
written (sums of squares of unexpanded generators); λ and m come from the result they were made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlct.errors import InputError, UnsupportedError
from rlct.numeric.local import Node, Objective, Poly, Sum, derivative, objective
from rlct.parse.build import build_problem
from rlct.problem import Problem


@dataclass(frozen=True)
class ExportedLoss:
    """K as a callable, with its λ and m.

    Parameters
    ----------
    variables : names of the columns.
    centre : the point w* (zeros on a region), shape (d,).
    lam, multiplicity : the exact value, or None where it was not given.
    convention : what K is.
    """

    variables: tuple[str, ...]
    centre: np.ndarray
    lam: float | None
    multiplicity: int | None
    convention: str
    _objective: Objective = field(repr=False)

    def __call__(self, points: Any) -> np.ndarray:
        """K at points (n, d) -> (n,); one point (d,) -> a number."""
        w = np.asarray(points, dtype=float)
        if w.shape[-1:] != (len(self.variables),):
            raise InputError(f"points must have {len(self.variables)} columns: {', '.join(self.variables)}")
        columns = np.moveaxis(np.atleast_2d(w) - self.centre, -1, 0)
        out = _loss(self._objective, list(columns))
        value = np.broadcast_to(out, columns.shape[1:])
        result: np.ndarray = np.asarray(value if w.ndim > 1 else value[0])
        return result

    def gradient(self, points: Any) -> np.ndarray:
        """∇K at points (n, d) -> (n, d)."""
        w = np.atleast_2d(np.asarray(points, dtype=float)) - self.centre
        columns = list(np.moveaxis(w, -1, 0))
        d = len(columns)
        squares = []
        slopes = []
        for gens, _ in self._objective.objects:
            values = [np.broadcast_to(_evaluate(g, columns), w.shape[:1]) for g in gens]
            squares.append(sum((v * v for v in values), np.zeros(len(w))))
            slopes.append([
                sum((2 * v * _evaluate(derivative(g, i, d), columns) for g, v in zip(gens, values, strict=True)),
                    np.zeros(len(w))) for i in range(d)
            ])
        out: np.ndarray = np.zeros_like(w)
        halves = [0.5 * e for _, e in self._objective.objects]
        for j, half in enumerate(halves):
            rest = np.ones(len(w))
            for k, other in enumerate(halves):
                if k != j:
                    rest = rest * squares[k] ** other
            with np.errstate(divide="ignore", invalid="ignore"):
                front = np.where(squares[j] > 0, half * squares[j] ** (half - 1.0), half if half == 1.0 else 0.0)
            for i in range(d):
                out[:, i] += rest * front * slopes[j][i]
        return out

    def torch_module(self, start: Any = None, dtype: Any = None) -> Any:
        """An ``nn.Module`` with one parameter vector `w` (d,) and ``forward() = K(w)``.

        Parameters
        ----------
        start : initial w; default the point w*.
        dtype : of the parameters; default torch.float64.

        Raises
        ------
        UnsupportedError : when torch is not installed.
        """
        try:
            import torch
        except ImportError:
            raise UnsupportedError("a torch loss needs torch, which is not installed; the numpy loss needs nothing") \
                from None
        loss, first = self, self.centre if start is None else np.asarray(start, dtype=float)
        kind = torch.float64 if dtype is None else dtype

        class Loss(torch.nn.Module):  # type: ignore[misc, unused-ignore]
            """K(w), differentiable; `lam` and `multiplicity` are what an estimator should find."""

            def __init__(self) -> None:
                super().__init__()
                self.w = torch.nn.Parameter(torch.tensor(first, dtype=kind))
                self.register_buffer("centre", torch.tensor(loss.centre, dtype=kind))
                self.lam, self.multiplicity = loss.lam, loss.multiplicity

            def forward(self, *_: Any) -> Any:
                """K at the present parameters (arguments, a batch say, are ignored)."""
                u = self.w - self.centre
                return _loss(loss._objective, [u[i] for i in range(len(loss.variables))])

        return Loss()


def _evaluate(node: Node, columns: list[Any]) -> Any:
    """A node at columns of numbers, arrays or tensors: only + and × and integer powers are used."""
    if isinstance(node, Poly):
        total: Any = 0.0
        for e, c in node.terms:
            term: Any = float(c)
            for i, n in enumerate(e):
                if n:
                    term = term * (columns[i] if n == 1 else columns[i] ** n)
            total = total + term
        return total
    if isinstance(node, Sum):
        total = 0.0
        for a in node.args:
            total = total + _evaluate(a, columns)
        return total
    out: Any = 1.0
    for a, k in node.args:
        value = _evaluate(a, columns)
        out = out * (value if k == 1 else value**k)
    return out


def _loss(obj: Objective, columns: list[Any]) -> Any:
    """∏ (Σ g²)^{E/2}; odd powers of one generator as |g|^E."""
    total: Any = 1.0
    for gens, exponent in obj.objects:
        values = [_evaluate(g, columns) for g in gens]
        if exponent % 2 == 0:
            square: Any = 0.0
            for v in values:
                square = square + v * v
            total = total * (square if exponent == 2 else square ** int(exponent / 2))
        elif len(values) == 1:
            total = total * abs(values[0]) ** exponent
        else:
            square = 0.0
            for v in values:
                square = square + v * v
            total = total * square ** (0.5 * exponent)
    return total


def export_loss(K: Any, *, mode: str | None = None, variables: object = None, at: object = None,
                region: object = None, lam: float | None = None, multiplicity: int | None = None) -> ExportedLoss:
    """A problem as a numpy (and torch) loss.

    Parameters
    ----------
    K : a `Result` (its λ and m go along), or text, sympy expression, list, as in `rlct.rlct`.
    mode, variables, at, region : as in `rlct.rlct`, when K is no result.
    lam, multiplicity : known values, when K is no result.

    Returns
    -------
    ExportedLoss

    Examples
    --------
    >>> from rlct import rlct
    >>> loss = export_loss(rlct("x^2*y^4"))
    >>> float(loss([2.0, 1.0])), loss.lam, loss.gradient([[2.0, 1.0]]).tolist()
    (4.0, 0.25, [[4.0, 16.0]])
    """
    problem = getattr(K, "problem", None)
    if isinstance(problem, Problem):
        value = getattr(K, "lam", None)
        lam = None if value is None else float(value)
        multiplicity = getattr(K, "multiplicity", None)
    else:
        problem = build_problem(K, mode, variables, at, region, None)
    obj = objective(problem)
    names = {"K": "K as given", "abs": "the absolute value of the function", "ideal": "sum of the squares"}
    return ExportedLoss(problem.variables, np.array(obj.centre), lam, multiplicity, names[problem.mode], obj)
