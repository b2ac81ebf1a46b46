"""`./rectify test`: everything a change must pass, one command with a clear end.

Without arguments: style, types, layers, then all tests but the benchmarks, with the coverage
gates. With arguments: pytest alone, which gets them. It leans on nothing but the installed tools,
so that it also runs when the command line itself is broken.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DOMAIN_COVERAGE = 100
MOST_WORKERS = 4
"""Each has a database server, and maybe a Prefect server, of its own."""
WORKERS = min(os.cpu_count() or 1, MOST_WORKERS)
# A file stays with one worker, in the order of `testpaths`: the longest come first.
TOGETHER = ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
CHECKS = (
    ("风格", ("ruff", "check")),
    ("格式", ("ruff", "format", "--check", "--quiet")),
    ("类型", ("mypy", "--no-error-summary")),
    # The module importlinter cannot be run with -m; its command can.
    ("分层", ("-c", "from importlinter.cli import lint_imports_command as go; go()")),
    ("测试", ("pytest", *TOGETHER, "--cov", "--cov-report=", "--cov-fail-under=0")),
    (
        "domain 覆盖率",
        ("coverage", "report", "--include=domain/*", f"--fail-under={DOMAIN_COVERAGE}"),
    ),
    ("覆盖率", ("coverage", "report")),
)


def command(words: Sequence[str]) -> list[str]:
    """The command line of a tool, run by this interpreter: console scripts break on long paths."""
    return [sys.executable, *(words if words[0] == "-c" else ("-m", *words))]


def run(words: Sequence[str]) -> int:
    """Runs a tool in the checkout and gives its exit code."""
    environment = os.environ | {"DO_NOT_TRACK": "1"}
    return subprocess.run(command(words), cwd=CHECKOUT, env=environment, check=False).returncode


def check_everything() -> int:
    """Runs every check, also after a failure, so that one run shows all that is wrong."""
    failed = []
    for title, words in CHECKS:
        began = time.monotonic()
        print(f"── {title}", flush=True)
        code = run(words)
        print(f"   {'未通过' if code else '通过'}（{time.monotonic() - began:.0f} 秒）", flush=True)
        if code:
            failed.append(title)
    print(f"未通过：{'、'.join(failed)}。" if failed else "全部通过。", flush=True)
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Checks everything, or runs the named tests only."""
    if arguments:
        return run(("pytest", *arguments))
    return check_everything()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
