"""The embedded PostgreSQL server: used under a lease, stopped when the last lease is gone."""

from deployments.postgres.leases import lease
from deployments.postgres.status import ServerStatus, status, stop

__all__ = ["ServerStatus", "lease", "status", "stop"]
