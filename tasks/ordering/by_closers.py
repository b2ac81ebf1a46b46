"""The steps of closing: the verifying unit accepts, the leader signs, the office reviews."""

from dataclasses import replace

from domain.case import Actor, Case
from domain.codes import Role
from domain.commands import Accept, Command, Review, SignOff
from domain.errors import Misuse
from domain.wording import check_opinion
from models.executing import View
from tasks.desk import Desk
from tasks.ordering.order import Order

_STEPS: dict[str, type[Accept | SignOff | Review]] = {
    "accept": Accept,
    "sign": SignOff,
    "review": Review,
}
STEPS_ZH = {"accept": "验收", "sign": "领导签批", "review": "办公室复核"}
"""The steps of closing, in order, with what users read."""


def close(
    desk: Desk,
    no: str,
    step: str,
    *,
    accept: bool,
    opinion: str = "",
    by: str = "",
    actor: str = "",
) -> Order:
    """One step of closing. Without ``by`` it is given by the unit whose step it is."""
    if step not in _STEPS:
        known = "、".join(f"{code}（{zh}）" for code, zh in STEPS_ZH.items())
        raise Misuse(f"销号环节“{step}”不认识，请从中选择：{known}。")
    opinion = check_opinion(opinion)
    named = desk.directory.unit(by) if by else ""

    def make(view: View) -> Command:
        who = _whose(step, view.case, named, actor)
        command = _STEPS[step](at=desk.now, by=who, accept=accept, opinion=opinion)
        if isinstance(command, Review):
            return replace(command, followers=view.followers)
        return command

    arguments = {"step": step, "accept": accept, "opinion": opinion, "by": named}
    return Order(no, f"close.{step}", make, arguments)


def _whose(step: str, case: Case, named: str, actor: str) -> Actor:
    if step == "accept":
        return Actor(Role.VERIFIER, named or case.verifying_unit, actor)
    if step == "sign":
        return Actor(Role.LEADER, named or case.lead_unit, actor)
    return Actor(Role.OFFICE, name=actor)
