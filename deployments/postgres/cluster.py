"""Making the cluster and its roles, and the server's configuration.

Everything that needs a superuser is done in single-user mode before the server first starts; after
that no superuser can log in at all.
"""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deployments.postgres.binaries import Binaries
from deployments.postgres.failures import failed
from deployments.postgres.place import Place

_SUPERUSER = "postgres"
_CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
"""With ctype C, pg_trgm would see no letters in Chinese; macOS knows no C.UTF-8."""

_ACCESS = "local all all scram-sha-256\n"

_CONFIGURATION = """\
# Written anew at each start; put changes into local.conf beside this file.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
password_encryption = scram-sha-256
max_connections = 150
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
# Containers often have a small /dev/shm, which parallel queries need.
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
jit = off
random_page_cost = 1.1
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
default_text_search_config = 'pg_catalog.simple'
# Nothing of a statement or of its values is ever logged; errors go to the client alone.
log_min_messages = log
log_min_error_statement = panic
log_statement = none
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1
log_line_prefix = '%m [%p] '
include_if_exists = 'local.conf'
"""

_BOOTSTRAP = """\
CREATE ROLE rectify_owner LOGIN CREATEDB PASSWORD '{rectify_owner}'
CREATE ROLE rectify_app LOGIN PASSWORD '{rectify_app}'
CREATE ROLE rectify_identity NOLOGIN
CREATE ROLE rectify_prefect LOGIN PASSWORD '{rectify_prefect}'
GRANT rectify_app, rectify_identity TO rectify_owner
CREATE DATABASE prefect OWNER rectify_prefect TEMPLATE template0
REVOKE ALL ON DATABASE prefect FROM PUBLIC
REVOKE ALL ON DATABASE postgres FROM PUBLIC
REVOKE ALL ON DATABASE template1 FROM PUBLIC
GRANT CONNECT ON DATABASE postgres TO rectify_owner
ALTER ROLE {superuser} NOLOGIN
"""


def create_cluster(place: Place, binaries: Binaries, passwords: Mapping[str, str]) -> None:
    """Make the cluster beside its final folder and move it there when it is whole."""
    for leftover in place.base.glob("pg.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="pg.new-", dir=place.base))
    place.account.own(draft)
    try:
        _initialise(place, binaries, draft)
        statements = _BOOTSTRAP.format(superuser=_SUPERUSER, **passwords)
        _single_user(place, binaries, draft, statements)
        draft.rename(place.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def renew_passwords(place: Place, binaries: Binaries, passwords: Mapping[str, str]) -> None:
    """Give the login roles of a stopped server other passwords."""
    statements = (f"ALTER ROLE {role} PASSWORD '{word}'\n" for role, word in passwords.items())
    _single_user(place, binaries, place.data, "".join(statements))


def configure(place: Place) -> None:
    """Write the server's configuration for the socket's present folder."""
    quoted = str(place.socket).replace("'", "''")
    place.account.write(place.data / "postgresql.conf", _CONFIGURATION.format(socket=quoted))


def _initialise(place: Place, binaries: Binaries, draft: Path) -> None:
    locale = ("--encoding=UTF8", "--locale=C", f"--lc-ctype={_CTYPE}")
    command: list[str | Path] = [
        binaries.initdb,
        "-D",
        draft,
        "-U",
        _SUPERUSER,
        "--auth=trust",
        *locale,
    ]
    works, said = place.account.run(command)
    if not works:
        raise failed("建立数据库", said, place.base)
    # The permissive access that initdb wrote never serves: the server has not run yet.
    place.account.write(draft / "pg_hba.conf", _ACCESS)


def _single_user(place: Place, binaries: Binaries, data: Path, statements: str) -> None:
    options = ("-c", "exit_on_error=on", _SUPERUSER)
    command: list[str | Path] = [binaries.postgres, "--single", "-D", data, *options]
    works, said = place.account.run(command, statements)
    if not works:
        raise failed("建立数据库角色", said, place.base)
