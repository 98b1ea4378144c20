"""A user's file: mypy --strict must accept it (it is checked, not run)."""

from fractions import Fraction

from rlct import Budget, InputError, Result, RlctError, check, rlct

r: Result = rlct("x^2*y^4", at={"x": 0}, budget=Budget(seconds=5))
lam: Fraction | float | None = r.lam
m: int | None = r.multiplicity
lo, hi = r.bounds
text: str = r.explain("full") + r.latex()
data: dict[str, object] = r.to_dict()
if r.status == "exact" and r.certificate is not None:
    report = check(r.certificate)
    print(report)

try:
    rlct(["x", "x*y"], mode="ideal", region="x>=0", prior="x")
except InputError as error:
    sentence: str = str(error)
except RlctError:
    raise
