"""What the office orders about a referral: the handing over, and what the organ said of it."""

from collections.abc import Sequence
from datetime import date

from domain.calendar import local_date
from domain.codes import Feedback
from domain.commands import RecordFeedback, Refer
from domain.wording import check_opinion
from tasks.desk import Desk
from tasks.ordering.order import Order, choice, office


def refer(desk: Desk, no: str, to: str, actor: str = "", *, about: Sequence[str] = ()) -> Order:
    """移送 to an organ; ``about`` are the units whose persons it is about, doubtful ones too."""
    organ = desk.directory.unit(to)
    accused = tuple(dict.fromkeys(_named(desk, unit) for unit in about))

    def make(_: object) -> Refer:
        return Refer(at=desk.now, by=office(actor), to=organ, about=accused)

    return Order(no, "refer", make, {"to": organ, "about": accused} if accused else {"to": organ})


def _named(desk: Desk, wanted: str) -> str:
    """Find the accused by code, name or alias; one that nothing is dispatched to may be accused."""
    names = desk.directory
    code = wanted if wanted in names.names else names.aliases.get(wanted, "")
    return code if code in names.doubtful else names.unit(wanted)


def feedback(
    desk: Desk, no: str, result: str, text: str = "", on: date | None = None, actor: str = ""
) -> Order:
    """登记移送反馈; the day is today's unless said."""
    said, day = choice(Feedback, result, "反馈结果"), on or local_date(desk.now)
    text = check_opinion(text)

    def make(_: object) -> RecordFeedback:
        return RecordFeedback(at=desk.now, by=office(actor), result=said, on=day, text=text)

    return Order(no, "feedback", make, {"result": said, "text": text, "on": day})
