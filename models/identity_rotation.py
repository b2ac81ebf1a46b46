"""Reporters sealed anew under the key in use, batch after batch; keys counted and retired.

Each batch is one transaction and one entry of the reading log: a rotation must open what it seals
again. The application never selects from the table itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row

from domain.errors import Refused
from models.engine import transaction
from models.identity import Keys, Sealer, opened, sealed_as

BATCH = 1000
"""Cases a transaction."""

_NEXT = """
select s.case_id, s.version, c.no, s.key_id, s.sealed
from identity.sealed_otherwise(%(current)s, %(after)s, %(batch)s, %(reader)s) s
join rectification_case c on c.id = s.case_id order by s.case_id, s.version
"""
_RESEAL = "select identity.reseal(%(cases)s, %(versions)s, %(key)s, %(seals)s, %(marks)s)"
_COUNTS = "select key_id, reporters from identity.key_counts()"
_RETIRE = "select identity.retire(%(key)s)"


class Resealed(NamedTuple):
    """One batch: the last case looked at, how many were sealed anew, which could not be opened.

    ``last`` is ``None`` when nothing was left.
    """

    last: int | None
    done: int
    broken: tuple[str, ...]


def reseal_next(engine: Engine, keys: Keys, after: int, reader: str) -> Resealed:
    """Seal the next batch after the case with row id ``after`` under the key in use."""
    place = {"current": keys.current, "after": after, "batch": BATCH, "reader": reader}
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_NEXT, place).all()
        if not rows:
            return Resealed(None, 0, ())
        fresh, broken = _sealed_anew(keys, rows)
        if fresh:
            cases, versions, seals, marks = (list(part) for part in zip(*fresh, strict=True))
            arguments = {"cases": cases, "versions": versions, "seals": seals, "marks": marks}
            connection.exec_driver_sql(_RESEAL, arguments | {"key": keys.current})
    return Resealed(rows[-1].case_id, len(fresh), tuple(broken))


_Fresh = tuple[int, int, bytes, bytes]
"""Row id of the case, version, what is sealed, its mark."""


def _sealed_anew(keys: Keys, rows: Sequence[Row[Any]]) -> tuple[list[_Fresh], list[str]]:
    """Seal again what opens; what does not stays as it is and is told of."""
    sealer, fresh, broken = Sealer(keys), list[_Fresh](), list[str]()
    for case_id, version, no, key_id, sealed in rows:
        name = sealed_as(no, version)
        try:
            reporter = opened(keys, name, key_id, bytes(sealed))
        except Refused:
            broken.append(name)
        else:
            fresh.append((case_id, version, *sealer.seal(name, reporter.name, reporter.phone)))
    return fresh, broken


def key_counts(engine: Engine) -> Mapping[str, int]:
    """Count the reporters by the id of the key that seals them."""
    with transaction(engine) as connection:
        return {row.key_id: row.reporters for row in connection.exec_driver_sql(_COUNTS)}


def require_keys(engine: Engine, keys: Keys) -> None:
    """Refuse a database with reporters that none of the keys opens, as after an old backup."""
    missing = sorted(key_counts(engine).keys() - keys.sealing.keys())
    if missing:
        raise Refused(
            f"数据库 {engine.url.database} 中有反映人身份用密钥 {'、'.join(missing)} 加密，"
            "而 keys/identity.json 中没有，请从备份恢复含有它的密钥文件。"
        )


def retire(engine: Engine, key_id: str) -> int:
    """Let the database take nothing sealed with this key any more; give how many it still seals.

    Where that is not 0 nothing was changed.
    """
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(_RETIRE, {"key": key_id}).scalar_one()
    return found
