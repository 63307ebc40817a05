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
    report: Path | None = None,
) -> list[str]:
    """Python's arguments for a build; empty folders are those of the settings file.

    `report` is a file that the build writes what it did into, as JSON.
    """
    command = ["-m", "pelican", content or str(root / "content"), "-s", str(root / settings)]
    if output:
        command += ["-o", output]
    if clean:
        command += ["--ignore-cache"]
    extra = [*(["KIM_STRICT=true"] if strict else []), *([f'KIM_REPORT="{report}"'] if report else [])]
    if extra:
        command += ["-e", *extra]
    return command
