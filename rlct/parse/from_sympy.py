"""sympy expressions to the expressions of `rlct.problem`, without expanding them.

sympy is imported here only when the user passes one of its objects, so it is already loaded then.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

from rlct.errors import InputError
from rlct.problem import Add, Expr, Mul, Num, Pow, Var

MAX_DEPTH = 100


def is_sympy(value: object) -> bool:
    """True for sympy expressions, polynomials and matrices (never imports sympy)."""
    module = sys.modules.get("sympy")
    return module is not None and isinstance(value, (module.Basic, module.MatrixBase))


def is_sympy_matrix(value: object) -> bool:
    """True for a sympy matrix: its entries are the generators of an ideal."""
    module = sys.modules.get("sympy")
    return module is not None and isinstance(value, module.MatrixBase)


def convert(expr: Any) -> Expr:
    """A polynomial with rational coefficients.

    Raises
    ------
    InputError : for anything else, naming the part that is no polynomial.
    """
    found = convert_product(expr, rational_powers=False)
    args = [base if k == 1 else Pow(base, int(k)) for base, k in found]
    return Num(Fraction(1)) if not args else args[0] if len(args) == 1 else Mul(tuple(args))


def convert_product(expr: Any, rational_powers: bool) -> list[tuple[Expr, Fraction]]:
    """Factors with exponents; `rational_powers` allows other exponents than integers >= 0 (priors)."""
    if expr.__class__.__name__ == "Poly":
        expr = expr.as_expr()
    _refuse_same_names(expr)
    parts = expr.args if expr.is_Mul else (expr,)
    out = []
    for part in parts:
        if rational_powers and part.func.__name__ == "Abs":
            part = part.args[0]
        if part.is_Pow and part.exp.is_Rational and part.base.free_symbols:
            k = Fraction(int(part.exp.p), int(part.exp.q))
            if not rational_powers and (k.denominator != 1 or k < 0):
                raise InputError(f"{part} is not a polynomial: its exponent is {k}")
            base = part.base.args[0] if rational_powers and part.base.func.__name__ == "Abs" else part.base
            out.append((_convert(base, 0), k))
        else:
            out.append((_convert(part, 0), Fraction(1)))
    return out


def _convert(e: Any, depth: int) -> Expr:
    if depth > MAX_DEPTH:
        raise InputError(f"expressions nested more than {MAX_DEPTH} deep are not read")
    if e.is_Symbol:
        return Var(str(e.name))
    if e.is_Rational:
        return Num(Fraction(int(e.p), int(e.q)))
    if e.is_Float:
        raise InputError(f"{e} is a float; write exact numbers, such as Rational(1, 10) for 0.1")
    if e.is_Add or e.is_Mul:
        args = tuple(_convert(a, depth + 1) for a in e.args)
        return Add(args) if e.is_Add else Mul(args)
    if e.is_Pow and e.exp.is_Integer and e.exp >= 0:
        return Pow(_convert(e.base, depth + 1), int(e.exp))
    if not getattr(e, "free_symbols", True):
        raise InputError(f"the coefficient {e} is not rational; only rational coefficients are read")
    raise InputError(f"{e} is not a polynomial, and only polynomials can be answered exactly")


def _refuse_same_names(expr: Any) -> None:
    """Two symbols with one name (different assumptions) would silently become one variable."""
    seen: dict[str, Any] = {}
    for s in expr.free_symbols:
        if seen.setdefault(str(s), s) != s:
            raise InputError(f"two different sympy symbols are both called {s}; give them different names")
