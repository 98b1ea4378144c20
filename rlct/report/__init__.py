"""Answers and proofs as text, LaTeX and HTML, from plain data.

What is read here is the JSON data of an answer (`rlct.result.Result.report_data`) and the certificate in it; nothing of
the search.  `answers` words the answer itself, `replay` follows a certificate with a little polynomial arithmetic,
`story` tells what it found.
"""

from rlct.report.answers import html, latex, value_text
from rlct.report.story import explain

__all__ = ["explain", "html", "latex", "value_text"]
