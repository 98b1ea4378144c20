"""Straight-line code for the nodes of an objective: in doubles, and in double-double."""

from __future__ import annotations

from fractions import Fraction

from rlct.numeric.local import Node, Poly, Sum


class Emitter:
    """Straight-line code for nodes: one temporary for each distinct operation."""

    def __init__(self, d: int, prefix: str = "t"):
        self.d, self.prefix = d, prefix
        self.lines: list[str] = []
        self.known: dict[str, str] = {}

    def bind(self, text: str) -> str:
        """A name for the value of `text`, reused when the same text was bound before."""
        name = self.known.get(text)
        if name is None:
            name = f"{self.prefix}{len(self.known)}"
            self.known[text] = name
            self.lines.append(f"{name} = {text}")
        return name

    def power(self, name: str, k: int) -> str:
        if k == 1:
            return name
        if k % 2:
            return self.bind(f"{self.power(name, k - 1)} * {name}")
        half = self.power(name, k // 2)
        return self.bind(f"{half} * {half}")

    def monomial(self, e: tuple[int, ...]) -> str | None:
        out: str | None = None
        for i, k in enumerate(e):
            if k:
                p = self.power(f"w{i}", k)
                out = p if out is None else self.bind(f"{out} * {p}")
        return out

    def flat(self, terms: dict[tuple[int, ...], Fraction], absolute: bool = False) -> str:
        """Multivariate Horner: take out the variable that occurs most."""
        if not terms:
            return "0.0"
        if len(terms) == 1:
            ((e, c),) = terms.items()
            value = abs(c) if absolute else c
            m = self.monomial(e)
            if m is None:
                return repr(float(value))
            if value == 1:
                return m
            return self.bind(f"-{m}") if value == -1 else self.bind(f"{float(value)!r} * {m}")
        count = [sum(1 for e in terms if e[i]) for i in range(self.d)]
        i = max(range(self.d), key=lambda j: count[j])
        if count[i] <= 1:
            texts = [self.flat({e: c}, absolute) for e, c in terms.items()]
            return self.bind(" + ".join(texts))
        k = min(e[i] for e in terms if e[i])
        inner = {tuple(a - k * (j == i) for j, a in enumerate(e)): c for e, c in terms.items() if e[i]}
        rest = {e: c for e, c in terms.items() if not e[i]}
        left = self.bind(f"{self.power(f'w{i}', k)} * {self.flat(inner, absolute)}")
        return left if not rest else self.bind(f"{self.flat(rest, absolute)} + {left}")

    def node(self, n: Node, absolute: bool = False) -> str:
        """The value of a node (or, with `absolute`, of the node with all coefficients made positive)."""
        if isinstance(n, Poly):
            return self.flat(n.as_dict(), absolute)
        if isinstance(n, Sum):
            return self.bind(" + ".join(self.node(a, absolute) for a in n.args))
        out: str | None = None
        for a, k in n.args:
            p = self.power(self.named(self.node(a, absolute)), k)
            out = p if out is None else self.bind(f"{out} * {p}")
        return out or "1.0"

    def named(self, text: str) -> str:
        return text if text.isidentifier() else self.bind(f"1.0 * {text}")


class DoubleEmitter:
    """The same in double-double: every value is a pair of names."""

    def __init__(self, d: int):
        self.d = d
        self.lines: list[str] = []
        self.known: dict[str, tuple[str, str]] = {}

    def bind(self, text: str) -> tuple[str, str]:
        pair = self.known.get(text)
        if pair is None:
            i = len(self.known)
            pair = (f"h{i}", f"l{i}")
            self.known[text] = pair
            self.lines.append(f"h{i}, l{i} = {text}")
        return pair

    def mul(self, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str]:
        return self.bind(f"dd_mul({a[0]}, {a[1]}, {b[0]}, {b[1]})")

    def add(self, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str]:
        return self.bind(f"dd_add({a[0]}, {a[1]}, {b[0]}, {b[1]})")

    def power(self, a: tuple[str, str], k: int) -> tuple[str, str]:
        if k == 1:
            return a
        if k % 2:
            return self.mul(self.power(a, k - 1), a)
        half = self.power(a, k // 2)
        return self.mul(half, half)

    def number(self, c: Fraction) -> tuple[str, str]:
        high = float(c)
        return repr(high), repr(float(c - Fraction(high)))

    def node(self, n: Node) -> tuple[str, str]:
        """The value of a node."""
        if isinstance(n, Poly):
            return self.flat(n.as_dict())
        if isinstance(n, Sum):
            out = self.node(n.args[0])
            for a in n.args[1:]:
                out = self.add(out, self.node(a))
            return out
        out = ("1.0", "0.0")
        for i, (a, k) in enumerate(n.args):
            p = self.power(self.node(a), k)
            out = p if i == 0 else self.mul(out, p)
        return out

    def flat(self, terms: dict[tuple[int, ...], Fraction]) -> tuple[str, str]:
        """Multivariate Horner, as in `Emitter.flat`."""
        if not terms:
            return "0.0", "0.0"
        count = [sum(1 for e in terms if e[i]) for i in range(self.d)]
        i = max(range(self.d), key=lambda j: count[j])
        if not count[i]:
            return self.number(next(iter(terms.values())))
        k = min(e[i] for e in terms if e[i])
        inner = {tuple(a - k * (j == i) for j, a in enumerate(e)): c for e, c in terms.items() if e[i]}
        rest = {e: c for e, c in terms.items() if not e[i]}
        left = self.mul(self.power((f"w{i}", "0.0"), k), self.flat(inner))
        return left if not rest else self.add(self.flat(rest), left)
