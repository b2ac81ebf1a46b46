"""An office to try flows in: a seeded database, problems taken in, deployments run and awaited."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import arun_deployment

from deployments.reference.seed import seed
from domain.calendar import SHANGHAI
from models.engine import transaction
from models.schema import upgrade
from tasks.databases import ensure_database
from tasks.desk import Desk, open_desk
from tasks.addresses import database_url
from tasks.intake import intake_file
from tasks.settings import Settings

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
PHONE = "13805320417"
BODY = "反映人称物业公司多收装修押金且拒不退还"
"""Planted in every problem taken in: neither may ever reach Prefect."""


@dataclass(frozen=True)
class Office:
    """One database with shortcuts for tests."""

    settings: Settings
    database: str

    def desk(self, at: datetime) -> Desk:
        """Sit down at a moment."""
        return open_desk(self.settings, self.database, at, at)

    def take_in(self, folder: Path, name: str, count: int = 1, at: datetime = MONDAY) -> list[str]:
        """Take in problems through the hotline; give their case numbers."""
        file = folder / f"{name}.jsonl"
        rows = (
            {
                "编号": f"{name}-{n}",
                "事由": f"{name}第{n}项|<b>收费</b>不公示",
                "问题描述": BODY,
                "反映人": "于先生",
                "联系电话": PHONE,
            }
            for n in range(count)
        )
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        intake_file(self.desk(at), file, "12345")
        return [
            str(no)
            for (no,) in self.rows(
                "select c.no from rectification_case c join intake_row i on i.case_id = c.id"
                " where i.source_id like %(like)s order by c.no",
                like=f"{name}-%",
            )
        ]

    def rows(self, statement: str, **arguments: object) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        with transaction(self.desk(MONDAY).engine) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, arguments)]

    def state(self, no: str) -> str:
        """Where a case stands."""
        [(state,)] = self.rows("select state from rectification_case where no = %(no)s", no=no)
        return str(state)


def open_office(settings: Settings, database: str) -> Office:
    """Make the database, migrated and seeded, unless it is there."""
    ensure_database(settings, database)
    upgrade(database_url(settings, database, "owner"))
    seed(database_url(settings, database, "owner"), MONDAY)
    return Office(settings, database)
