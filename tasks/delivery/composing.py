"""What a recipient is owed, composed into one letter: names for codes, titles, texts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.calendar import local_date
from domain.clocks import Rules
from domain.codes import ClockKind, Environment, Kind
from domain.wording import mask
from models.outbox import Letter
from models.outbox_reading import Owed, Running
from tasks.delivery.rendering import TemplateError, render

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

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Composer:
    """Composes letters at ``at`` (aware). ``names`` are those of the units by code."""

    names: Mapping[str, str]
    rules: Rules
    public_url: str
    at: datetime

    def compose(self, notices: Sequence[Owed]) -> Letter | None:
        """Compose one letter; ``None``, and a line in the log, when a template does not fit."""
        try:
            rendered = [self._render(notice) for notice in notices]
            return _single(*rendered[0]) if len(notices) == 1 else self._digest(rendered)
        except TemplateError as error:
            kinds = ", ".join(sorted({notice.template for notice in notices}))
            _log.error("templates %s do not fit: %s", kinds, error)
            return None

    def context(self, owed: Owed) -> dict[str, Any]:
        """Give what the templates may say about a notice."""
        clocks = _about(owed)
        return {
            **self._case(owed),
            "no": owed.no,
            "level": owed.level,
            "document_number": owed.document_number,
            "due_at": clocks[0].due_at if clocks else None,
            "clock": "、".join(ClockKind(clock.kind).zh for clock in clocks),
            "overdue_days": self._overdue(clocks),
            "opinion": mask(owed.opinion),
            "suggested": self.names.get(owed.suggested, owed.suggested),
            "days": owed.days,
            "until": owed.until,
            "task": owed.args.get("task", ""),
            "into": owed.args.get("into", ""),
            "link": f"{self.public_url}/case/{owed.no}",
            **self._frame(owed, owed.owed_at),
        }

    def _case(self, owed: Owed) -> dict[str, Any]:
        return {
            "subject": mask(owed.subject),
            "environment": Environment(owed.environment).zh if owed.environment else _UNSETTLED,
            "kind": Kind(owed.kind).zh,
            "lead_unit": self.names.get(owed.lead_unit, _UNSETTLED),
            "assisting": [self.names.get(code, code) for code in owed.assisting],
            "verifying_unit": self.names.get(owed.verifying_unit, ""),
        }

    def _frame(self, owed: Owed, occurred_at: datetime) -> dict[str, Any]:
        return {
            "recipient_unit": self.names.get(owed.unit, owed.unit),
            "recipient_name": owed.contact_name,
            "occurred_at": occurred_at,
            "office_name": OFFICE_NAME,
        }

    def _overdue(self, clocks: Sequence[Running]) -> int:
        if not clocks or clocks[0].due_at >= self.at:
            return 0
        through = local_date(self.at)
        return self.rules.calendar.count_workdays(local_date(clocks[0].due_at), through)

    def _render(self, owed: Owed) -> tuple[Owed, dict[str, Any], str]:
        context = self.context(owed)
        title, text = render(owed.template, context)
        return owed, context | {"title": title}, text

    def _digest(self, rendered: Sequence[tuple[Owed, dict[str, Any], str]]) -> Letter:
        frame = self._frame(rendered[0][0], self.at) | {"link": ""}
        notices = [context for _, context, _ in rendered]
        title, overview = render("digest", frame | {"notices": notices})
        texts = (text for _, _, text in rendered)
        return Letter(f"【{title}】{frame['recipient_unit']}", _RULE.join((overview, *texts)))


def _single(owed: Owed, context: Mapping[str, Any], text: str) -> Letter:
    title, number = context["title"], context["document_number"]
    head = f"【{number}】{owed.no} {title}：" if number else f"【{title}】{owed.no} "
    return Letter(f"{head}{context['subject']}", text)


def _about(owed: Owed) -> list[Running]:
    """Find the running clocks it is about: those that fired, or the one it concerns."""
    running = {f"{clock.kind}/{clock.slot}": clock for clock in owed.clocks}
    fired = owed.args.get("clocks")
    if fired is not None:
        return [running[name] for name in fired if name in running]
    kind = _CLOCKS.get(owed.args.get("task") or owed.template, ClockKind.FINISH)
    own = [clock for clock in owed.clocks if _opinion_of(owed, clock)]
    return (own or [clock for clock in owed.clocks if clock.kind == kind])[:1]


def _opinion_of(owed: Owed, clock: Running) -> bool:
    """An assisting unit works to the clock of its own opinion."""
    return clock.kind == ClockKind.OPINION and clock.holder == owed.unit
