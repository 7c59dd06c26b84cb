"""Acts of the room registers."""

from service.acts.table.known import Known

ACTS: tuple[Known, ...] = ()
