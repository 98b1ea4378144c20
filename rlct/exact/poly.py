"""Integer polynomials of the engine: a thin immutable wrapper around python-flint.

Inside the engine a polynomial matters only up to a non-zero constant, so everything is kept in
``Z[x]`` and made primitive by the caller (`Poly.primitive`).  All polynomials of one computation
live in one `Ring`; a chart that does not use a variable simply has no term with it.

The wrapper exists for two reasons: flint polynomials are not hashable, and reading their terms
costs far more than arithmetic on them, so the term list and the hash are remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import comb, gcd, lcm, prod
from typing import Any

from flint import Ordering, fmpq_mpoly_ctx, fmpz_mpoly_ctx
from flint.utils.flint_exceptions import DomainError

Exponent = tuple[int, ...]
Terms = tuple[tuple[Exponent, int], ...]


FACTOR_LIMIT = 25_000  # terms times degree times (variables - 1)
ROOT_FACTOR_LIMIT = 250_000  # the same, of what is given (tenths of a second)
LOW_DEGREE, LOW = 48, 20  # in three and more variables flint is fast up to that degree: so many times as long
FACTOR_DEGREE = 300  # (x^995 + 1: 3.7 s)
RESULTANT_LIMIT = 250_000
RESULTANT_PROBED = 1000  # products of terms beyond which the degrees of a resultant are looked at first
MANY_VARIABLES = 5  # then a tenth of that
RESULTANT_BOX = 15_000  # monomials of these degrees (24 000: over 25 s, 30 000: 15 s, 120 000: 30 s)
TAYLOR = 4  # degree up to which a shift by Taylor's formula is faster than Horner's scheme
PRODUCT_LIMIT = 4_000_000  # products of terms in one multiplication


class TooLarge(Exception):
    """An operation that would take longer than any answer is worth (flint cannot be interrupted)."""


class Ring:
    """The polynomial ring Z[x_0, ..., x_{n-1}]; `names` are only for printing."""

    __slots__ = ("_gens", "ctx", "n", "names", "one", "zero")

    def __init__(self, names: Sequence[str]):
        self.names = tuple(names)
        self.n = len(self.names)
        # flint refuses some user names, so it sees neutral ones
        self.ctx: Any = fmpz_mpoly_ctx.get(tuple(f"v{i}" for i in range(self.n)), Ordering.lex)
        self.zero = Poly(self, self.ctx.constant(0))
        self.one = Poly(self, self.ctx.constant(1))
        self._gens = tuple(Poly(self, g) for g in self.ctx.gens())

    def gen(self, i: int) -> Poly:
        """The variable with index `i`."""
        return self._gens[i]

    def const(self, c: int) -> Poly:
        """The constant polynomial `c`."""
        return Poly(self, self.ctx.constant(c))

    def from_terms(self, terms: Mapping[Exponent, int] | Iterable[tuple[Exponent, int]]) -> Poly:
        """Polynomial with the given integer coefficients (exponents must be distinct)."""
        return Poly(self, self.ctx.from_dict(dict(terms)))

    def from_fractions(self, terms: Mapping[Exponent, Fraction]) -> tuple[Poly, Fraction]:
        """Clear denominators: `(p, c)` with `c * p` the given polynomial and `c > 0`."""
        den = lcm(*(c.denominator for c in terms.values())) if terms else 1
        return self.from_terms({e: int(c * den) for e, c in terms.items()}), Fraction(1, den)

    def monomial(self, e: Exponent) -> Poly:
        """The monomial with exponents `e`."""
        return Poly(self, self.ctx.from_dict({e: 1}))


class Poly:
    """One polynomial of a `Ring`, immutable and hashable."""

    __slots__ = ("_degrees", "_hash", "_packed", "_terms", "_vars", "p", "ring")

    def __init__(self, ring: Ring, p: Any):
        self.ring = ring
        self.p = p
        self._terms: Terms | None = None
        self._hash: int | None = None
        self._degrees: Exponent | None = None
        self._vars: frozenset[int] | None = None
        self._packed: tuple[int, ...] | None = None

    # -- reading ---------------------------------------------------------------------------
    @property
    def terms(self) -> Terms:
        """All terms `(exponents, coefficient)`, in flint's (lexicographic, descending) order."""
        if self._terms is None:
            self._terms = tuple(
                (tuple(map(int, e)), int(c)) for e, c in zip(self.p.monoms(), self.p.coeffs(), strict=True)
            )
        return self._terms

    @property
    def packed(self) -> tuple[int, ...]:
        """The exponent vectors as integers (16 bits each): differences of vectors are differences of integers."""
        if self._packed is None:
            self._packed = tuple(sum(a << (16 * i) for i, a in enumerate(e) if a) for e, _ in self.terms)
        return self._packed

    @property
    def degrees(self) -> Exponent:
        """Degree in each variable (zeros for the zero polynomial)."""
        if self._degrees is None:
            self._degrees = tuple(max(0, int(x)) for x in self.p.degrees())
        return self._degrees

    @property
    def variables(self) -> frozenset[int]:
        """Indices of the variables that occur."""
        if self._vars is None:
            self._vars = frozenset(i for i, x in enumerate(self.degrees) if x > 0)
        return self._vars

    def __len__(self) -> int:
        return len(self.p)

    def __bool__(self) -> bool:
        return not self.p.is_zero()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.ring is other.ring and bool(self.p == other.p)

    def __hash__(self) -> int:
        if self._hash is None:  # without the exponents of each term, which take long to be read
            self._hash = hash((self.degrees, *self.p.coeffs()))
        return self._hash

    def __reduce__(self) -> Any:
        raise TypeError("engine polynomials do not leave the process; write their terms instead")

    @property
    def is_constant(self) -> bool:
        return bool(self.p.is_constant())

    @property
    def is_monomial(self) -> bool:
        """One term (any coefficient)."""
        return len(self.p) == 1

    def total_degree(self) -> int:
        return int(self.p.total_degree())

    def coefficient(self, e: Exponent) -> int:
        """The coefficient of the monomial with exponents `e`."""
        return int(self.p[e])

    def constant_term(self) -> int:
        return int(self.p[(0,) * self.ring.n])

    # -- arithmetic ------------------------------------------------------------------------
    def __add__(self, other: Poly) -> Poly:
        return Poly(self.ring, self.p + other.p)

    def __sub__(self, other: Poly) -> Poly:
        return Poly(self.ring, self.p - other.p)

    def __neg__(self) -> Poly:
        return Poly(self.ring, -self.p)

    def __mul__(self, other: Poly | int) -> Poly:
        if isinstance(other, int):
            return Poly(self.ring, self.p * other)
        if len(self.p) * len(other.p) > PRODUCT_LIMIT:
            raise TooLarge
        return Poly(self.ring, self.p * other.p)

    __rmul__ = __mul__

    def __pow__(self, e: int) -> Poly:
        if len(self.p) > 1 and e > 1 and self._power_terms(e) > PRODUCT_LIMIT // 4:
            raise TooLarge
        return Poly(self.ring, self.p**e)

    def _power_terms(self, e: int) -> int:
        """A bound on the number of terms of the e-th power."""
        n = len(self.p)
        boxes = prod(d * e + 1 for d in self.degrees)
        return boxes if n + e > 4000 else min(boxes, comb(n + e - 1, e))

    def divide(self, other: Poly) -> Poly | None:
        """The exact quotient over Z, or None (of primitive polynomials that is the one over Q: Gauss)."""
        try:  # flint notices early that a quotient does not exist, where its divmod goes on to a long remainder
            return Poly(self.ring, self.p / other.p)
        except DomainError:
            return None

    def divided_out(self, other: Poly, most: int | None = None) -> tuple[int, Poly]:
        """(n, g) with self = other^n g and n as large as possible, at most `most`; (0, self) for numbers."""
        n, rest = 0, self
        while n != most and not other.is_constant and rest and (quotient := rest.divide(other)) is not None:
            n, rest = n + 1, quotient
        return n, rest

    def divmod(self, other: Poly) -> tuple[Poly, Poly]:
        """flint's division with remainder (lex order, exact over Z where coefficients divide)."""
        q, r = divmod(self.p, other.p)
        return Poly(self.ring, q), Poly(self.ring, r)

    def gcd(self, other: Poly) -> Poly:
        """Greatest common divisor (1 where both are too large to find it)."""
        if self.is_large and other.is_large:
            return self.ring.one
        return Poly(self.ring, self.p.gcd(other.p))

    @property
    def is_large(self) -> bool:
        """Too large to be factored: flint may then take minutes, and cannot be interrupted."""
        return self._is_beyond(FACTOR_LIMIT)

    @property
    def is_huge(self) -> bool:
        """Too large to be factored even once."""
        return self.is_beyond(1)

    def is_beyond(self, patience: int) -> bool:
        """So many times as large as what is too large to be factored even once."""
        low = len(self.variables) > 2 and self.total_degree() <= LOW_DEGREE
        return self._is_beyond(ROOT_FACTOR_LIMIT * patience * (LOW if low else 1), FACTOR_DEGREE * patience)

    def _is_beyond(self, limit: int, highest: int = FACTOR_DEGREE) -> bool:
        degree, n = self.total_degree(), len(self.variables)
        return degree > highest or len(self) * degree * max(1, n - 1) > limit

    def factor(self) -> tuple[int, list[tuple[Poly, int]]]:
        """Constant and irreducible factors over Q with multiplicities."""
        try:
            c, fs = self.p.factor()
        except OverflowError:  # flint sorts the factors, and its comparison wants coefficients that fit a C integer
            return _factor_over_q(self)
        return int(c), [(Poly(self.ring, f), int(e)) for f, e in fs]

    def without_monomial(self) -> tuple[int, list[tuple[Poly, int]]]:
        """Constant and factors as `factor` gives them, where what is left after the variables stays as it is."""
        n = range(self.ring.n)
        content = self.content_in(n)
        rest = self.divide_monomial(n, content)
        powers = [(self.ring.gen(i), e) for i, e in enumerate(content) if e]
        return (int(rest.constant_term()), powers) if rest.is_constant else (1, [*powers, (rest, 1)])

    def square_free(self) -> list[tuple[Poly, int]]:
        """Coprime factors without multiple ones, and their powers; in two variables this is fast also where finding the
        irreducible factors is not."""
        return [(Poly(self.ring, f), int(e)) for f, e in self.p.factor_squarefree()[1]]

    def square_root(self) -> Poly | None:
        """g with f = c g², c a number, if there is one (of the primitive f, which then is a square: Gauss)."""
        if any(d % 2 for d in self.degrees):
            return None
        try:
            return Poly(self.ring, self.primitive().p.sqrt()).primitive()
        except DomainError:
            return None

    def derivative(self, i: int) -> Poly:
        return Poly(self.ring, self.p.derivative(i))

    def resultant(self, other: Poly, i: int) -> Poly:
        a, b = self.degrees[i], other.degrees[i]
        if (a + b) * (len(self) * b + len(other) * a) > RESULTANT_LIMIT:
            raise TooLarge
        probed = RESULTANT_PROBED if len(self.variables | other.variables) < MANY_VARIABLES else RESULTANT_PROBED // 10
        if len(self) * len(other) > probed and self._resultant_box(other, i) > RESULTANT_BOX:
            raise TooLarge
        return Poly(self.ring, self.p.resultant(other.p, i))

    def _resultant_box(self, other: Poly, i: int) -> int:
        """How many monomials have the degrees of the resultant in each variable (1 for less than two variables), read
        off where the others are numbers."""
        rest = sorted((self.variables | other.variables) - {i})
        if len(rest) < 2:
            return 1
        box = 1
        for n, j in enumerate(rest):
            numbers = {k: self.ring.const(2 + (3 * m + n) % 7) for m, k in enumerate(rest) if k != j}
            f, g = self.compose(numbers), other.compose(numbers)
            box *= f.p.resultant(g.p, i).degrees()[j] + 1
        return box

    def primitive(self) -> Poly:
        """Divide by the content; the leading (lex) coefficient becomes positive."""
        if not self:
            return self
        c = int(self.p.content())
        if int(self.p.leading_coefficient()) < 0:
            c = -c
        return self if c == 1 else Poly(self.ring, self.p // c)

    def primitive_signed(self) -> Poly:
        """Divide by the positive content: the sign of the values is kept."""
        if not self:
            return self
        c = abs(int(self.p.content()))
        return self if c == 1 else Poly(self.ring, self.p // c)

    # -- substitution ----------------------------------------------------------------------
    def compose(self, images: Mapping[int, Poly]) -> Poly:
        """Replace variable `i` by `images[i]`."""
        if not self.variables & images.keys():
            return self
        args = [images[i].p if i in images else self.ring.gen(i).p for i in range(self.ring.n)]
        return Poly(self.ring, self.p.compose(*args, ctx=self.ring.ctx))

    def at_zero(self, indices: Iterable[int]) -> Poly:
        """Set the given variables to 0."""
        idx = [i for i in indices if i in self.variables]
        return Poly(self.ring, self.p.subs(dict.fromkeys(idx, 0))) if idx else self

    def solve_into(self, i: int, unit: Poly, rest: Poly, most: int | None = None) -> Poly:
        """`unit**D * self(x_i = (x_i - rest)/unit)`, D the degree in x_i.

        This is how a polynomial looks after `x_i := unit*x_i + rest` became the coordinate; `unit`
        and `rest` must not contain x_i.  Raises TooLarge beyond `most` products of terms, times their bits.
        """
        d = self.degrees[i]
        if d == 0:
            return self
        z = self.ring.gen(i) - rest
        bits = max((abs(int(c)).bit_length() for c in z.p.coeffs()), default=0)
        if d <= TAYLOR and unit.is_constant:
            return self._shifted(i, unit.constant_term(), rest, 0 if most is None else most // (64 + d * bits))
        coeffs = self.coefficients(i)
        # Horner, from one power that occurs to the next: sum c_j z^j U^(d-j)
        acc, upow, last = self.ring.zero, self.ring.one, d
        work = 0
        for j in coeffs:
            if acc:
                work += len(acc) * min(z._power_terms(last - j), len(z) * (last - j)) * (64 + (d - j) * bits)
                if most is not None and work > most:
                    raise TooLarge
                acc = acc * z ** (last - j)
                upow = upow * unit ** (last - j)
            acc, last = acc + coeffs[j] * upow, j
        return acc * z**last

    def _shifted(self, i: int, unit: int, rest: Poly, most: int) -> Poly:
        """`solve_into` by Taylor's formula at x_i, for units that are numbers: (x_i - rest)/unit = x_i + step/unit;
        TooLarge beyond `most` products of terms, if not 0."""
        step = (self.ring.gen(i) * (1 - unit) - rest).p
        d, part, power = self.degrees[i], self.p, self.ring.one.p
        total, work = part * unit**d, 0
        for k in range(1, d + 1):
            part, power = part.derivative(i) / k, power * step
            products = len(part) * len(power)
            work += products
            if products > PRODUCT_LIMIT or 0 < most < work:
                raise TooLarge
            total = total + part * power * unit ** (d - k)
        return Poly(self.ring, total)

    def coefficients(self, i: int) -> dict[int, Poly]:
        """Coefficients as a polynomial in x_i: `{j: c_j}`, c_j free of x_i, the highest first."""
        out: dict[int, Poly] = {}
        x, rest, j = self.ring.gen(i).p, self.p, 0
        while not rest.is_zero():
            gap = int(rest.term_content().degrees()[i])
            if gap:
                rest, j = rest / x**gap, j + gap
            low = rest.subs({i: 0})
            out[j] = Poly(self.ring, low)
            rest = rest - low
        return dict(reversed(out.items()))

    def grouped(self, indices: Sequence[int]) -> dict[Exponent, Poly]:
        """Coefficients with respect to the variables `indices`: `{exponents there: polynomial in the rest}`."""
        parts: dict[Exponent, dict[Exponent, int]] = {}
        for e, c in self.terms:
            key = tuple(e[i] for i in indices)
            rest = list(e)
            for i in indices:
                rest[i] = 0
            parts.setdefault(key, {})[tuple(rest)] = c
        return {k: self.ring.from_terms(t) for k, t in parts.items()}

    def content_in(self, indices: Sequence[int]) -> Exponent:
        """Largest monomial in the variables `indices` that divides this (non-zero) polynomial."""
        content = self.p.term_content().degrees()
        return tuple(int(content[i]) for i in indices)

    def divide_monomial(self, indices: Sequence[int], exps: Sequence[int]) -> Poly:
        """Divide by the monomial with exponents `exps` in `indices`; it must divide."""
        if not any(exps):
            return self
        monomial = prod((self.ring.gen(i).p ** a for i, a in zip(indices, exps, strict=True) if a), start=1)
        return Poly(self.ring, self.p / monomial)

    def value(self, point: Mapping[int, Fraction]) -> Fraction:
        """Value at a rational point that gives every occurring variable."""
        top = self.degrees
        up: dict[int, list[int]] = {}  # with a common denominator: the product of denominator^degree
        common = 1
        for i in self.variables:
            x = Fraction(point[i])
            a, b, d = x.numerator, x.denominator, top[i]
            up[i] = [a**k * b ** (d - k) for k in range(d + 1)]
            common *= b**d
        total = 0
        for e, c in self.terms:
            for i, powers in up.items():
                c *= powers[e[i]]
            total += c
        return Fraction(total, common)

    def __repr__(self) -> str:
        if not self:
            return "0"
        out = []
        for e, c in self.terms:
            mono = "*".join(
                self.ring.names[i] + (f"^{a}" if a > 1 else "") for i, a in enumerate(e) if a
            )
            out.append(f"{c}" if not mono else mono if c == 1 else f"-{mono}" if c == -1 else f"{c}*{mono}")
        return " + ".join(out).replace("+ -", "- ")


def content_of(values: Iterable[int]) -> int:
    """Greatest common divisor of integers (0 for none)."""
    g = 0
    for v in values:
        g = gcd(g, v)
    return g


def _factor_over_q(f: Poly) -> tuple[int, list[tuple[Poly, int]]]:
    """Factorisation with rational coefficients (f is an integer multiple of the product)."""
    ctx = fmpq_mpoly_ctx.get(f.ring.names, "lex")
    _, found = ctx.from_dict(f.p.to_dict()).factor()
    factors = []
    for g, e in found:
        terms = {tuple(map(int, exps)): Fraction(int(c.p), int(c.q)) for exps, c in g.to_dict().items()}
        factors.append((f.ring.from_fractions(terms)[0], int(e)))
    product = f.ring.one
    for h, e in factors:
        product = product * h**e
    return int(f.p.leading_coefficient()) // int(product.p.leading_coefficient()), factors
