"""What of a referred case is shown to whom: its words to named persons, nothing to the accused."""

from dataclasses import replace

from deployments.cli.call import Call
from domain.codes import State
from domain.referring import unless_withheld
from models.executing import UnknownCase
from models.reading import Whole
from tasks.desk import Desk
from tasks.referrals import require_reader


def withheld_from(desk: Desk, found: Whole, call: Call, *, whole: bool) -> Whole:
    """Give a case as the caller may see it; ``whole`` asks for its words, which is logged.

    Refuses the words to all but named persons of the office. To a unit that the case is about,
    there is no such case.
    """
    case = found.loaded.case
    if case.state is not State.REFERRED:
        return found
    if call.by and desk.directory.unit(call.by) in case.accused:
        raise UnknownCase(case.no)
    if whole:
        require_reader(desk, case.no, call.actor)
        return found
    words = {name: unless_withheld(found.row[name], case.state) for name in ("subject", "party")}
    return replace(found, row={**found.row, **words})
