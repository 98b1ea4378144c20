"""Every exception that `rlct` raises on purpose.

The tree (each class says one thing in one clear sentence, and keeps its data as attributes)::

    RlctError
    |- InputError (also a ValueError)   the problem as stated cannot be meant
    |  |- ParseError(text, position, hint)
    |  |- DimensionError(name, expected, got)
    |  |- NegativeLossError(function, point)
    |  |- RegionError(constraint, point)
    |  `- PriorError(factor, point)
    |- UnsupportedError                 outside the theory that is implemented
    |- Inconclusive                     inside the engine only, never leaves `rlct.rlct`
    |  `- BudgetExceeded
    |- CertificateError
    |  |- ObligationFailed(path, obligation, expected, got)
    |  `- SchemaError
    |- EstimationError                  the numbers do not carry an estimate
    `- InternalError                    a fault of the program itself
"""

from __future__ import annotations


class RlctError(Exception):
    """Base class of all errors of the package."""


class InputError(RlctError, ValueError):
    """The problem as stated has no meaning: the message says why and what to write instead, in one line."""

    def __str__(self) -> str:
        return " ".join(super().__str__().split())  # a text that is quoted may hold line breaks


class ParseError(InputError):
    """The text is not in the grammar; the message shows the place.

    Parameters
    ----------
    text : the text that was read.
    position : index of the first character that does not fit.
    hint : what is wrong there, and what to write instead.

    Examples
    --------
    >>> raise ParseError("x^2y", 3, "a product needs a sign here: write x^2*y")
    Traceback (most recent call last):
        ...
    rlct.errors.ParseError: a product needs a sign here: write x^2*y (at character 4: x^2 >>> y)
    """

    def __init__(self, text: str, position: int, hint: str):
        self.text, self.position, self.hint = text, position, hint
        before, after = text[:position][-30:], text[position:][:30]
        where = f"{before} >>> {after}".strip() if text else "the text is empty"
        super().__init__(f"{hint} (at character {position + 1}: {where})" if text else hint)

    def __reduce__(self) -> tuple[type[ParseError], tuple[str, int, str]]:
        return ParseError, (self.text, self.position, self.hint)


class DimensionError(InputError):
    """A sequence in variable order has the wrong length."""

    def __init__(self, name: str, expected: int, got: int):
        self.name, self.expected, self.got = name, expected, got
        entries = "entry" if expected == 1 else "entries"
        super().__init__(f"{name} needs {expected} {entries}, one for each variable, but has {got}")

    def __reduce__(self) -> tuple[type[DimensionError], tuple[str, int, int]]:
        return DimensionError, (self.name, self.expected, self.got)


class NegativeLossError(InputError):
    """K takes a negative value near the point (or in the region) although mode "K" was asked for.

    Parameters
    ----------
    function : text of K.
    point : text of a point where it is negative, such as ``"x=0, y=-1/64"``.
    """

    def __init__(self, function: str, point: str):
        self.function, self.point = function, point
        shown = function if len(function) <= 80 else function[:70] + "..."
        super().__init__(
            f"K = {shown} is negative at {point}, but in mode K it must be >= 0 there; "
            f'for the absolute value use mode="abs" (on the command line --abs)'
        )

    def __reduce__(self) -> tuple[type[NegativeLossError], tuple[str, str]]:
        return NegativeLossError, (self.function, self.point)


class RegionError(InputError):
    """The region is empty, has no volume, or does not contain the point."""

    def __init__(self, constraint: str, point: str | None = None, reason: str = ""):
        self.constraint, self.point, self.reason = constraint, point, reason
        if reason:
            text = reason
        elif point is None:
            text = f"the region is empty: {constraint} cannot be met"
        else:
            text = f"the point {point} is outside the region: it violates {constraint}"
        super().__init__(text)

    def __reduce__(self) -> tuple[type[RegionError], tuple[str, str | None, str]]:
        return RegionError, (self.constraint, self.point, self.reason)


class PriorError(InputError):
    """The prior is no density there: it is not integrable, or it is identically zero."""

    def __init__(self, factor: str, point: str | None = None, reason: str = "is not integrable"):
        self.factor, self.point, self.reason = factor, point, reason
        super().__init__(f"the prior {factor} {reason}" + (f" near {point}" if point else ""))

    def __reduce__(self) -> tuple[type[PriorError], tuple[str, str | None, str]]:
        return PriorError, (self.factor, self.point, self.reason)


class UnsupportedError(RlctError):
    """The problem has a meaning but lies outside the theory that is implemented."""


class Inconclusive(RlctError):
    """A question could not be decided; inside the engine only (the result then has status "bounds")."""


class BudgetExceeded(Inconclusive):
    """The budget of time or charts ended; inside the engine only.

    Parameters
    ----------
    reason : ``"seconds"``, ``"charts"`` or ``"interrupt"``.
    """

    def __init__(self, reason: str = "seconds"):
        self.reason = reason
        super().__init__(f"the search was stopped: {reason}")

    def __reduce__(self) -> tuple[type[BudgetExceeded], tuple[str]]:
        return BudgetExceeded, (self.reason,)


class CertificateError(RlctError):
    """A certificate does not prove its claim."""


class ObligationFailed(CertificateError):
    """One obligation of a certificate does not hold.

    Parameters
    ----------
    path : where in the certificate, such as ``"nodes[2].steps[0]"``.
    obligation : the name of the obligation.
    expected, got : what had to hold, and what was found, as text.
    """

    def __init__(self, path: str, obligation: str, expected: str = "", got: str = ""):
        self.path, self.obligation, self.expected, self.got = path, obligation, expected, got
        text = f"{path}: obligation '{obligation}' failed"
        if expected:
            text += f": expected {expected}"
        if got:
            text += f", got {got}" if expected else f": got {got}"
        super().__init__(text)

    def __reduce__(self) -> tuple[type[ObligationFailed], tuple[str, str, str, str]]:
        return ObligationFailed, (self.path, self.obligation, self.expected, self.got)


class SchemaError(CertificateError):
    """The data are not a certificate in the format this version reads.

    Parameters
    ----------
    field : the field at fault.
    problem : what is wrong with it.
    """

    def __init__(self, field: str, problem: str):
        self.field, self.problem = field, problem
        super().__init__(f"not a certificate that can be read: {field} {problem}")

    def __reduce__(self) -> tuple[type[SchemaError], tuple[str, str]]:
        return SchemaError, (self.field, self.problem)


class EstimationError(RlctError):
    """The sampled numbers do not carry an estimate."""


class InternalError(RlctError):
    """The search contradicts itself: a fault of the program, never an answer."""
