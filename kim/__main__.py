"""`python -m kim`: the rules on the command line."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kim.check import Checked, check_content, content_path
from kim.errors import KimError
from kim.mend import plan_mending, write_mended
from kim.report import FORMATS, format_problems, summarise


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit code."""
    options = _parser().parse_args(arguments)
    root = Path(options.content)
    try:
        paths = [content_path(root, given) for given in options.paths]
        if options.fix:
            _fix(root, paths)
        checked = check_content(root, datetime.now(UTC), paths, options.base, options.user)
    except KimError as fault:
        print(fault, file=sys.stderr)
        return fault.exitcode
    _show(checked, options.format, options.content)
    return 1 if checked.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kim", description="The rules of the KIM news portal.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="check posts, photos and settings",
        description="Check posts, photos and settings by every rule; all problems in one run. Exit 1 if any.",
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="only these files and folders")
    check.add_argument(
        "--content", default="content", metavar="DIR", help="the content folder (default: content)"
    )
    check.add_argument(
        "--base",
        default="",
        metavar="REF",
        help="only what changed since this git revision; also lost identities",
    )
    check.add_argument(
        "--as",
        dest="user",
        default="",
        metavar="USER",
        help="with --base: also what this user of the forge may not change",
    )
    check.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text for people, json, github annotations, or gitlab's code quality report",
    )
    check.add_argument(
        "--fix", action="store_true", help="mend what is mechanical first, and show the difference"
    )
    return parser


def _fix(root: Path, paths: Sequence[str]) -> None:
    for mended in plan_mending(root, paths):
        write_mended(root, mended)
        print(f"Dibetulkan: {mended.path}\n{mended.difference}\n", file=sys.stderr)


def _show(checked: Checked, form: str, folder: str) -> None:
    text = format_problems(checked.problems, form, folder)
    if text:
        print(text)
    if form == "text":
        gap = "\n" if text else ""
        print(f"{gap}{checked.posts} tulisan diperiksa: {summarise(checked.problems)}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
