"""Pelican's settings for publishing: those of pelicanconf.py, with files compressed as far as they go.

Absolute addresses come from network.toml in both, so that what was looked at is what is published; a trial
host can be named in the environment, by KIM_ADDRESS.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pelicanconf import *  # noqa: F403

KIM_ADDRESS = os.environ.get("KIM_ADDRESS", "")

# What is published is what the content says, whatever happened to the output folder in between.
KIM_VERIFY = True

# Only files that changed are compressed again.
KIM_BROTLI = 11
