"""The sample in content/ as it would be published, in a folder of its own; output/ stays as it is."""

import subprocess
import sys
from pathlib import Path

from kim.errors import KimError
from ops.build import build_command

#: The sample's own time: with the clock's, a pin would end and its pages would change.
_NOW = "2026-11-22T07:00:00+08:00"
_WORK = ".cache/sample"


def build_sample(root: Path) -> Path:
    """Build content/ with publishconf.py; the site's folder. Raises `KimError` in the build's words."""
    work = root / _WORK
    site = work / "site"
    command = build_command(root, output=str(site), settings="publishconf.py")
    command += ["-e", f'KIM_NOW="{_NOW}"', "--cache-path", str(work)]
    done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KimError(f"The sample cannot be built:\n{done.stdout}{done.stderr}")
    return site
