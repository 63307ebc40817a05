"""Pelican's settings for publishing: those of pelicanconf.py.

Absolute addresses come from network.toml in both, so that what was looked at is what is published.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pelicanconf import *  # noqa: F403
