"""The grammar of polynomials, by recursive descent.

::

    list    := sum (',' sum)*
    sum     := ['+'|'-'] term (('+'|'-') term)*
    term    := power (('*' | '/' | nothing) power)*        '/' only by a non-zero constant
    power   := ('+'|'-')* atom ['^' exponent | superscript]
    atom    := number | name | '(' sum ')'

"Nothing" stands for a product only after a number (``2x``, ``2(x+y)``) and after or before a bracket
(``(x+y)(x-y)``); after an exponent only before a bracket, because ``x^2y`` can be misread.  ``xy`` is one name.

Inside, a term is a list of factors with rational exponents, so that priors such as ``x^(1/2)*(1-x)^(-1/2)`` need no
second parser; where a polynomial is wanted, an exponent that is no integer >= 0 is refused at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from rlct.errors import InputError, ParseError
from rlct.parse.tokens import Token, tokenize
from rlct.problem import Add, Expr, Mul, Num, Pow, Var, evaluate, names

MAX_DEPTH = 100
"""Deepest nesting of brackets (and of powers of powers) that is read."""
MAX_EXPONENT = 10**6
WHERE_ATOM = "where a number, a name or a bracket should follow"

FUNCTIONS = frozenset(
    "sin cos tan tanh sinh cosh exp log ln sqrt abs Abs max min sign sigmoid relu ReLU erf gamma cot sec csc "  # noqa: SIM905
    "asin acos atan floor ceil root factorial".split()
)
"""Words that, before a bracket, surely mean a function; only the wording of the refusal depends on them."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor ``base^exponent`` of a term, and where it begins in the text."""

    base: Expr
    exponent: Fraction
    start: int


def parse_expression(text: str) -> Expr:
    """One polynomial, unexpanded.

    Raises
    ------
    ParseError : with the place and what to write instead.

    >>> from rlct.problem import to_text
    >>> to_text(parse_expression("2x**2 - (x+y)(x-y)/3"))
    '2*x^2 - (x + y)*(x - y)*1/3'
    """
    p = Parser(text)
    expr = p.polynomial()
    if p.token.text == ",":
        p.fail("a comma separates generators of an ideal; say so with --ideal (mode='ideal')")
    p.expect_end()
    return expr


def parse_list(text: str) -> list[tuple[Expr, str]]:
    """Polynomials separated by commas, each with its own text.

    >>> [s for _, s in parse_list("x*y, y*z")]
    ['x*y', 'y*z']
    """
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        text = stripped[1:-1]
    p = Parser(text)
    out = []
    while True:
        start = p.token.start
        expr = p.polynomial()
        out.append((expr, text[start : p.previous_end].strip()))
        if p.token.text != ",":
            break
        p.advance()
    p.expect_end()
    return out


def parse_prior(text: str) -> list[tuple[Expr, Fraction]]:
    """A product of powers: factors with rational exponents; a sum is one factor with exponent 1.

    >>> [str(e) for _, e in parse_prior("x^(1/2)*(1-x)^(-1/2)")]
    ['1/2', '-1/2']
    """
    p = Parser(text, rational_powers=True)
    found = p.sum()
    p.expect_end()
    return [(f.base, f.exponent) for f in found]


def difference(a: Expr, b: Expr) -> Expr:
    """a - b, without a term 0."""
    parts = [e for e in (a, negated(b)) if not (isinstance(e, Num) and e.value == 0)]
    return Num(Fraction(0)) if not parts else parts[0] if len(parts) == 1 else Add(tuple(parts))


def negated(e: Expr) -> Expr:
    """-e, with the sign taken into a leading number where there is one."""
    if isinstance(e, Num):
        return Num(-e.value)
    if isinstance(e, Mul):
        if isinstance(e.args[0], Num):
            rest = e.args[1:]
            if e.args[0].value == -1:
                return rest[0] if len(rest) == 1 else Mul(rest)
            return Mul((Num(-e.args[0].value), *rest))
        return Mul((Num(Fraction(-1)), *e.args))
    return Mul((Num(Fraction(-1)), e))


class Parser:
    """Reads tokens from left to right; the methods are the rules of the grammar."""

    def __init__(self, text: str, rational_powers: bool = False):
        self.text = text
        self.tokens = tokenize(text)
        self.i = 0
        self.depth = 0
        self.rational_powers = rational_powers

    # -- tokens ------------------------------------------------------------------------------
    @property
    def token(self) -> Token:
        return self.tokens[self.i]

    @property
    def previous_end(self) -> int:
        return self.tokens[self.i - 1].end if self.i else 0

    def advance(self) -> Token:
        t = self.tokens[self.i]
        if t.kind != "end":
            self.i += 1
        return t

    def fail(self, hint: str, position: int | None = None) -> NoReturn:
        raise ParseError(self.text, self.token.start if position is None else position, hint)

    def expect_end(self) -> None:
        t = self.token
        if t.kind == "end":
            return
        if t.text == ")":
            self.fail("this ')' has no matching '('")
        if t.text in ("=", "==", "<", ">", "<=", ">="):
            self.fail("an equation or inequality is no polynomial; give one side minus the other")
        self.fail(f"'{t.text}' is not expected here")

    # -- rules -------------------------------------------------------------------------------
    def polynomial(self) -> Expr:
        """A sum, as one polynomial expression."""
        return self.as_polynomial(self.sum())

    def sum(self) -> list[Factor]:
        """A sum; if it has one term, that term's factors, else one factor with exponent 1."""
        start = self.token.start
        terms: list[list[Factor]] = []
        while True:
            sign = self.signs()
            found = self.term()
            terms.append(found if sign > 0 else [Factor(Num(Fraction(-1)), Fraction(1), start), *found])
            if self.token.text not in ("+", "-"):
                break
        if len(terms) == 1:
            return terms[0]
        return [Factor(Add(tuple(self.as_polynomial(t) for t in terms)), Fraction(1), start)]

    def signs(self) -> int:
        sign = 1
        while self.token.kind == "op" and self.token.text in ("+", "-"):
            sign = -sign if self.advance().text == "-" else sign
        return sign

    def term(self) -> list[Factor]:
        found = self.power()
        while True:
            t = self.token
            if t.text == "*" and t.kind == "op":
                self.advance()
                found = found + self.power()
            elif t.text == "/" and t.kind == "op":
                self.advance()
                found = found + self.inverse(self.power(), t.start)
            elif self.implicit_product():
                found = found + self.power()
            else:
                return found

    def implicit_product(self) -> bool:
        """Whether the next token continues the product without a sign; raises where that can be misread."""
        t = self.token
        if not (t.kind in ("name", "number") or t.text == "("):
            return False
        last = self.tokens[self.i - 1]
        after_power = self.i >= 2 and self.tokens[self.i - 2].text == "^" and last.kind == "number"
        if t.kind == "number":
            self.fail(f"an operator is missing before {t.text}: write * for a product or ^ for a power")
        if t.text == "(":
            if last.kind == "name":
                self.refuse_call(last)
            return True
        if last.kind == "name":
            self.fail(f"an operator is missing between {last.text} and {t.text}: write {last.text}*{t.text}")
        if after_power:
            base = self.tokens[self.i - 3]
            power = (base.text if base.kind == "name" else "") + f"^{last.text}"
            gap = " " if t.start > last.start + len(last.text) else ""
            self.fail(f"{power}{gap}{t.text} can be misread: write {power}*{t.text}")
        return True

    def refuse_call(self, name: Token) -> NoReturn:
        if name.text in FUNCTIONS:
            self.fail(f"{name.text}(...) is not a polynomial, and only polynomials can be answered exactly", name.start)
        hint = f"{name.text} followed by a bracket reads as a function: write {name.text}*(...) for a product"
        self.fail(hint, name.start)

    def power(self) -> list[Factor]:
        start = self.token.start
        sign = self.signs()
        base = self.atom()
        if self.token.kind == "superscript":
            base = self.raised(base, Fraction(int(self.advance().text)), start)
        if self.token.kind == "op" and self.token.text == "^":
            self.advance()
            base = self.raised(base, self.exponent(), start)
        return base if sign > 0 else [Factor(Num(Fraction(-1)), Fraction(1), start), *base]

    def exponent(self) -> Fraction:
        """A constant; towers group to the right: x^2^3 = x^8."""
        if self.token.kind == "number" and self.tokens[self.i + 1].text != "^":  # the ordinary case, and a fast one
            return Fraction(int(self.advance().text))
        self.depth += 1
        self.check_depth()
        start = self.token.start
        sign = self.signs()
        expr = self.as_polynomial(self.atom())
        if names(expr):
            self.fail("an exponent must be a number, so this is not a polynomial", start)
        value = evaluate(expr, {})
        if self.token.kind == "op" and self.token.text == "^":
            self.advance()
            value = self.constant_power(value, self.exponent(), start)
        self.depth -= 1
        return sign * value

    def raised(self, base: list[Factor], n: Fraction, start: int) -> list[Factor]:
        if len(base) == 1 and isinstance(base[0].base, Num) and base[0].exponent == 1:
            value = base[0].base.value
            bits = max(value.numerator.bit_length(), value.denominator.bit_length())
            if n.denominator == 1 and (n < 0 or n * bits < 64):
                return [Factor(Num(self.constant_power(value, n, start)), Fraction(1), start)]
        if abs(n) > MAX_EXPONENT:
            self.fail(f"an exponent above {MAX_EXPONENT} is not read", start)
        out = [Factor(f.base, f.exponent * n, f.start) for f in base]
        if not self.rational_powers:
            if n.denominator != 1:
                self.fail(f"the exponent {n} is not an integer, so this is not a polynomial", start)
            if n < 0:
                self.fail(f"the exponent {n} is negative, so this is not a polynomial", start)
        return out

    def constant_power(self, value: Fraction, n: Fraction, start: int) -> Fraction:
        if n.denominator != 1:
            self.fail("a root of a number is not rational; only rational coefficients are read", start)
        if n < 0 and value == 0:
            self.fail("this divides by zero", start)
        try:
            return evaluate(Pow(Num(value if n >= 0 else 1 / value), abs(int(n))), {})
        except InputError as e:
            raise ParseError(self.text, start, str(e)) from None

    def inverse(self, divisor: list[Factor], start: int) -> list[Factor]:
        if all(not names(f.base) for f in divisor):
            value = evaluate(self.as_polynomial(divisor), {})
            if value == 0:
                self.fail("this divides by zero", start)
            return [Factor(Num(1 / value), Fraction(1), start)]
        if not self.rational_powers:
            self.fail("only division by a number is a polynomial", start)
        return [Factor(f.base, -f.exponent, f.start) for f in divisor]

    def atom(self) -> list[Factor]:  # noqa: RET503 (fail never returns)
        t = self.advance()
        if t.kind == "number":
            return [Factor(Num(Fraction(int(t.text))), Fraction(1), t.start)]
        if t.kind == "name":
            if self.token.text == "(":
                return self.call(t)
            return [Factor(Var(t.text), Fraction(1), t.start)]
        if t.text == "(":
            return self.bracket(t)
        if t.kind == "end":
            self.fail(f"the text ends {WHERE_ATOM}" if self.i else "the text is empty")
        self.fail(f"'{t.text}' comes {WHERE_ATOM}", t.start)

    def bracket(self, opening: Token) -> list[Factor]:
        self.depth += 1
        self.check_depth()
        inside = self.sum()
        if self.token.text != ")":
            if self.token.kind == "end":
                self.fail("this '(' is never closed", opening.start)
            self.fail(f"'{self.token.text}' is not expected inside a bracket")
        self.advance()
        self.depth -= 1
        if self.rational_powers:
            return inside
        return [Factor(self.as_polynomial(inside), Fraction(1), opening.start)]

    def call(self, name: Token) -> list[Factor]:
        """A name before a bracket; `rlct.parse.points` gives some of them a meaning."""
        self.refuse_call(name)

    def check_depth(self) -> None:
        if self.depth > MAX_DEPTH:
            self.fail(f"brackets or exponents nested more than {MAX_DEPTH} deep are not read")

    def as_polynomial(self, found: list[Factor]) -> Expr:
        """The product of factors as one expression; every exponent must be an integer >= 0."""
        for f in found:
            if f.exponent.denominator != 1 or f.exponent < 0:
                self.fail(f"a power with exponent {f.exponent} can only be a factor of the whole", f.start)
        args: list[Expr] = []
        sign = 1
        for f in found:
            if isinstance(f.base, Num) and f.base.value == -1 and f.exponent == 1:
                sign = -sign
            else:
                args.append(f.base if f.exponent == 1 else Pow(f.base, int(f.exponent)))
        expr: Expr = Num(Fraction(1)) if not args else args[0] if len(args) == 1 else Mul(tuple(args))
        return expr if sign > 0 else negated(expr)
