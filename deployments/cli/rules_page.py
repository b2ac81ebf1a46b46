"""How a trial of dispatch rules and the learning of categories are told."""

from dataclasses import asdict
from typing import Any

from rich.console import RenderableType

from deployments.cli.saying import table
from domain.category_training import Figure, Share
from tasks.category_lessons import Learned
from tasks.desk import Desk
from tasks.rule_trials import Trial

_HAND = "其中由人交办的 {} 件中，首选与最终主办单位一致"


def trial_document(trial: Trial) -> dict[str, Any]:
    """Give a trial as data."""
    return {
        "version": trial.version,
        "looked": trial.looked,
        "by_hand": trial.by_hand,
        "same": trial.same,
        "changed": trial.changed,
        "before": asdict(trial.before),
        "after": asdict(trial.after),
        "examples": [asdict(one) | {"worse": one.worse} for one in trial.examples],
    }


def trial_page(desk: Desk, trial: Trial) -> list[RenderableType]:
    """Show a trial: before and after side by side, then changed cases."""
    if not trial.looked:
        return ["还没有交办过的案件，无从试用；规则文件本身没有错误。"]
    before, after = trial.before, trial.after
    rows = (
        ("规则能确定、自动交办", before.settled, after.settled),
        ("　其中与最终主办单位一致", before.settled_right, after.settled_right),
        ("首选与最终主办单位一致", before.first, after.first),
        (_HAND.format(trial.by_hand), before.first_by_hand, after.first_by_hand),
        ("前三名中有最终主办单位", before.top, after.top),
    )
    headers = ("", f"现行（第 {trial.version} 版）", "新规则", "增减")
    sentence = (
        f"在以往交办的 {trial.looked} 件上试用：首选单位相同 {trial.same} 件，"
        f"不同 {trial.changed} 件。没有写入任何内容。"
    )
    note = "按现行规则自动交办的案件天然与现行规则一致，请以由人交办的一行为准。"
    compared = table("", headers, ((*row, f"{row[2] - row[1]:+d}") for row in rows))
    return [sentence, compared, note, *_examples(desk, trial)]


def _examples(desk: Desk, trial: Trial) -> list[RenderableType]:
    if not trial.examples:
        return []
    name = desk.directory.name
    rows = (
        (
            one.no,
            one.subject,
            f"{name(one.before) or '—'} → {name(one.after) or '—'}",
            name(one.lead),
            "现行规则原本正确" if one.worse else "",
        )
        for one in trial.examples
    )
    headers = ("编号", "事由", "首选单位", "最终主办", "提示")
    return [table(f"首选单位不同的案件（{len(trial.examples)} 件）", headers, rows)]


def learned_document(learned: Learned) -> dict[str, Any]:
    """Give what was learned as data."""
    return {
        "version": learned.version,
        "rows": learned.rows,
        "left": learned.left,
        "categories": list(learned.categories),
        **_figure(learned.figure),
        "present": _figure(learned.present) if learned.present else None,
    }


def learned_page(learned: Learned) -> list[RenderableType]:
    """Say what was learned and how good it is."""
    names, figure = "、".join(learned.categories), _in_words(learned.figure)
    told = [f"学习 {learned.rows} 行，未用 {learned.left} 行；类别：{names}。"]
    told.append(f"五折交叉验证：{figure}。")
    if learned.present:
        told.append(f"此前的模型（在其自己的数据上）：{_in_words(learned.present)}。")
    kept = f"已存为第 {learned.version} 版，即刻用于类别建议。"
    return [*told, "没有保存。" if learned.version is None else kept]


def _in_words(figure: Figure) -> str:
    return f"首选正确 {_share(figure.first)}；前三名内 {_share(figure.top)}"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.1%}（95% 区间 {low:.1%}～{high:.1%}，{share.right}/{share.of}）"


def _figure(figure: Figure) -> dict[str, Any]:
    parts = {"first": figure.first, "top": figure.top}
    return {
        name: {
            "right": share.right,
            "of": share.of,
            "share": round(share.value, 4),
            "interval": [round(bound, 4) for bound in share.interval],
        }
        for name, share in parts.items()
    }
