"""Makes our databases, or brings them up to date: `python -m deployments.stack.databases NAME…`.

Prefect's own database is only made: its server migrates it.
"""

import os
import sys
from datetime import UTC, datetime
from functools import partial

from deployments.reference.seed import seed
from deployments.stack.steps import spoken
from models.schema import upgrade
from tasks.databases import PREFECT, database_url, ensure_database
from tasks.settings import load_settings


def main(names: list[str]) -> None:
    """Creates what is missing, migrates and seeds; repeating it changes nothing."""
    settings = load_settings(os.environ)
    for name in names:
        ensure_database(settings, name)
        if name != PREFECT:
            url = database_url(settings, name, "owner")
            upgrade(url)
            seed(url, datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(spoken(partial(main, sys.argv[1:])))
