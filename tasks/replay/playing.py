"""A replay played: real commands and real checks, each at its own time."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.codes import Kind, Result
from domain.errors import Refused
from models.replays import ORIGIN, late_answers, numbers
from models.suggestions import set_compared
from tasks.carrying import carry_out_all
from tasks.checking import check
from tasks.desk import Desk
from tasks.intake import intake_table
from tasks.ordering.by_office import dispatch
from tasks.ordering.by_unit import sign, submit
from tasks.ordering.order import Order
from tasks.reading.rows import Table
from tasks.replay.answered import Answers
from tasks.replay.timetable import Moment

FALLBACK = "zhengfuban"
"""The unit that every replayed case goes to. A ledger does not say whose each was, and the dispatch
rules name nobody for what they do not settle: so it is the general office of the government."""


@dataclass
class ReplayReport:
    """How a replay went. ``fired`` sums what the checks fired, by clock and rung."""

    cases: int = 0
    checks: int = 0
    overdue_at_answer: int = 0
    coalesced: int = 0
    fired: Counter[str] = field(default_factory=Counter)


@dataclass
class Replay:
    """One replay as it goes on, in an empty database; ``name`` is what the ledger is called."""

    desk: Desk
    answers: Answers
    channel: str
    name: str
    report: ReplayReport = field(default_factory=ReplayReport)
    _nos: dict[str, str] = field(default_factory=dict)

    def play(
        self, moments: Sequence[Moment], progress: Callable[[int], None] = lambda _: None
    ) -> ReplayReport:
        """Play the moments in order; ``progress`` is told after each.

        Messages are not compared: a re-inspection that one ordered would be in the figures.
        """
        set_compared(self.desk.engine, compared=False)
        for moment in moments:
            self._take_in(moment)
            self._carry_out(moment)
            if moment.check:
                self._check(moment)
            progress(1)
        self.report.cases = len(self._nos)
        self.report.overdue_at_answer = late_answers(self.desk.engine)
        return self.report

    def _at(self, moment: Moment) -> Desk:
        return replace(self.desk, now=moment.at)

    def _take_in(self, moment: Moment) -> None:
        if not moment.asked:
            return
        raw = [row.raw for row in moment.asked]
        table = Table(iter(raw), len(raw), self.answers.headers)
        intake_table(self._at(moment), table, self.channel, ORIGIN + self.name)
        ids = [row.source_id for row in moment.asked]
        self._nos |= numbers(self.desk.engine, self.channel, ids)

    def _carry_out(self, moment: Moment) -> None:
        """A refusal would falsify every figure, so it ends the replay."""
        for carried in carry_out_all(self._at(moment), list(self._orders(moment))):
            if carried.refusal:
                raise Refused(f"回放到 {moment.at} 时没有办成：{carried.refusal}")

    def _orders(self, moment: Moment) -> Iterator[Order]:
        """Each has a key of its own: several orders on one case may be carried out together."""
        desk, nos = self._at(moment), self._nos
        asked = [nos[row.source_id] for row in moment.asked]
        yield from (_keyed(dispatch(desk, no, FALLBACK, kind=Kind.ORDINARY)) for no in asked)
        yield from (_keyed(sign(desk, no, FALLBACK)) for no in asked)
        for row in moment.answered:
            yield _keyed(submit(desk, nos[row.source_id], FALLBACK, Result.SOLVED, row.reply))

    def _check(self, moment: Moment) -> None:
        found = check(self._at(moment))
        if found.held or found.behind is not None:
            raise Refused(
                f"数据库 {self.desk.database} 中另有期限检查在运行，回放已停止；请待其结束后重来。"
            )
        self.report.checks += 1
        self.report.coalesced += found.coalesced
        self.report.fired.update(found.fired)


def _keyed(order: Order) -> Order:
    return replace(order, key=f"replay:{order.no}:{order.command}")
