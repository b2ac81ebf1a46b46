"""Policies as operators write them."""

from pathlib import Path
from typing import Any

from domain.policy import read_policy
from tasks.reading.toml_files import read_toml


def read_policy_file(path: Path) -> dict[str, Any]:
    """Give the data of a policy file that ``domain.policy`` finds sound; refuses all its mistakes.

    Nothing in it is other than text, numbers, switches, lists and sections.
    """
    data = read_toml(path, "政策文件", "policy show")
    read_policy(data)
    return data
