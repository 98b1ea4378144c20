"""Statistical models: published learning coefficients, the ideals they lead to, and the statistics that follow.

One file a family.  `xxx(sizes) -> Known` is the published or derived answer, `xxx_case(sizes) -> Case` the
problem for `rlct.rlct`.  Formulas live only here; the engine never reads them.
"""
