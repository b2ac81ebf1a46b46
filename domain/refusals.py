"""The refusals of the rules; each is one sentence that says what is wrong and what to do."""

from domain.case import Actor, Case
from domain.codes import Role, State
from domain.commands import Command
from domain.errors import Refused
from domain.transitions import allowed
from domain.wording import moment

COMMAND_ZH = {cls.name: cls.zh for cls in Command.__subclasses__()}
"""The Chinese name of every command."""


def _labels(state: State) -> str:
    names = [f"{COMMAND_ZH[name]}（{name}）" for name in allowed(state)]
    return "、".join(names) if names else "无（已终结）"


def _who(actor: Actor) -> str:
    return f"{actor.role.zh} {actor.code} " if actor.code else actor.role.zh


class NotAllowed(Refused):
    """The state of the case does not allow the command; says what it allows."""

    def __init__(self, case: Case, command: Command) -> None:
        """Say it for this case and command."""
        self.case, self.command = case, command
        super().__init__(
            f"案件 {case.no} 当前状态为“{case.state.zh}”，"
            f"不能执行“{command.zh}”（{command.name}）；现在可以：{_labels(case.state)}。"
        )


class WrongActor(Refused):
    """Somebody else must give this command."""

    def __init__(self, case: Case, command: Command, whose: str) -> None:
        """Say whose it is."""
        self.case, self.command = case, command
        super().__init__(
            f"案件 {case.no} 的“{command.zh}”应由{whose}办理，{_who(command.by)}不能代为办理。"
        )


class TooEarly(Refused):
    """The command is dated before the last event of the case."""

    def __init__(self, case: Case, command: Command) -> None:
        """Name both instants."""
        self.case, self.command = case, command
        super().__init__(
            f"案件 {case.no} 的“{command.zh}”时间 {moment(command.at)} 早于该案最近一次记录 "
            f"{moment(case.last_event_at)}，请改用不早于它的时间。"
        )


def refuse(case: Case, sentence: str) -> Refused:
    """Make a refusal that begins with the number of the case."""
    return Refused(f"案件 {case.no} {sentence}")


def roles_zh(roles: frozenset[Role]) -> str:
    """List roles in Chinese."""
    return "或".join(role.zh for role in sorted(roles))
