"""Processes of this machine, read from Linux's /proc: a program's children, and the memory that they hold."""

import os
from pathlib import Path

_PROC = Path("/proc")


def family(process: int) -> list[int]:
    """A process and all below it; one that has ended is in the list alone."""
    found = [process]
    try:
        for task in (_PROC / str(process) / "task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    except OSError:
        return found  # ended meanwhile
    return found


def cpu_seconds(process: int) -> float:
    """The processors' time that a process and its ended children took; 0 where it has ended itself."""
    try:
        fields = (_PROC / str(process) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process: int) -> int:
    """What a process holds in memory, with all that it shares with others; 0 where it has ended."""
    try:
        pages = int((_PROC / str(process) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def proportional_bytes(process: int) -> int:
    """What a process holds, of each shared page only its part (PSS), so that a family's may be added up."""
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def command_line(process: int) -> bytes:
    """The program that a process runs, with its arguments; empty where it has ended."""
    try:
        return (_PROC / str(process) / "cmdline").read_bytes()
    except OSError:
        return b""
