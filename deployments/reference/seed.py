"""Reference data read from the files beside this one, and put into a database."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from deployments.reference.holidays import published_days, published_years
from domain.policy import read_policy
from models import registry
from models.engine import connect
from models.registry import Reference

_HERE = Path(__file__).parent
_ROLES = {"contact": "contact", "deputy": "deputy", "head": "leader"}
_FIRST_YEAR = 2010
"""Real messages to a city government go back this far; older deadlines are not computed."""


def seed(url: str, at: datetime) -> None:
    """Put all reference data into the database at the owner's ``url``; ``at`` is recorded."""
    engine = connect(url)
    try:
        registry.seed(engine, reference(), at)
    finally:
        engine.dispose()


def reference() -> Reference:
    """Read everything; a mistake in the policy file is refused here, before anything is written."""
    units = _read("units.toml")["unit"]
    policy = _read("policy.toml")
    read_policy(policy)
    years = sorted(year for year in published_years() if year >= _FIRST_YEAR)
    return Reference(
        units=[_unit(unit) for unit in units],
        contacts=[contact for unit in units for contact in _contacts(unit)],
        fields=_read("fields.toml")["field"],
        channels=[_channel(channel) for channel in _read("channels.toml")["channel"]],
        days=[asdict(day) for day in published_days(years[0], years[-1])],
        years=[{"year": year, "source": "chinesecalendar"} for year in years],
        policy=policy,
        rule_set={"version": 1, **shipped_rules()},
    )


def shipped_rules() -> dict[str, Any]:
    """Read the dispatch rules that come with the product; they have no version of their own."""
    return _read("dispatch.toml")


def _read(name: str) -> dict[str, Any]:
    with (_HERE / name).open("rb") as file:
        return tomllib.load(file)


def _unit(unit: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": unit["code"],
        "name": unit["name"],
        "aliases": [*unit["aliases"], *(later["name"] for later in unit.get("renamed", []))],
        "kind": unit["kind"],
        "doubtful": unit["doubtful"],
        "note": unit.get("note", ""),
        "valid_from": unit.get("valid_from"),
        "valid_to": unit.get("valid_to"),
    }


def _contacts(unit: Mapping[str, Any]) -> list[dict[str, str]]:
    """Placeholders on the file channel, until the office enters real ones."""
    return [
        {
            "unit": unit["code"],
            "role": role,
            "name": unit[key],
            "channel": "file",
            "address": f"{unit['code']}/{role}",
        }
        for role, key in _ROLES.items()
    ]


def _channel(channel: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": channel["code"],
        "name": channel["name"],
        "layer": channel["layer"],
        "default_kind": channel["kind"],
        "expects_reporter": channel["expects_reporter"],
        "default_urgency": channel["urgency"],
        "users": channel["users"],
        "extra_fields": channel["extra_fields"],
        "columns": {},
    }
