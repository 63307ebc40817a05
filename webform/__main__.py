"""`python -m webform`: the service in production, set by the environment."""

import sys

from kim.errors import KimError
from webform.commands import run_from_environment

if __name__ == "__main__":
    try:
        run_from_environment()
    except KimError as fault:
        print(fault, file=sys.stderr)
        sys.exit(fault.exitcode)
