"""Jobs that tests hand to other processes; these import them by name."""

import os
import signal
import threading
import time
from pathlib import Path

from kim.errors import KimError


def square(number: int) -> int:
    return number * number


def square_slowly(number: int) -> int:
    time.sleep(0.05)
    return number * number


def who(_: int) -> int:
    return os.getpid()


def refuse_seven(number: int) -> int:
    if number == 7:
        raise KimError("Not seven.")
    return number


def die_once(mark: Path) -> str:
    """Ends its process in the middle of the work, but not the second time."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return mark.name
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def note(folder: Path) -> None:
    """Leaves its process's number, and never ends."""
    (folder / str(os.getpid())).touch()
    time.sleep(600)


class Maker:
    """Remembers which thread made it."""

    def __init__(self) -> None:
        self.made_by = os.getpid(), threading.get_ident()


def asked_twice(_: int) -> bool:
    from plugins.portal.pool import own

    return own(Maker) is own(Maker) and own(Maker).made_by == (os.getpid(), threading.get_ident())
