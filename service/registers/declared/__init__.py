"""Which registers there are: a dated line for each, with what a line of it needs and the columns of its form, in order.

A new register, or a form that changed, is a new line here. `basis` is the article that asks for the register; where
`form` is None the columns are a default of ours, and where it names a form of NPSC Rule 8/2025 they are those that the
rule itself lists, in its order: the printed forms are not published in a readable shape. An organization's own form goes
before either.
"""

from datetime import date

from service.registers.declared import documents, guarding
from service.registers.declared.codes import CODES
from service.registers.declared.forms import Column, Register

__all__ = ["CODES", "KINDS", "PERMITS", "REGISTERS", "Column", "Register", "register"]

REGISTERS: tuple[Register, ...] = (*documents.REGISTERS, *guarding.REGISTERS)
"""Every register of this room, dated."""
KINDS: tuple[str, ...] = tuple(dict.fromkeys(one.kind for one in REGISTERS))
PERMITS = ("entry", "device", "other_use")
"""Registers whose lines let somebody do something until they end."""


def register(kind: str, *, on: date) -> Register:
    """Return a register as declared on a day; before its first line, the first. Raises ValueError for an unknown kind."""
    lines = sorted((one for one in REGISTERS if one.kind == kind), key=lambda one: one.since)
    if not lines:
        msg = f"kind: there is no register {kind!r}; there are {', '.join(KINDS)}"
        raise ValueError(msg)
    return max((one for one in lines if one.since <= on), key=lambda one: one.since, default=lines[0])
