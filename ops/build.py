"""The build as a command."""

from pathlib import Path


def build_command(
    root: Path,
    content: str = "",
    output: str = "",
    *,
    clean: bool = False,
    strict: bool = False,
    settings: str = "pelicanconf.py",
) -> list[str]:
    """Python's arguments for a build; empty folders are those of pelicanconf.py."""
    command = ["-m", "pelican", content or str(root / "content"), "-s", str(root / settings)]
    if output:
        command += ["-o", output]
    if clean:
        command += ["--ignore-cache"]
    if strict:
        command += ["-e", "KIM_STRICT=true"]
    return command
