r"""ζ(z), Z(n), n E[K] and V(ε) from the charts of a certificate: the one room of numbers that reads charts.

Everything else in `rlct.numeric` evaluates K as the user wrote it.  Here the claim of a certificate is cut into charts
(cells on which K is a monomial times a unit, or crosses transversally), where ζ(z) = E K^z is a sum of smooth integrals
against powers: every digit of a double is right, for complex z, on both sides of the pole.  So

    Z(n) = (1/2πi) ∫ Γ(s) n^{-s} ζ(-s) ds   on Re s = λ/2

gives Z(n) and n E[K] for all n from values of ζ on one vertical line, and the leading Laurent coefficient at -λ
gives the constants of the asymptotics.  Results are labelled "chart": they share the charts with the exact answer
and are no independent check of it, unless compared with numbers from the original coordinates.
"""

from __future__ import annotations

from rlct.chart_zeta.exact import ChartZeta, Laurent, chart_zeta
from rlct.chart_zeta.sampled import SampledZeta, sampled_zeta

__all__ = ["ChartZeta", "Laurent", "SampledZeta", "chart_zeta", "sampled_zeta"]
