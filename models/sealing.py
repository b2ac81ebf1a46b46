"""The daily seal: where the history of each case ends, so that a cut tail shows."""

from datetime import date, datetime

from sqlalchemy import Engine

from models.engine import transaction
from models.heartbeat import beat

_SEAL = """
insert into seal (case_id, sealed_on, seq, head_hash)
select c.id, %(on)s, c.seq, c.head_hash
from rectification_case c
left join lateral (
    select s.seq from seal s where s.case_id = c.id order by s.sealed_on desc limit 1
) s on true
where s.seq is distinct from c.seq
order by c.id
on conflict (case_id, sealed_on) do nothing
"""


def seal(engine: Engine, on: date, at: datetime) -> int:
    """Seal the cases that changed since their last seal; give how many.

    ``on`` is the Shanghai date of the seal, ``at`` when it really runs (aware). A second seal on
    one day adds only cases that had none that day: a seal is never changed.
    """
    with transaction(engine) as connection:
        sealed = connection.exec_driver_sql(_SEAL, {"on": on}).rowcount
    beat(engine, "seal", at)
    return sealed
