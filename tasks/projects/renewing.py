"""A district's inventory renewed from a file: previewed cell by cell, then written as a whole."""

from collections.abc import Mapping
from pathlib import Path

from domain.calendar import local_date
from domain.inventories import Renewal, renew
from domain.projects import SETTLED, Project
from models.engine import transaction
from models.projects import lock_district, projects_in, write_renewal
from tasks.desk import Desk
from tasks.projects.places import district_of, figures, who
from tasks.projects.reading import read_inventory
from tasks.projects.telling import tell_settled
from tasks.reading.words import line

_LONGEST_NAME = 200


def renew_inventory(
    desk: Desk, path: Path, district: str, actor: str = "", *, preview: bool = False
) -> Renewal:
    """Renew the inventory of a district (code, name or alias); a preview writes nothing.

    Projects that the file has no more are named, never deleted. The same file twice changes
    nothing but the day of the renewal.
    """
    code = district_of(desk, district)
    today = local_date(desk.now)
    file = read_inventory(path, figures(desk).since, today)
    rows = list(file.rows)
    with transaction(desk.engine) as connection:
        lock_district(connection, code)
        known = {one.project.code: one.project for one in projects_in(connection, code)}
        made = renew(known, rows, file.columns)
        if preview:
            return made
        write_renewal(connection, code, made, line(path.name)[:_LONGEST_NAME], who(desk, actor))
        tell_settled(desk, connection, code, _settled_now(known, made), actor)
    return made


def _settled_now(known: Mapping[str, Project], made: Renewal) -> list[str]:
    """The projects that the file says have landed since."""
    return [
        new.code
        for new in made.changed
        if new.status in SETTLED and known[new.code].status not in SETTLED
    ]
