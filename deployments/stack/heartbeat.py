"""Whether the deadline check still comes round: `python -m deployments.stack.heartbeat`.

Exit code 0 when it does, 3 when the last one lies more than two rounds back or there was none.
"""

import os
import sys
from datetime import UTC, datetime

from deployments.stack.rounds import STALE_CODE, is_stale
from models.heartbeat import last
from tasks.addresses import database_url
from tasks.settings import load_settings


def main() -> int:
    """Looks at the live database now."""
    seen = last(database_url(load_settings(os.environ), "live", "app"))
    return STALE_CODE if is_stale(seen, datetime.now(UTC)) else 0


if __name__ == "__main__":
    sys.exit(main())
