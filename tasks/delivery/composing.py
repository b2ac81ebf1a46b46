"""What a recipient is owed, composed into one letter: names for codes, titles, texts.

A numbered document is one text for all who get it: it names them, and says nothing that depends on
who reads it. Its text is kept when it first goes out, and is never put into words again.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.calendar import local_date
from domain.clocks import Rules
from domain.codes import ClockKind, Environment, Kind, Mode
from domain.wording import mask
from models.documents import Sent
from models.outbox import Composed, Letter
from models.outbox_reading import Owed, Running
from tasks.delivery.duties import duty_context
from tasks.delivery.figures import addressed, clocks_named, figures
from tasks.delivery.misfits import MISFITS, misfit
from tasks.delivery.rendering import render
from tasks.portal.links import no_link

OFFICE_NAME = "专项行动指挥部办公室"
"""Who signs."""

_UNSETTLED = "尚未确定"
_RULE = "\n" + "—" * 20 + "\n\n"
_CLOCKS = {
    "submitted": ClockKind.REVIEW,
    "public_notice": ClockKind.NOTICE,
    "sign_off": ClockKind.SIGN_OFF,
    "recheck": ClockKind.RECHECK,
    "ruling": ClockKind.RULING,
    "review": ClockKind.OFFICE_REVIEW,
}
"""The clock that a notice, or an office task, is about; every other one is about the finish."""

Rendered = tuple[Owed, dict[str, Any], str]
"""A notice, what the templates may say about it to its recipient, and its text."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Composer:
    """Composes letters at ``at`` (aware). ``names`` are those of the units by code.

    ``way_in`` gives what a link needs to let the recipient of a notice in, nothing where it may
    not. A document goes to several, so its text has the plain link; what lets one of them in stands
    below it, in that one's letter.
    """

    names: Mapping[str, str]
    rules: Rules
    public_url: str
    at: datetime
    way_in: Callable[[Owed], str] = no_link

    def compose(self, notices: Sequence[Owed]) -> Composed:
        """Compose one letter of the notices that fit their templates; say why others do not."""
        rendered, misfits = [], {}
        for notice in notices:
            try:
                rendered.append(self._render(notice))
            except MISFITS as error:
                misfits[notice.id] = misfit(notice.template, error)
                _log_misfit(notice.template, error)
        if not notices[0].address:
            _log.warning(
                "unit %s has no address for role %s; its notices become files",
                notices[0].unit,
                notices[0].role,
            )
        return Composed(self._letter(rendered) if rendered else None, misfits)

    def _letter(self, rendered: Sequence[Rendered]) -> Letter:
        return replace(self._written(rendered), documents=tuple(_first_out(rendered)))

    def _written(self, rendered: Sequence[Rendered]) -> Letter:
        if len(rendered) == 1:
            return _single(*rendered[0])
        try:
            return self._digest(rendered)
        except MISFITS as error:
            # Only the overview is lost: each text is whole and goes out.
            _log_misfit("digest", error)
            texts = [text for _, _, text in rendered]
            return Letter(f"【办理事项提示（共{len(texts)}件）】", _RULE.join(texts))

    def text(self, owed: Owed) -> tuple[str, str]:
        """Give a notice's title and text; those of a document are the ones kept, once they are."""
        return self._text(owed, self.context(owed))

    def _text(self, owed: Owed, context: Mapping[str, Any]) -> tuple[str, str]:
        if owed.paper and owed.paper.body:
            return owed.paper.title, owed.paper.body
        return render(owed.template, context)

    def context(self, owed: Owed) -> dict[str, Any]:
        """Give what the templates may say about a notice."""
        if not owed.no:
            return duty_context(owed.args) | self._frame(owed, owed.owed_at)
        return {
            **self._case(owed),
            "no": owed.no,
            "level": owed.level,
            "document_number": owed.document_number,
            "opinion": mask(owed.opinion),
            "wording": mask(owed.wording),
            "suggested": self.names.get(owed.suggested, owed.suggested),
            "days": owed.days,
            "until": owed.until,
            "link": self._link(owed),
            **figures(owed.args),
            **self._timing(owed),
            **self._frame(owed, owed.owed_at),
            **(addressed(owed.paper, self._name) if owed.paper else {"copies": []}),
        }

    def _link(self, owed: Owed) -> str:
        plain = f"{self.public_url}/case/{owed.no}"
        return plain if owed.paper else f"{plain}{self.way_in(owed)}"

    def _timing(self, owed: Owed) -> dict[str, Any]:
        """Each clock it is about; the first of them is what lists go by."""
        terms = [self._term(clock) for clock in _about(owed)]
        return {
            "due_at": terms[0]["due_at"] if terms else None,
            "clock": "、".join(dict.fromkeys(term["clock"] for term in terms)),
            "overdue_days": terms[0]["overdue_days"] if terms else 0,
            "terms": terms,
        }

    def _term(self, clock: Running) -> dict[str, Any]:
        late = clock.due_at < self.at
        first, through = local_date(clock.due_at), local_date(self.at)
        return {
            "clock": ClockKind(clock.kind).zh,
            "due_at": clock.due_at,
            "overdue_days": self.rules.calendar.count_workdays(first, through) if late else 0,
        }

    def _case(self, owed: Owed) -> dict[str, Any]:
        return {
            "subject": mask(owed.subject),
            "environment": Environment(owed.environment).zh if owed.environment else _UNSETTLED,
            "kind": Kind(owed.kind).zh,
            "lead_unit": self.names.get(owed.lead_unit, _UNSETTLED),
            "assisting": [self.names.get(code, code) for code in owed.assisting],
            "verifying_unit": self.names.get(owed.verifying_unit, ""),
            "mode": Mode(owed.mode).zh,
            "limits": [self._limit(clock) for clock in owed.clocks if clock.holder in _units(owed)],
        }

    def _limit(self, clock: Running) -> dict[str, Any]:
        zh, unit = ClockKind(clock.kind).zh, self._name(clock.holder)
        return {"clock": zh, "unit": unit, "due_at": clock.due_at}

    def _name(self, code: str) -> str:
        return self.names.get(code, code)

    def _frame(self, owed: Owed, occurred_at: datetime) -> dict[str, Any]:
        return {
            "recipient_unit": self.names.get(owed.unit, owed.unit),
            "recipient_name": owed.contact_name,
            "occurred_at": occurred_at,
            "office_name": OFFICE_NAME,
        }

    def _render(self, owed: Owed) -> Rendered:
        context = self.context(owed)
        title, text = self._text(owed, context)
        own = self._own(owed._replace(paper=None)) if owed.paper else {}
        return owed, context | own | {"title": title}, text

    def _own(self, owed: Owed) -> dict[str, Any]:
        """What the recipient's letter says of a document beside its text."""
        return self._timing(owed) | {"link": self._link(owed)}

    def _digest(self, rendered: Sequence[Rendered]) -> Letter:
        frame = self._frame(rendered[0][0], self.at) | {"link": ""}
        notices = [context for _, context, _ in rendered]
        title, overview = render("digest", frame | {"notices": notices})
        texts = (text for _, _, text in rendered)
        return Letter(f"【{title}】{frame['recipient_unit']}", _RULE.join((overview, *texts)))


def _log_misfit(template: str, error: Exception) -> None:
    _log.error("template %s does not fit: %s", template, type(error).__name__)


def _single(owed: Owed, context: Mapping[str, Any], text: str) -> Letter:
    title, number = context["title"], context["document_number"]
    if not owed.no:
        return Letter(f"【{title}】{context['subject'] or context['recipient_unit']}", text)
    head = f"【{number}】{owed.no} {title}：" if number else f"【{title}】{owed.no} "
    return Letter(f"{head}{context['subject']}", text + _own_way_in(owed, context["link"]))


def _own_way_in(owed: Owed, link: str) -> str:
    return f"\n办理入口（限收件人使用，请勿转发）：{link}\n" if owed.paper and "?k=" in link else ""


def _first_out(rendered: Sequence[Rendered]) -> Iterator[Sent]:
    """The documents that go out for the first time, with their texts."""
    for owed, context, text in rendered:
        if owed.paper and not owed.paper.body:
            yield Sent(owed.paper.id, context["title"], text)


def _about(owed: Owed) -> list[Running]:
    """Find the running clocks it is about: those that fired, or the one it concerns."""
    running = {f"{clock.kind}/{clock.slot}": clock for clock in owed.clocks}
    named = clocks_named(owed)
    if named is not None:
        return [running[name] for name in named if name in running]
    kind = _CLOCKS.get(owed.args.get("task") or owed.template, ClockKind.FINISH)
    own = [] if owed.paper else [clock for clock in owed.clocks if _opinion_of(owed, clock)]
    return (own or [clock for clock in owed.clocks if clock.kind == kind])[:1]


def _opinion_of(owed: Owed, clock: Running) -> bool:
    """An assisting unit works to the clock of its own opinion."""
    return clock.kind == ClockKind.OPINION and clock.holder == owed.unit


def _units(owed: Owed) -> tuple[str, ...]:
    return (owed.lead_unit, *owed.assisting)
