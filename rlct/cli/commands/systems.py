"""``rlct systems``: the worked systems of `rlct.systems`; the command itself is written there, beside its rows."""

from rlct.systems.commands import command

__all__ = ["command"]
