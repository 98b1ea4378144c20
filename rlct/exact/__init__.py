"""The exact engine: polynomials and integer vectors in, thresholds and certificate nodes out."""
