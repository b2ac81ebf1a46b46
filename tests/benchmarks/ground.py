"""Open cases of which any number can be made due, for our check and for bare SQL that does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, islice

from models.checking import CheckReport, Moment, fire_due
from tasks.settings import Settings
from tests.benchmarks.bare_check import BARE
from tests.benchmarks.many_cases import GROUPS, copies, settle
from tests.integration.conftest import MONDAY, Bench, bench_in

FIRST = MONDAY + timedelta(days=400)
"""Nothing is due before."""
STEP = timedelta(seconds=6)
"""From one group's instant to the next one's; no case is due twice within GROUPS steps."""

# A model's finish clock is due at the first step and its contact clock a round of all groups
# later, both for the rung given; whatever comes after, and its other clocks, in a year or two.
_ARM = """
update clock k set rung = %(rung)s - 1, next_at = t.at, ladder = array[null,
    case when %(rung)s = 2 then t.at end,
    case when %(rung)s = 2 then t.at + interval '800 days' else t.at end,
    k.ladder[4] + interval '800 days', k.ladder[5] + interval '800 days',
    k.ladder[6] + interval '800 days']
from rectification_case c, (values ('finish', %(first)s), ('contact', %(second)s)) as t(kind, at)
where c.id = k.case_id and c.no = %(no)s and k.kind = t.kind
"""
_LATER = """
update clock k set next_at = next_at + interval '800 days',
    ladder = (select array_agg(at + interval '800 days' order by n)
              from unnest(ladder) with ordinality as l(at, n))
from rectification_case c
where c.id = k.case_id and c.no = %(no)s and next_at is not null
    and k.kind not in ('finish', 'contact')
"""
_MODELS_LATER = """
update clock k set next_at = next_at + interval '800 days'
from rectification_case c where c.id = k.case_id and c.no in (%(unsigned)s, %(signed)s)
"""
_WRITTEN = """
select (select count(*) from fired), (select count(*) from notice where ladder),
    (select count(*) from document where template in ('yellow', 'red')),
    (select count(*) from history where event = 'fired'),
    (select sum(level) from rectification_case),
    (select count(*) from clock where rung = 3)
"""


@dataclass
class Ground:
    """Open cases in GROUPS groups; group by group their finish clocks become due, then contact.

    Half of the cases are unsigned with four running clocks (sign, contact, interim, finish) and
    due for a yellow card, half are signed with three and due for a red card.
    """

    bench: Bench
    cases: int
    steps: Iterator[int] = field(default_factory=count)
    last: datetime = FIRST - timedelta(1)

    def at(self, due: int) -> datetime:
        """The instant by which the next ``due`` clocks are due."""
        groups = due * GROUPS // self.cases
        *_, last = islice(self.steps, groups)
        self.last = FIRST + last * STEP
        return self.last

    def ours(self, due: int) -> None:
        """Let the check move the next ``due`` clocks."""
        at, report = self.at(due), CheckReport()
        fire_due(self.bench.engine, Moment(at, at), report)
        assert sum(report.fired.values()) == len(report.cases) == due

    def bare(self, due: int) -> None:
        """Move the next ``due`` clocks by bare SQL, all at once."""
        at = self.at(due)
        with self.bench.owner.begin() as connection:
            for statement in BARE:
                connection.exec_driver_sql(statement, {"at": at})

    def idle(self) -> None:
        """Check when nothing is due, after whatever was."""
        report = CheckReport()
        fire_due(self.bench.engine, Moment(self.last, self.last), report)
        assert report == CheckReport()

    def require_the_same_rows(self, due: int) -> None:
        """Let both work once: a comparison means something only when they write the same."""
        before = self.written()
        self.ours(due)
        between = self.written()
        self.bare(due)
        ours = [b - a for a, b in zip(before, between, strict=True)]
        bare = [b - a for a, b in zip(between, self.written(), strict=True)]
        assert ours == bare, f"ours wrote {ours}, bare SQL {bare}"
        assert all(ours)

    def written(self) -> list[int]:
        """How many rows of each kind were written so far."""
        (row,) = self.bench.rows(_WRITTEN)
        return [int(str(value)) for value in row]


def lay(bench: Bench, cases: int) -> Ground:
    """Fill the database of ``bench`` with cases."""
    unsigned, signed = bench.open(), bench.open()
    for model in (unsigned, signed):
        bench.dispatch(model)
    bench.sign(signed)
    half = cases // 2
    for number, (model, rung) in enumerate(((unsigned, 2), (signed, 3))):
        times = {"first": FIRST, "second": FIRST + GROUPS * STEP, "rung": rung, "no": model}
        with bench.owner.begin() as connection:
            connection.exec_driver_sql(_ARM, times)
            connection.exec_driver_sql(_LATER, times)
        copies(bench, model, half, first=number * half + 1, stagger=STEP)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(_MODELS_LATER, {"unsigned": unsigned, "signed": signed})
    settle(bench)
    return Ground(bench, cases)


@contextmanager
def laid(postgres: Settings, seeded: str, name: str, cases: int) -> Iterator[Ground]:
    """Cases in a database of their own, for several tests."""
    with bench_in(postgres, seeded, name) as bench:
        yield lay(bench, cases)
