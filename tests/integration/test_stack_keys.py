"""The keys that seal identities, at the start of the system."""

from dataclasses import replace
from pathlib import Path

import pytest

from deployments.stack.databases import hold_keys
from domain.errors import Refused
from tasks.desk import open_desk
from tasks.intake import intake_rows
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench

ROW = {"编号": "K-1", "事由": "收费不公示", "问题描述": "多次反映。", "反映人": "某人"}


def test_a_start_is_refused_when_sealed_identities_have_lost_their_keys(
    bench: Bench, postgres: Settings, tmp_path: Path
) -> None:
    name = str(bench.engine.url.database).removeprefix("rectify_")
    home = tmp_path / "home"
    home.mkdir()
    (home / "database.json").write_bytes((postgres.home / "database.json").read_bytes())
    settings = replace(postgres, home=home)
    hold_keys(settings, [name])
    intake_rows(open_desk(settings, name, MONDAY), [ROW], "12345", "one")
    hold_keys(settings, [name])
    (home / "keys" / "identity.json").unlink()
    with pytest.raises(Refused, match=r"identity\.json"):
        hold_keys(settings, [name])
    assert not (home / "keys" / "identity.json").exists()
