"""Which flow plays which act of the sample campaign, and with what words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prefect import Flow

from flows.assign import assign
from flows.callback import callback
from flows.close import close
from flows.handle import handle
from flows.remind import remind
from flows.rule import rule
from flows.settle import settle
from flows.verify import verify
from models.standings import Standing
from tasks.campaign.acts import Act
from tasks.campaign.ledger import Problem
from tasks.campaign.phrases import FINDINGS, OFFICERS, OPINIONS, REASONS, REPLIES

Words = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """One act to play: whose case, how it stands, when; it may be merged into ``lead``."""

    problem: Problem
    act: Act
    standing: Standing
    now: datetime
    lead: str = ""

    @property
    def no(self) -> str:
        """The number of the case."""
        return self.standing.no

    @property
    def unit(self) -> str:
        """The unit that handles it now."""
        return self.standing.unit

    def word(self, name: str, default: Any) -> Any:  # noqa: ANN401 - a word of any kind
        """A word of the act."""
        return self.act.words.get(name, default)


Call = tuple[Flow[..., Any], Words]


def calls(scene: Scene) -> list[Call]:
    """Give the flows to run for a scene, one after the other."""
    return _CASTS[scene.act.verb](scene)


def _assign(scene: Scene) -> list[Call]:
    problem = scene.problem
    words = {
        "unit": problem.unit,
        "assist": ";".join(problem.assisting),
        "environment": problem.fields["环境"],
        "level": scene.word("level", 0),
        "actor": OFFICERS["office"],
    }
    return [(assign, words)]


def _handle(action: str, **more: str) -> Callable[[Scene], list[Call]]:
    return lambda scene: [(handle, {"action": action, "by": scene.unit, **more})]


def _assisting(action: str, **more: str) -> Callable[[Scene], list[Call]]:
    return lambda scene: [
        (handle, {"action": action, "by": unit, **more}) for unit in scene.problem.assisting
    ]


def _return(scene: Scene) -> list[Call]:
    words = {"action": "return", "by": scene.unit, "text": REASONS["return"]}
    return [(handle, words | {"suggest": scene.problem.other_unit})]


def _extend(scene: Scene) -> list[Call]:
    words = {"action": "extend", "by": scene.unit, "text": REASONS["extend"]}
    return [(handle, words | {"days": scene.word("days", 3)})]


def _shelve(scene: Scene) -> list[Call]:
    until = (scene.now + timedelta(days=scene.word("days", 30))).date().isoformat()
    words = {"action": "shelve", "by": scene.unit, "text": REASONS["shelve"]}
    return [(handle, words | {"until": until})]


def _close(step: str) -> Callable[[Scene], list[Call]]:
    def call(scene: Scene) -> list[Call]:
        accept = scene.word("accept", default=True)
        words = {"step": step, "decision": "通过" if accept else "退回"}
        return [(close, words | {"opinion": OPINIONS[accept], "actor": OFFICERS["office"]})]

    return call


def _rule(scene: Scene) -> list[Call]:
    grant = scene.word("grant", default=True)
    words = {
        "request": scene.standing.requests[scene.word("kind", "")],
        "decision": "同意" if grant else "不同意",
        "opinion": OPINIONS[True] if grant else "理由不充分，不予同意。",
        "actor": OFFICERS["head"],
    }
    return [(rule, words)]


def _settle(action: str) -> Callable[[Scene], list[Call]]:
    def call(scene: Scene) -> list[Call]:
        words = {"action": action, "reason": REASONS.get(action, ""), "actor": OFFICERS["office"]}
        return [(settle, words | {"into": scene.lead, "to": scene.problem.other_unit})]

    return call


def _remind(_: Scene) -> list[Call]:
    return [(remind, {"reason": REASONS["remind"], "actor": OFFICERS["office"]})]


def _callback(scene: Scene) -> list[Call]:
    said = {
        name: "是" if scene.word(name, default) else "否"
        for name, default in (("reached", True), ("solved", False), ("satisfied", False))
    }
    return [(callback, said | {"actor": OFFICERS["office"]})]


def _recheck(scene: Scene) -> list[Call]:
    passed = scene.word("passed", default=True)
    words = {"passed": "合格" if passed else "不合格", "finding": FINDINGS[passed]}
    return [(verify, words | {"actor": OFFICERS["inspector"]})]


_CASTS: Mapping[str, Callable[[Scene], list[Call]]] = {
    "assign": _assign,
    "sign": _handle("sign"),
    "assist_sign": _assisting("sign"),
    "contact": _handle("contact"),
    "interim": _handle("interim", text=REPLIES["interim"]),
    "opinion": _assisting("interim", text=REPLIES["opinion"]),
    "submit": _handle("submit", text=REPLIES["submit"], result="已解决"),
    "return": _return,
    "extend": _extend,
    "shelve": _shelve,
    "object": lambda _: [(handle, {"action": "object", "text": REASONS["object"]})],
    "accept": _close("accept"),
    "sign_off": _close("sign"),
    "review": _close("review"),
    "rule": _rule,
    "remind": _remind,
    "callback": _callback,
    "recheck": _recheck,
    **{action: _settle(action) for action in ("merge", "split", "refer", "reject", "exclude")},
    "delist": _settle("delist"),
}
