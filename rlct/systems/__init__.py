"""The worked systems: claims of five texts about singular learning theory, each with an exact and a numeric check.

One file a source; `rows` lists the questions, `run` asks the public `rlct` and `estimate` and gives a verdict.
"""
