"""From what a user writes (text, sympy objects, lists) to a `rlct.problem.Problem`.

Text is read by a tokenizer (`tokens`) and a recursive-descent parser (`grammar`); nothing is ever evaluated as code.
"""

from rlct.parse.build import build_problem
from rlct.parse.grammar import parse_expression, parse_list, parse_prior

__all__ = ["build_problem", "parse_expression", "parse_list", "parse_prior"]
