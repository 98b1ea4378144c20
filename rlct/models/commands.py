"""``rlct model NAME ...``: published values, ideals and engine answers of the model families on the command line.

The table `ENTRIES` is the whole list: a name, its options, the catalogue function and the builder of the ideal.
`command` is the click group to attach.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import click

from rlct.errors import InputError
from rlct.models import (
    arrangements,
    determinantal,
    factorisation,
    matrices,
    mixtures,
    monomials,
    networks,
    regression,
    singularities,
    statistics,
    topics,
    trees,
)
from rlct.models.known import Case, Known


@dataclass(frozen=True)
class Size:
    """One option of a model: its flag, how its text is read, its default (None: required)."""

    flag: str
    read: Callable[[str], Any]
    default: str | None = None
    help: str = ""


@dataclass(frozen=True)
class Entry:
    """A model on the command line; `known` or `case` may be absent."""

    name: str
    help: str
    sizes: tuple[Size, ...]
    known: Callable[..., Known] | None
    case: Callable[..., Case] | None = None


def integer(text: str) -> int:
    """An integer from the command line."""
    try:
        return int(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not an integer") from error


def integers(text: str) -> list[int]:
    """Integers separated by commas.

    >>> integers("784,100,10")
    [784, 100, 10]
    """
    return [integer(part.strip()) for part in text.split(",") if part.strip()]


def vectors(text: str) -> list[tuple[int, ...]]:
    """Integer vectors separated by semicolons.

    >>> vectors("1,1,0; 0,1,1")
    [(1, 1, 0), (0, 1, 1)]
    """
    return [tuple(integers(part)) for part in text.split(";") if part.strip()]


def units(text: str) -> list[tuple[str, str]]:
    """Units of a one-input network, "a,b; a,b".

    >>> units("1/3,1; 2/3,1")
    [('1/3', '1'), ('2/3', '1')]
    """
    found = []
    for part in text.split(";"):
        if part.strip():
            pieces = [p.strip() for p in part.split(",")]
            if len(pieces) != 2:
                raise InputError(f"a unit is written a,b, not {part.strip()!r}")
            found.append((pieces[0], pieces[1]))
    return found


def edges(text: str) -> list[tuple[str, str]]:
    """Edges of a tree, "1-u, 2-u".

    >>> edges("1-u, 2-u")
    [('1', 'u'), ('2', 'u')]
    """
    found = []
    for part in text.split(","):
        ends = [p.strip() for p in part.split("-")]
        if len(ends) != 2 or not all(ends):
            raise InputError(f"an edge is written vertex-vertex, not {part.strip()!r}")
        found.append((ends[0], ends[1]))
    return found


def blocks(text: str) -> list[list[str]]:
    """Groups of names, "1,2; 3,4".

    >>> blocks("1,2; 3")
    [['1', '2'], ['3']]
    """
    return [[p.strip() for p in part.split(",")] for part in text.split(";") if part.strip()]


def yes_no(text: str) -> bool:
    """The words yes and no."""
    if text not in ("yes", "no"):
        raise InputError(f"write yes or no, not {text!r}")
    return text == "yes"


def _network(activation: str, hidden: int, truth: list[tuple[str, str]], at: list[tuple[str, str]]) -> Case:
    """A one-input network as posed on the command line."""
    return regression.network(activation, hidden, truth=truth, at=at or None)


def _sizes(*names: str) -> tuple[Size, ...]:
    """Required integer options."""
    return tuple(Size(name, integer) for name in names)


_RANK = Size("rank", integer, "0", "rank of the truth")
ENTRIES: tuple[Entry, ...] = (
    Entry(
        "reduced-rank",
        "Reduced-rank regression B A (Aoyagi & Watanabe 2005).",
        (*_sizes("outputs", "hidden", "inputs"), _RANK),
        matrices.reduced_rank,
        matrices.reduced_rank_case,
    ),
    Entry(
        "reduced-rank-local",
        "Reduced-rank regression at factors of given ranks.",
        (*_sizes("outputs", "hidden", "inputs"), _RANK, *_sizes("rank-right", "rank-left")),
        matrices.reduced_rank_local,
        matrices.reduced_rank_case,
    ),
    Entry(
        "deep-linear",
        "Deep linear network (Aoyagi 2024).",
        (Size("widths", integers, None, "input first: 784,100,10"), _RANK),
        matrices.deep_linear,
        matrices.deep_linear_case,
    ),
    Entry(
        "symmetric-factorisation",
        "X X^T = C.",
        (*_sizes("size", "columns"), _RANK),
        factorisation.symmetric_factorisation,
        factorisation.symmetric_factorisation_case,
    ),
    Entry(
        "rank-one-tensor",
        "v1 x ... x vk = 0.",
        (Size("dimensions", integers),),
        factorisation.rank_one_tensor,
        factorisation.rank_one_tensor_case,
    ),
    Entry(
        "polynomial-product",
        "p q = 0 by coefficients.",
        _sizes("left-degree", "right-degree"),
        factorisation.polynomial_product,
        factorisation.polynomial_product_case,
    ),
    Entry(
        "monic-factorisation",
        "p q = t^n with monic factors.",
        _sizes("left-degree", "right-degree"),
        factorisation.monic_factorisation,
        factorisation.monic_factorisation_case,
    ),
    Entry(
        "vandermonde",
        "Power sums sum a_ik b_k^(Qj+1) (Aoyagi 2010).",
        _sizes("step", "outputs", "hidden"),
        networks.vandermonde,
        networks.vandermonde_case,
    ),
    Entry(
        "tanh",
        "One hidden layer of odd units, truth 0 (Aoyagi & Watanabe).",
        _sizes("hidden"),
        networks.tanh_zero,
        networks.tanh_zero_case,
    ),
    Entry(
        "tanh-teacher",
        "Odd units, truth of one unit, at a stratum.",
        (*_sizes("hidden"), Size("stratum", str, "merged")),
        networks.tanh_teacher,
        networks.tanh_teacher_case,
    ),
    Entry(
        "monomial-activation",
        "sum a_ik b_k^n = 0.",
        _sizes("outputs", "hidden", "power"),
        networks.monomial_activation,
        networks.monomial_activation_case,
    ),
    Entry(
        "quadratic-activation",
        "sum a_k b_k b_k^T = 0.",
        _sizes("hidden", "inputs"),
        networks.quadratic_activation,
        networks.quadratic_activation_case,
    ),
    Entry(
        "several-inputs",
        "One or two units with several inputs, truth 0.",
        (*_sizes("hidden", "inputs", "outputs"), Size("odd", yes_no, "yes", "yes or no")),
        networks.several_inputs,
        networks.several_inputs_case,
    ),
    Entry(
        "network",
        "Any analytic activation, one input: the ideal (use --engine).",
        (
            Size("activation", str),
            Size("hidden", integer),
            Size("truth", units, "", "true units a,b; a,b"),
            Size("at", units, "", "units of the point"),
        ),
        None,
        _network,
    ),
    Entry(
        "location-mixture",
        "Gaussian (Poisson, binomial) mixtures with probability weights.",
        (*_sizes("dimension", "components"), Size("true-components", integer, "1"), Size("two-sided", yes_no, "no")),
        mixtures.location_mixture,
        mixtures.location_mixture_case,
    ),
    Entry(
        "naive-bayes",
        "Binary naive Bayes, two classes (Rusakov & Geiger 2005).",
        (*_sizes("features"), Size("dependent", str, "none", "three, two or none")),
        mixtures.naive_bayes,
        mixtures.naive_bayes_case,
    ),
    Entry(
        "two-class-table",
        "Two-class mixture of independence tables.",
        (*_sizes("rows", "columns"), Size("where", str, "zero", "zero, interior or rank-two")),
        mixtures.two_class_table,
        mixtures.two_class_table_case,
    ),
    Entry(
        "lda",
        "Topic model / stochastic matrix factorisation (Hayashi 2021).",
        (*_sizes("words", "topics", "documents"), _RANK),
        topics.stochastic_factorisation,
        lambda m, h, n, r: topics.stochastic_factorisation_case(m, h, n) if r == 0 else _no_case(),
    ),
    Entry(
        "nmf",
        "Non-negative matrix factorisation, truth 0.",
        (*_sizes("rows", "inner", "columns"), _RANK),
        topics.nmf,
        lambda m, h, n, r: topics.nmf_case(m, h, n) if r == 0 else _no_case(),
    ),
    Entry(
        "one-factor",
        "One-factor analysis with free variances.",
        (*_sizes("variables"), Size("nonzero", integer, "0")),
        trees.one_factor,
        trees.one_factor_case,
    ),
    Entry(
        "gaussian-tree",
        "Gaussian latent tree; blocks of dependent leaves.",
        (Size("edges", edges, None, "1-u, 2-u, u-v"), Size("blocks", blocks, "", "1,2; 3,4")),
        trees.gaussian_tree,
    ),
    Entry(
        "monomial",
        "Monomial ideal.",
        (Size("exponents", vectors, None, "1,1,0; 0,1,1"),),
        monomials.monomial_ideal,
        monomials.monomial_ideal_case,
    ),
    Entry(
        "minors",
        "Minors of a generic matrix.",
        _sizes("rows", "columns", "k"),
        determinantal.minors,
        determinantal.minors_case,
    ),
    Entry(
        "symmetric-minors",
        "Minors of a symmetric matrix.",
        _sizes("size", "k"),
        determinantal.symmetric_minors,
        determinantal.symmetric_minors_case,
    ),
    Entry(
        "pfaffians",
        "Pfaffians of a skew matrix.",
        _sizes("size", "half"),
        determinantal.pfaffians,
        determinantal.pfaffians_case,
    ),
    Entry(
        "discriminant",
        "Discriminant of a monic polynomial, |f|.",
        _sizes("degree"),
        determinantal.monic_discriminant,
        determinantal.monic_discriminant_case,
    ),
    Entry(
        "reflection",
        "Mirrors of a reflection group, |f|.",
        (Size("group", str), Size("size", integer)),
        arrangements.reflection,
        arrangements.reflection_case,
    ),
    Entry(
        "arrangement",
        "Product of linear forms, |f|.",
        (Size("normals", vectors),),
        arrangements.arrangement,
        arrangements.arrangement_case,
    ),
    Entry(
        "arnold",
        "Arnold's singularities, sign-changing real form, |f|.",
        (Size("type", str, None, "A4, D5, E7, Q10, ..."),),
        singularities.arnold,
        singularities.arnold_case,
    ),
    Entry(
        "plane-branch",
        "Irreducible plane curve germ, |f|.",
        (*_sizes("p", "q"), Size("further", integer, "1")),
        singularities.plane_branch,
        singularities.plane_branch_case,
    ),
)


def _no_case() -> Case:
    """The answer of a builder that covers truth 0 only."""
    raise InputError("the ideal is written out for a truth of rank 0 only; the formula covers the other ranks")


@click.group(name="model", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Published learning coefficients of statistical models, their ideals, and the engine's answer beside them."""
    if ctx.invoked_subcommand is None:
        width = max(len(e.name) for e in ENTRIES)
        for entry in ENTRIES:
            click.echo(f"{entry.name:{width}}  {entry.help}")
        click.echo(f"{'phases':{width}}  Free-energy ranking of phases over n.")
        click.echo("rlct model NAME --help shows the sizes of a model")


def _attach(entry: Entry) -> None:
    """Add one entry of the table as a subcommand."""
    options: list[click.Parameter] = [
        click.Option(
            [f"--{s.flag}", s.flag.replace("-", "_")],
            required=s.default is None,
            default=s.default,
            help=s.help or None,
        )
        for s in entry.sizes
    ]
    options += [
        click.Option(["--engine"], is_flag=True, help="Ask the exact engine too, and compare."),
        click.Option(
            ["--ideal", "show_ideal"], is_flag=True, help="Print the ideal and why it carries the same λ and m."
        ),
        click.Option(["--time", "seconds"], type=float, default=120, help="Seconds for the engine (default 120)."),
        click.Option(["--prior"], help="A prior that vanishes: the formula is refused, the engine takes it."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON and nothing else."),
    ]
    command.add_command(click.Command(entry.name, params=options, help=entry.help, callback=_runner(entry)))


def _runner(entry: Entry) -> Callable[..., int]:
    """The callback of one entry."""

    def run(engine: bool, show_ideal: bool, seconds: float, prior: str | None, as_json: bool, **texts: str) -> int:
        values = [s.read(texts[s.flag.replace("-", "_")]) for s in entry.sizes]
        return answer(
            entry, values, engine=engine, show_ideal=show_ideal, seconds=seconds, prior=prior, as_json=as_json
        )

    return run


def answer(
    entry: Entry,
    values: Sequence[Any],
    *,
    engine: bool,
    show_ideal: bool,
    seconds: float,
    prior: str | None,
    as_json: bool,
) -> int:
    """Print what is known of one model, and what the engine finds if asked; returns the exit status."""
    known = None
    if entry.known is not None:
        if prior is not None and not engine:
            raise InputError(
                "the published value needs a prior that is positive at the truth; with --engine your prior is used"
            )
        known = entry.known(*values) if prior is None else None
    out: dict[str, Any] = {
        "model": entry.name,
        "sizes": {s.flag: str(v) for s, v in zip(entry.sizes, values, strict=True)},
    }
    lines = []
    if known is not None:
        out["formula"] = known.to_dict()
        sign = "<=" if known.kind == "upper bound" else "="
        lines.append(f"λ {sign} {known.lam}, m = {'?' if known.m is None else known.m}  ({_convention(known.mode)})")
        lines += [f"  source: {known.source}", *(f"  holds if: {h}" for h in known.hypotheses)]
    status = 0
    if engine or show_ideal or known is None:
        if entry.case is None:
            raise InputError(f"no ideal is written out for {entry.name}: leave out --engine and --ideal")
        case = entry.case(*values)
        out["case"] = {
            "generators": list(case.generators),
            "variables": list(case.variables),
            "mode": case.mode,
            "at": {k: str(v) for k, v in (case.at or {}).items()},
            "region": case.region if case.region is None else str(case.region),
            "argument": list(case.argument),
        }
        if show_ideal or known is None:
            lines += [f"{'ideal' if case.mode == 'ideal' else 'function'} in {', '.join(case.variables)}:"]
            lines += [f"  {g}" for g in case.generators]
            lines.append("at " + ", ".join(f"{k}={v}" for k, v in (case.at or {}).items()))
            lines += [f"  because: {a}" for a in case.argument]
        if engine or (known is None and not show_ideal):
            status = _engine(case, known, seconds, prior, out, lines)
    click.echo(json.dumps(out, ensure_ascii=False) if as_json else "\n".join(lines))
    return status


def _engine(
    case: Case, known: Known | None, seconds: float, prior: str | None, out: dict[str, Any], lines: list[str]
) -> int:
    """Ask the engine, record its answer, compare; 0 if exact and in agreement."""
    from rlct import Budget, rlct  # the exact engine, which the catalogue does not need

    words = case.keywords()
    if prior is not None:
        words["prior"] = prior
    result = rlct(case.expression, budget=Budget(seconds=seconds), **words)
    out["engine"] = result.to_dict()
    lines.append(f"engine: {result!r}")
    if known is None:
        return 0 if result.status == "exact" else 1
    lo, hi = result.bounds
    agrees = lo <= known.lam <= hi if known.kind == "exact" else lo <= known.lam
    if result.status == "exact" and known.m is not None and known.kind == "exact":
        agrees = agrees and result.multiplicity == known.m
    out["agrees"] = agrees
    lines.append("engine and formula agree" if agrees else "ENGINE AND FORMULA DIFFER: please report this")
    return 0 if result.status == "exact" and agrees else 1


def _convention(mode: str) -> str:
    """What λ belongs to, in words: the factor 2 between the conventions is the commonest mistake."""
    return {"ideal": "of K, the sum of squares", "K": "of K", "abs": "of |f|; f^2 has half of it"}[mode]


for _entry in ENTRIES:
    _attach(_entry)


@command.command(name="phases")
@click.option(
    "--phase", "texts", multiple=True, required=True, metavar="NAME=LOSS,LAMBDA[,M]", help="A phase; give two or more."
)
@click.option("--from", "n_min", type=float, default=10.0, help="Smallest n (default 10).")
@click.option("--to", "n_max", type=float, default=1e12, help="Largest n (default 1e12).")
@click.option("--plot", "path", metavar="FILE", help="Write a picture of the free energies.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def phases_command(texts: Sequence[str], n_min: float, n_max: float, path: str | None, as_json: bool) -> int:
    """Which phase has the least free energy n·loss + λ log n - (m-1) log log n, as a function of n."""
    regions = []
    for text in texts:
        name, _, rest = text.partition("=")
        parts = [p.strip() for p in rest.split(",")]
        if not name or len(parts) not in (2, 3):
            raise InputError(f"a phase is written name=loss,lambda or name=loss,lambda,m, not {text!r}")
        try:
            loss, lam = Fraction(parts[0]), Fraction(parts[1])
        except (ValueError, ZeroDivisionError) as error:
            raise InputError(f"loss and λ of {name} must be numbers") from error
        regions.append(statistics.Phase(name, loss, lam, integer(parts[2]) if len(parts) == 3 else 1))
    table = statistics.phases(regions, n_min, n_max)
    if path is not None:
        statistics.plot_phases(table, n_min, min(n_max, 1e9), path)
    if as_json:
        click.echo(json.dumps(table.to_dict()))
    else:
        for start, name in table.preferred:
            click.echo(f"from n = {start:.6g}: {name}")
    return 0
