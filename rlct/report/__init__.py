"""Answers and proofs as text, LaTeX and HTML, from plain data.

What is read here is the JSON data of an answer (`rlct.result.Result.report_data`) and the certificate in it; nothing of
the search.  `answers` words the answer itself, `replay` follows a certificate with a little polynomial arithmetic
(`polynomials`), `words` and `ends` word its states, steps and ends, `story` tells the argument.
"""

from rlct.report.answers import latex, latex_with_convention, value_text
from rlct.report.story import explain, html, text

__all__ = ["explain", "html", "latex", "latex_with_convention", "text", "value_text"]
