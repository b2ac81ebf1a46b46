"""Plays the sample campaign after the first scheduled run: `python -m deployments.stack.sample`.

Its own runs are many: had they come first, the scheduled ones would drown among them in every list.
"""

import os
import sys
import time
from collections.abc import Callable

import requests

from tasks.settings import Settings, load_settings

LONGEST_WAIT_SECONDS = 330.0
"""A little over one round of the deadline check: the sample is played even if none comes."""
_POLL_SECONDS = 2.0
_REQUEST_SECONDS = 5.0
_DONE_BY_SCHEDULE = {
    "flow_runs": {
        "state": {"type": {"any_": ["COMPLETED"]}},
        # Prefect's own mark of what its scheduler planned.
        "tags": {"all_": ["auto-scheduled"]},
    }
}


def main() -> None:
    """Waits for the schedules, then becomes the program that plays."""
    settings = load_settings(os.environ)
    wait_for(lambda: has_come_round(settings), LONGEST_WAIT_SECONDS)
    play = (sys.executable, "-m", "deployments.cli", "campaign", "play")
    os.execv(sys.executable, play)  # noqa: S606 - our own program, no shell wanted


def has_come_round(settings: Settings) -> bool:
    """Whether any scheduled run has completed; not when Prefect does not answer."""
    with requests.Session() as session:
        # Prefect runs beside us: the proxies of the network are not for it.
        session.trust_env = False
        if settings.prefect_auth is not None:
            user, _, password = settings.prefect_auth.partition(":")
            session.auth = (user, password)
        url = f"{settings.api_url}/flow_runs/count"
        try:
            answer = session.post(url, json=_DONE_BY_SCHEDULE, timeout=_REQUEST_SECONDS)
            return bool(answer.ok and answer.json())
        except requests.RequestException:
            return False


def wait_for(condition: Callable[[], bool], seconds: float, every: float = _POLL_SECONDS) -> None:
    """Returns once the condition holds, or when the time is up."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(every)


if __name__ == "__main__":
    main()
