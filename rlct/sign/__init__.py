"""Is K >= 0 near the point, or on the region?  A proof, a point where it is negative, or "not decided".

`decide` asks in order: a direction in which the lowest term is negative (`direction`), a derivation that the checker
can replay (`derive`), a complete decision in one and two variables and on planes through the point (`plane`), z3.
The proof is needed only because the search may use the sign to split sums; a negative point is bad input in mode K.
"""

from rlct.sign.decide import Sign, refuse_negative, sign_near
from rlct.sign.nearby import negative_nearby

__all__ = ["Sign", "negative_nearby", "refuse_negative", "sign_near"]
