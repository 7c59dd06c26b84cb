"""Ctrl-C while a service is being built: kept, whatever Python does with it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end at the latest, where Ctrl-C was pressed meanwhile.

    Python drops what is raised in the callback of a weak reference, and building an application ends many of these: whoever
    pressed Ctrl-C then would have been served all the same.
    """
    if current_thread() is not main_thread():
        yield
        return
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
