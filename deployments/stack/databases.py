"""Makes our databases, or brings them up to date: `python -m deployments.stack.databases NAME…`.

Prefect's own database is only made: its server migrates it.
"""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from deployments.reference.seed import seed
from deployments.stack.steps import spoken
from models.engine import engine_for
from models.identity import bind_keys, keys_in_use
from models.identity_rotation import require_keys
from models.schema import upgrade
from tasks.databases import PREFECT, database_url, ensure_database
from tasks.secrets import ensure_keys
from tasks.settings import Settings, load_settings


def main(names: list[str]) -> None:
    """Creates what is missing, migrates and seeds; repeating it changes nothing.

    Refuses to go on where identities are sealed and their keys are missing or others.
    """
    settings = load_settings(os.environ)
    for name in names:
        ensure_database(settings, name)
        if name != PREFECT:
            url = database_url(settings, name, "owner")
            upgrade(url)
            seed(url, datetime.now(UTC))
    hold_keys(settings, [name for name in names if name != PREFECT])


def hold_keys(settings: Settings, names: Sequence[str]) -> None:
    """One pair of keys seals for all databases: where one of them needs it, none is made anew."""
    engines = [engine_for(database_url(settings, name, "app")) for name in names]
    if engines:
        keys = ensure_keys(settings.home, rows_present=any(map(keys_in_use, engines)))
        for engine in engines:
            bind_keys(engine, keys)
            require_keys(engine, keys)


if __name__ == "__main__":
    sys.exit(spoken(partial(main, sys.argv[1:])))
