"""Why each card of a clock fired, and what comes next on its ladder, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from domain.clocks import Clock
from domain.codes import AUTOMATIC_RUNGS, RUNGS, Rung
from domain.explaining_record import Card
from domain.policy import Policy
from domain.wording import moment


def fired_in_words(
    cards: Sequence[Card], clock: Clock, policy: Policy, since: datetime | None = None
) -> Iterator[str]:
    """Say of each card why it fired and when a check did it; nothing when none fired.

    Those before ``since``, when the clock last began anew, are told apart.
    """
    own = [card for card in cards if card.key == clock.key]
    for title, told in (
        ("重新起算前曾触发", [card for card in own if since and card.checked_at < since]),
        ("已触发", [card for card in own if not since or card.checked_at >= since]),
    ):
        if told:
            yield f"{title}：{'；'.join(_together(told, clock, policy))}。"


def _together(cards: Sequence[Card], clock: Clock, policy: Policy) -> Iterator[str]:
    """Say of those with one fate only once what it was."""
    for fate, group in groupby(cards, key=lambda card: _fate(card) + _taken_back(card)):
        yield f"{'、'.join(_by_rule(card, clock, policy) for card in group)}，{fate}"


def upcoming(clock: Clock, now: datetime) -> str:
    """List every rung that is left, with its instant and whether it fires by itself."""
    if clock.paused_at is not None:
        return "暂停期间不触发预警；恢复时余下的各级随到期时间重排。"
    left = _left(clock)
    if not left:
        return "此后没有更高的级别。" if any(clock.ladder) else "不设预警。"
    passed = [rung for rung, at in left if at <= now]
    ahead = [(rung, at) for rung, at in left if at > now]
    parts = [f"“{passed[-1].zh}”已到时间，下次检查时触发"] if passed else []
    parts += _ahead(ahead)
    return f"此后：{'；'.join(parts)}。"


def _left(clock: Clock) -> list[tuple[Rung, datetime]]:
    first = 0 if clock.rung is None else RUNGS.index(clock.rung) + 1
    rungs = zip(RUNGS[first:], clock.ladder[first:], strict=True)
    return [(rung, at) for rung, at in rungs if at is not None]


def _ahead(left: Sequence[tuple[Rung, datetime]]) -> Iterator[str]:
    by_itself = [f"{moment(at)} “{rung.zh}”" for rung, at in left if rung in AUTOMATIC_RUNGS]
    proposed = [f"{moment(at)} “{rung.zh}”" for rung, at in left if rung not in AUTOMATIC_RUNGS]
    if by_itself:
        yield f"{'、'.join(by_itself)}（自动触发）"
    if proposed:
        yield f"{'、'.join(proposed)}（拟出建议，由办公室负责人签发）"


def _by_rule(card: Card, clock: Clock, policy: Policy) -> str:
    return f"“{card.rung.zh}”（{_rule(card.rung, clock, policy)}，{moment(card.at)}）"


def _rule(rung: Rung, clock: Clock, policy: Policy) -> str:
    if clock.limit.unit == "h" and rung in AUTOMATIC_RUNGS:
        return "时限过半" if rung is Rung.YELLOW else "届满"
    days = policy.rungs[rung].offset
    return f"到期{'前' if days < 0 else '后'}第 {abs(days)} 个工作日"


def _fate(card: Card) -> str:
    checked = moment(card.checked_at)
    if card.coalesced:
        return f"{checked} 检查时已有更高一级到时，只作合并记录，未单独发出"
    if card.rung not in AUTOMATIC_RUNGS:
        return f"{checked} 检查时拟出建议"
    return f"{checked} 检查时触发" + ("，通知在发出前已撤回" if card.unsent else "")


def _taken_back(card: Card) -> str:
    if card.withdrawn_at is None:
        return ""
    return f"，{moment(card.withdrawn_at)} 因申请获准而撤销"
