"""The cross-check half: λ and m from numbers alone, evaluated on the problem as the user gave it."""
