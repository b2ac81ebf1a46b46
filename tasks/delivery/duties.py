"""What the templates may say about a notice that is about no case."""

from collections.abc import Mapping
from typing import Any

from domain.wording import mask

_OF_CASES: Mapping[str, Any] = {
    "no": "",
    "subject": "",
    "document_number": "",
    "link": "",
    "due_at": None,
    "overdue_days": 0,
    "terms": (),
    "copies": (),
}
"""What the frame and the digest ask of every notice, empty here."""


def duty_context(args: Mapping[str, Any]) -> dict[str, Any]:
    """Give its own arguments; numbers that say who somebody is are covered in their texts."""
    return {**_OF_CASES, **{name: _masked(value) for name, value in args.items()}}


def _masked(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    return value
