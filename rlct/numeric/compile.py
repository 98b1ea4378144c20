"""An `Objective` as compiled functions: generated numba source, kept on disk.

Generated for every objective (w is one point, shape (d,), local coordinates):

* ``value(w, work) -> log K``; ``work[0]`` becomes the log density (-inf behind a wall). Σf² is formed from the
  generators, scaled when it would underflow, so ε down to 1e-300 and below is reached.
* ``jacobian(w, F, J)``: all generators of all objects and their gradients.
* ``size(w, S)``: for each object the norm of Σ|terms| of its generators; u·S bounds the rounding error of ‖I‖.

numba caches by source file, so the source is written to a file in the user's cache folder (`jit.cache_folder`), named
by its digest: the second run of a problem loads machine code in a fraction of a second.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
import numpy as np

from rlct.numeric.emit import DoubleEmitter, Emitter
from rlct.numeric.jit import cache_folder
from rlct.numeric.local import Node, Objective, Poly, Sum, Terms, derivative, expanded, is_zero

Kernel = Callable[..., Any]
"""A compiled function with one explicit signature (a numba dispatcher, usable as a first-class function)."""
UNIT = 1.1102230246251565e-16
UNIT_DD = 1e-31
TRUSTED = 1e-6
"""A value in doubles above this share of Σ|terms| has at least nine digits; what is smaller is evaluated again."""
STRAIGHT = 40
"""Longer polynomials are kept as tables: straight-line code of hundreds of terms takes seconds to compile."""

_HEADER = '''"""Generated: kernels of one problem.  Safe to delete; it is made again when needed."""
from math import fabs, inf, log, sqrt

import numpy as np
from numba import float64, njit, types
'''
_DOUBLE_DOUBLE = "\nfrom rlct.numeric.double_double import dd_add, dd_mul, table_gradient, table_size, table_value\n"
"""Imported only where it is used: loading it takes as long as a small problem."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The kernels of one objective and the numbers that the samplers need.

    Parameters
    ----------
    objective : what was compiled.
    value, jacobian, size : compiled functions (module docstring).
    exponents : E of each object, shape (objects,).
    offsets : first generator of each object, and the total, shape (objects + 1,).
    unit : rounding unit of `value` for each object, shape (objects,) (double-double where that pays).
    seconds : time spent on compiling or loading.
    source : file of the generated source.
    """

    objective: Objective
    value: Kernel
    jacobian: Kernel
    size: Kernel
    exponents: np.ndarray
    offsets: np.ndarray
    unit: np.ndarray
    seconds: float
    source: str


LARGE = 2**31 - 1
"""The prime of `_repeated`."""


def wants_double_double(gens: tuple[Node, ...], exponent: float, semidefinite: bool, obj: Objective) -> bool:
    """Does higher precision pay?  For a factor of K with zeros of order two, and only where its terms can cancel.

    A factor f with K = f² g, g >= 0, is known to 1e-16 in doubles as its coordinates are; one of odd power in a K >= 0
    is a sum of squares, known to 1e-16 where they resolve 1e-32. The same holds where its lowest form at the point has
    a repeated factor.

    Examples
    --------
    >>> from rlct.numeric.local import objective
    >>> from rlct.parse.build import build_problem
    >>> kinds = ("x^2-2*x*y+2*y^2", "x^2-2*x*y+y^2+x^3", "x^3-y^2", "x^4*y^2", "x^2-y^2")
    >>> [wants_double_double(*o.objects[0], False, o) for o in (objective(build_problem(k, "abs")) for k in kinds)]
    [False, True, False, False, False]
    """
    if len(gens) != 1 or not isinstance(gens[0], Poly | Sum):
        return False
    terms = expanded(gens[0], obj.d)
    odd = any(c < 0 or any(k % 2 for k in e) for e, c in terms.items())
    if not odd or not 1 < len(terms) <= 600:
        return False
    if semidefinite and exponent % 2.0 == 1.0:
        return True
    order = min(map(sum, terms))
    lowest = {e: c for e, c in terms.items() if sum(e) == order}
    return _repeated(terms, obj.d) or (obj.local and _repeated(lowest, obj.d))


def _repeated(terms: Terms, d: int) -> bool:
    """Has a polynomial without its monomial factors a repeated factor?

    Asked on a line, modulo a prime: a factor that is repeated stays so there, others are equal on it with probability
    1e-6 or less.
    """
    least = [min(e[i] for e in terms) for i in range(d)]
    line = [flint.nmod_poly([7919 + 6007 * i * i, 104729 + 15485863 * i], LARGE) for i in range(d)]
    total = flint.nmod_poly([0], LARGE)
    for e, c in terms.items():
        if c.denominator % LARGE == 0:
            return False
        part = flint.nmod_poly([c.numerator * pow(c.denominator, -1, LARGE) % LARGE], LARGE)
        for x, k, low in zip(line, e, least, strict=True):
            part *= x ** (k - low)
        total += part
    return bool(total.gcd(total.derivative()).degree() > 0)


def source_of(
    obj: Objective, semidefinite: bool = False, precise: Sequence[bool] | None = None
) -> tuple[str, list[float]]:
    """The generated module of an objective, and the rounding unit of each object.

    Parameters
    ----------
    obj : what is compiled.
    semidefinite : K >= 0, see `wants_double_double`.
    precise : for each object whether it is evaluated in double-double; None: where that pays as far as its form tells.
    """
    d = obj.d
    if precise is None:
        precise = [wants_double_double(g, e, semidefinite, obj) for g, e in obj.objects]
    # a long polynomial alone is evaluated in double-double in any case
    units = [UNIT_DD if p or _long_alone(g) else UNIT for p, (g, _) in zip(precise, obj.objects, strict=True)]
    tables: list[str] = []
    load = [f"w{i} = w[{i}]" for i in range(d)]
    em = Emitter(d)
    double: list[str] = []
    tail: list[str] = ["total = 0.0"]
    for number, ((gens, exponent), unit) in enumerate(zip(obj.objects, units, strict=True), 1):
        if not gens:
            tail += ["return -inf"]
            break
        if _in_table(gens, unit):
            tables += _table(number, expanded(gens[0], d))
            names = [f"v{number}"]
            double.append(f"v{number} = table_value(w, E{number}, H{number}, L{number})")
        elif unit == UNIT_DD:
            names = [f"v{number}_{j}" for j in range(len(gens))]
            double += _filtered(gens, names, f"r{number}_", d)
        else:
            names = [em.named(em.node(g)) for g in gens]
        tail += _log_norm(names, exponent)
    tail.append("return total")
    pr = Emitter(d, "p")
    checks: list[str] = []
    for wall in obj.walls:
        text = pr.node(wall)
        checks += [f"if {text} < 0.0:", "    density = -inf"]
    for j, (node, e) in enumerate(obj.prior, 1000):
        if isinstance(node, Poly) and len(node.terms) > 1:
            # its zeros meet those of K: rounding must not fill them
            tables += _table(j, node.as_dict())
            text = f"v{j}"
            pr.lines.append(f"{text} = table_value(w, E{j}, H{j}, L{j})")
        else:
            text = pr.named(pr.node(node))
        checks += [
            f"if {text} != 0.0:",
            f"    density += {e!r} * log(fabs({text}))",
            "else:",
            "    density = -inf" if e > 0 else "    density = density",
        ]
    for i, s in enumerate(obj.normal):
        if s:
            checks.append(f"density -= w{i} * w{i} * {0.5 / s / s!r}")
    body = ["@njit(float64(float64[::1], float64[::1]), cache=True, nogil=True)", "def value(w, work):"]
    inner = load + ["density = 0.0"] + pr.lines + checks + ["work[0] = density"] + em.lines + double + tail
    body += ["    " + s for s in inner]
    body += ["", "", "@njit(types.void(float64[::1], float64[::1], float64[:, ::1]), cache=True, nogil=True)"]
    body += ["def jacobian(w, F, J):", *("    " + s for s in load + _gradients(obj, units) + ["return"])]
    ab = Emitter(d)
    out = []
    for k, ((gens, _), unit) in enumerate(zip(obj.objects, units, strict=True)):
        if _in_table(gens, unit):
            out.append(f"S[{k}] = table_size(w, E{k + 1}, H{k + 1})")
            continue
        texts = [ab.named(ab.node(g, absolute=True)) for g in gens] or ["0.0"]
        out.append(f"S[{k}] = sqrt(" + " + ".join(f"{t} * {t}" for t in texts) + ")")
    body += ["", "", "@njit(types.void(float64[::1], float64[::1]), cache=True, nogil=True)", "def size(w, S):"]
    body += ["    " + s for s in [f"w{i} = fabs(w[{i}])" for i in range(d)] + ab.lines + out + ["return"]]
    text = "\n".join([*tables, "", "", *body]) + "\n"
    return _HEADER + (_DOUBLE_DOUBLE if "dd_" in text or "table_" in text else "") + text, units


def _long_alone(gens: tuple[Node, ...]) -> bool:
    return len(gens) == 1 and isinstance(gens[0], Poly) and len(gens[0].terms) > STRAIGHT


def _in_table(gens: tuple[Node, ...], unit: float) -> bool:
    """Is it kept as a table of exponents?"""
    long = isinstance(gens[0], Sum) and length(gens[0]) > STRAIGHT if gens else False
    return unit == UNIT_DD and len(gens) == 1 and (_long_alone(gens) or long)


def length(node: Node) -> int:
    """Number of terms, as written."""
    if isinstance(node, Poly):
        return len(node.terms)
    return sum(length(a) for a in node.args) if isinstance(node, Sum) else sum(length(a) for a, _ in node.args)


def _filtered(gens: tuple[Node, ...], names: list[str], prefix: str, d: int) -> list[str]:
    """Lines that give generators their values: in doubles, or in double-double where those have lost digits."""
    em, sizes = Emitter(d, prefix), Emitter(d, "s")
    lines = [f"{n} = {em.node(g)}" for n, g in zip(names, gens, strict=True)]
    absolute = [sizes.node(g, absolute=True) for g in gens]
    exact = DoubleEmitter(d)
    pairs = [exact.node(g) for g in gens]
    largest = [f"fabs({n})" for n in names]
    return [
        *em.lines,
        *lines,
        *(f"a{i} = fabs(w{i})" for i in range(d)),
        *(_absolute(s, d) for s in sizes.lines),
        f"if {_largest(largest)} < {TRUSTED!r} * {_absolute(_largest(absolute), d)}:",
        *("    " + s for s in exact.lines),
        *(f"    {n} = {high}" for n, (high, _) in zip(names, pairs, strict=True)),
    ]


def _largest(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"max({', '.join(texts)})"


def _absolute(line: str, d: int) -> str:
    """The same with the absolute values of the coordinates."""
    return re.sub(r"\bw(\d+)\b", r"a\1", line)


def _log_norm(names: list[str], exponent: float) -> list[str]:
    """Lines that add exponent · log ‖names‖ to the total, scaled where squares underflow."""
    half = repr(0.5 * exponent)
    if len(names) == 1:
        return [f"if {names[0]} == 0.0:", "    return -inf", f"total += {exponent!r} * log(fabs({names[0]}))"]
    return [
        "q = " + " + ".join(f"{n} * {n}" for n in names),
        "if q < 1e-280:",
        "    m = max(" + ", ".join(f"fabs({n})" for n in names) + ")",
        "    if m == 0.0:",
        "        return -inf",
        "    q = " + " + ".join(f"({n} / m) * ({n} / m)" for n in names),
        f"    total += {half} * log(q) + {exponent!r} * log(m)",
        "else:",
        f"    total += {half} * log(q)",
    ]


def _gradients(obj: Objective, units: Sequence[float]) -> list[str]:
    """Lines that fill F with all generators (as well as `value` knows them) and J with their gradients in doubles."""
    d = obj.d
    em, exact = Emitter(d), DoubleEmitter(d)
    assign: list[str] = []
    row = 0
    for number, ((gens, _), unit) in enumerate(zip(obj.objects, units, strict=True), 1):
        for g in gens:
            if _in_table(gens, unit):
                assign.append(f"table_gradient(w, E{number}, H{number}, J, {row})")
                assign.append(f"F[{row}] = table_value(w, E{number}, H{number}, L{number})")
                row += 1
                continue
            assign.append(f"F[{row}] = {exact.node(g)[0] if unit == UNIT_DD else em.node(g)}")
            for i in range(d):
                dg = derivative(g, i, d)
                assign.append(f"J[{row}, {i}] = {'0.0' if is_zero(dg) else em.node(dg)}")
            row += 1
    return [*em.lines, *exact.lines, *assign]


def _table(number: int, terms: dict[tuple[int, ...], Fraction]) -> list[str]:
    """Exponents and coefficients (as two doubles) of a long polynomial, as constants of the module."""
    order = sorted(terms, reverse=True)
    high = [float(terms[e]) for e in order]
    low = [float(terms[e] - Fraction(h)) for e, h in zip(order, high, strict=True)]
    return [
        f"E{number} = np.array({[list(e) for e in order]!r}, dtype=np.int64)",
        f"H{number} = np.array({high!r})",
        f"L{number} = np.array({low!r})",
    ]


def load_source(text: str) -> tuple[Any, str]:
    """Write a generated module to the cache folder (once) and import it from there."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    name = f"kernel_{digest}"
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"{name}.py"
        if not probe.exists():
            _write(probe, text)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="rlct-"))
        probe = folder / f"{name}.py"
        _write(probe, text)
    known = f"_rlct_{name}"
    module = sys.modules.get(known)
    if module is None:
        spec = importlib.util.spec_from_file_location(known, probe)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # registered before it runs: machine code loaded from the cache looks its module up by name
        sys.modules[known] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[known]
            raise
    return module, str(probe)


def _write(path: Path, text: str) -> None:
    """Write so that another process never sees half a file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w") as f:
        f.write(text)
    os.replace(temporary, path)


def compile_objective(
    obj: Objective, semidefinite: bool = False, precise: Sequence[bool] | None = None
) -> Compiled:
    """The compiled kernels of an objective.

    Parameters
    ----------
    obj : from `rlct.numeric.local.objective`.
    semidefinite : K >= 0 (mode "K"): what is left of an expanded K without its squares is evaluated in double-double.
    precise : for each object whether it is; None: where that pays as far as its form tells.

    Returns
    -------
    Compiled : functions with explicit signatures, usable as first-class functions.
    """
    import time

    start = time.perf_counter()
    text, units = source_of(obj, semidefinite, precise)
    module, path = load_source(text)
    offsets = np.cumsum([0] + [len(g) for g, _ in obj.objects]).astype(np.int64)
    return Compiled(
        obj,
        module.value,
        module.jacobian,
        module.size,
        np.array([e for _, e in obj.objects]),
        offsets,
        np.array(units),
        time.perf_counter() - start,
        path,
    )
