"""The figures that history keeps with an event, in words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.calendar import SHANGHAI
from domain.codes import ClockKind, Feedback, RequestKind, Rung, State
from domain.updating import SOURCE_FIELDS
from domain.wording import moment
from tasks.artifacts.terms import result_zh

Detail = Mapping[str, Any]
Name = Callable[[str], str]

_STEPS_ZH = {"accept": "验收", "sign_off": "领导签批", "review": "办公室复核"}

_MORE_UNITS = (("organ", "移送机关"), ("named_unit", "来件指明"), ("by_unit", "填报单位"))
_CAUSES = {"calendar": "第 {} 版日历", "policy": "第 {} 版规则"}
_ANSWERS = {"solved": ("已解决", "未解决"), "satisfied": ("满意", "不满意")}


def points(detail: Detail, name: Name) -> list[str]:
    """Say what an event's detail holds; ``name`` gives a unit's name by its code."""
    return [
        *_move(detail),
        *_fired(detail),
        *_reprojected(detail),
        *_units(detail, name),
        *_figures(detail),
        *_updated(detail),
    ]


def _move(detail: Detail) -> Iterator[str]:
    before, after = detail.get("from"), detail.get("to")
    if after and before and before != after:
        yield f"{State(before).zh} → {State(after).zh}"


def _fired(detail: Detail) -> Iterator[str]:
    """Name the rungs that a check fired, by clock, with those it passed over."""
    for op in detail.get("clocks", ()):
        if op["op"] == "fire":
            skipped = "、".join(Rung(rung).zh for rung in op.get("coalesced", ()))
            noted = f"（合并记录：{skipped}）" if skipped else ""
            yield f"{ClockKind(op['kind']).zh}：{Rung(op['rung']).zh}{noted}"


def _reprojected(detail: Detail) -> Iterator[str]:
    """Say which deadlines a change of calendar or policy moved, from when to when."""
    if detail.get("cause") in _CAUSES:
        version = detail["calendar" if detail["cause"] == "calendar" else "policy"]
        yield _CAUSES[detail["cause"]].format(version)
    for move in detail.get("moved", ()):
        kind = ClockKind(move["clock"].partition("/")[0])
        yield f"{kind.zh} {_instant(move['from'])} → {_instant(move['to'])}"


def _instant(seconds: int) -> str:
    return moment(datetime.fromtimestamp(seconds, SHANGHAI))


def _units(detail: Detail, name: Name) -> Iterator[str]:
    for key, zh in (("unit", "单位"), ("suggested", "建议"), ("verifying", "验收"), *_MORE_UNITS):
        if detail.get(key):
            yield f"{zh}：{name(detail[key])}"
    if "into" in detail:
        yield f"并入 {detail['into']}"
    if "lead" in detail:
        yield f"原并入 {detail['lead']}"
    if "followers" in detail:
        yield f"从案 {'、'.join(detail['followers'])}"


def _figures(detail: Detail) -> Iterator[str]:
    if "hop" in detail:
        yield f"第 {detail['hop']} 次退单"
    if "feedback" in detail:
        yield f"{detail['on']} 反馈：{Feedback(detail['feedback']).zh}"
    if "request" in detail:
        kind = f"（{RequestKind(detail['kind']).zh}）" if detail.get("kind") else ""
        yield f"第 {detail['request']} 号申请{kind}"
    if detail.get("status"):
        yield {"granted": "同意", "refused": "不同意"}.get(detail["status"], "")
    if detail.get("days"):
        yield f"{detail['days']} 个工作日"
    if "until" in detail:
        yield f"至 {_instant(detail['until'])}"
    yield from _handling(detail)


def _updated(detail: Detail) -> Iterator[str]:
    """Say in what a later version of what came in differs."""
    if "changed" in detail and "version" in detail:
        named = "、".join(SOURCE_FIELDS.get(code, code) for code in detail["changed"])
        yield f"第 {detail['version']} 版：{named}"


def _handling(detail: Detail) -> Iterator[str]:
    if detail.get("result") and detail["result"] != "None":
        yield f"结果：{result_zh(detail['result'])}"
    if detail.get("evidence"):
        yield f"佐证材料 {len(detail['evidence'])} 份"
    if "rung" in detail:
        yield Rung(detail["rung"]).zh
    if "before" in detail:
        yield f"{detail['before']} 级 → {detail['level']} 级"
    if "step" in detail:
        yield f"环节：{_STEPS_ZH.get(detail['step'], '')}"
    for key, (yes, no) in _ANSWERS.items():
        if key in detail:
            yield yes if detail[key] else no
