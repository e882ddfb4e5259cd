"""The default timer: a thread per wait, which does not keep the program from ending."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer


def daemon_timer(seconds: float, call: Callable[[], None], /) -> Callable[[], None]:
    """Have `call` called once, that much later; return what prevents it."""
    timer = Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer.cancel
