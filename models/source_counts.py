"""What of projects and questionnaires waits for the office, counted."""

from sqlalchemy import Engine

from models.engine import transaction

_COUNTS = """
select (select count(*) from survey_clue where status = 'open') as clues,
    (select count(*) from project p join rectification_case c on c.id = p.case_id
        where p.status in ('landed', 'written_off')
            and c.state in ('detected', 'assigned', 'rectifying', 'returned', 'shelved')) as settled
"""


def waiting(engine: Engine) -> tuple[int, int]:
    """Count the open clues, and the settled projects whose case is not submitted yet."""
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_COUNTS).one()
    return row.clues, row.settled
