"""Whether the database server would write what statements say into its own log."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from models.engine import transaction

_QUIET_ERRORS = ("log", "fatal", "panic")
_OFF = "-1"

# By setting, whether a value leaks. Values stand in our statements, so that no setting about
# parameters helps; the detail of an error quotes the row that failed.
_LEAKS: Mapping[str, Callable[[str], bool]] = {
    "log_statement": lambda value: value in {"mod", "all"},
    "log_min_duration_statement": lambda value: value != _OFF,
    "log_min_duration_sample": lambda value: value != _OFF,
    "log_transaction_sample_rate": lambda value: float(value) > 0,
    "log_min_error_statement": lambda value: value not in _QUIET_ERRORS,
    "log_error_verbosity": lambda value: value != "terse",
    "auto_explain.log_min_duration": lambda value: value not in {"", _OFF},
    "pgaudit.log": lambda value: value not in {"", "none"},
}
_READ = """
select name, coalesce(current_setting(name, true), '') as value
from unnest(%(names)s) as name
"""
_MESSAGES = "select current_setting('log_min_messages')"

REMEDIES: Mapping[str, str] = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "auto_explain.log_min_duration": "-1",
    "pgaudit.log": "none",
}
"""By setting that may leak, the value that does not."""


def leaking_settings(engine: Engine) -> dict[str, str]:
    """Give the settings, as they hold for the application, by which values would be logged."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_READ, {"names": list(_LEAKS)})
        found = {row.name: row.value for row in rows}
        quiet = connection.exec_driver_sql(_MESSAGES).scalar_one() in _QUIET_ERRORS
    leaks = {name: value for name, value in found.items() if value and _LEAKS[name](value)}
    if quiet:
        # No error is logged at all, neither its statement nor its detail.
        leaks.pop("log_min_error_statement", None)
        leaks.pop("log_error_verbosity", None)
    return leaks
