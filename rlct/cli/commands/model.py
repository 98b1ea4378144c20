"""``rlct model NAME ...``: the families of `rlct.models`; the command itself is written there, beside its table."""

from rlct.models.commands import command

__all__ = ["command"]
