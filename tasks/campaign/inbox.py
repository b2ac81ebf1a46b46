"""Problems of the sample ledger, as the file that a channel would send."""

import csv
from collections.abc import Sequence
from pathlib import Path

from tasks.campaign.ledger import INTAKE_COLUMNS, Problem
from tasks.desk import Desk


def put_in(desk: Desk, problems: Sequence[Problem]) -> Path:
    """Write problems of one channel as a csv file under the state folder, and give its path."""
    folder = desk.settings.home / "campaign"
    folder.mkdir(exist_ok=True, mode=0o700)
    folder = folder / desk.database
    folder.mkdir(exist_ok=True)
    path = folder / f"{problems[0].number}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, INTAKE_COLUMNS)
        writer.writeheader()
        writer.writerows(problem.fields for problem in problems)
    return path
