"""Acts of the room assessment."""

from service.acts.table.known import Known

ACTS: tuple[Known, ...] = ()
