"""Writes the deployments into the running Prefect server: `python -m deployments.stack.deploying`.

A program of its own, so that the supervisor need not carry the flows in memory.
"""

import os
import sys

from deployments.deploy import deploy
from deployments.stack.steps import spoken
from tasks.settings import load_settings


def main() -> None:
    """Deploys every flow to the server of these settings."""
    deploy(load_settings(os.environ))


if __name__ == "__main__":
    sys.exit(spoken(main))
