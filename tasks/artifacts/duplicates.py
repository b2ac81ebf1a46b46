"""疑似重复: the pairs of cases that the office has not decided, the likeliest first.

Prefect keeps every version of it, so it holds nothing that stands in a body alone: of the words in
common only those of the subjects and general ones. The command line shows the others too.
"""

from collections.abc import Mapping

from domain.codes import State
from domain.fingerprints import plain
from domain.topics import is_topic_word
from domain.wording import mask
from models.comparing import pending, switched_on
from models.suggestions import Row, count_open, count_relapses, open_suggestions
from tasks.artifacts.markup import artifact_key, card_link, heading, link, table, text, updated
from tasks.desk import Desk

LISTED = 100
"""Pairs shown at most: every version of an artifact is kept."""
_HEADS = ("案件", "事由", "疑似同一件", "其事由", "其状态", "相似度", "共同的字词", "提示")


def duplicate_table(desk: Desk, pages: Mapping[str, str]) -> str:
    """Draw the pairs as they stand, with where they are decided."""
    found = open_suggestions(desk.engine, LISTED)
    form = [link("到“重复处理”办理", pages["duplicates"])] if "duplicates" in pages else []
    parts = [
        heading("疑似重复", desk.database),
        updated(desk.now),
        _summary(desk, len(found)),
        table(_HEADS, [_row(desk, row) for row in found]),
        *form,
    ]
    return "\n\n".join(parts) + "\n"


def alike(desk: Desk, pages: Mapping[str, str]) -> str:
    """Say on the worklist how many cases wait for that decision; nothing where none does."""
    waiting, relapsed = count_open(desk.engine), count_relapses(desk.engine)
    if not waiting:
        return ""
    back = f"；疑似反弹的已销号案件 {relapsed} 件，已安排或即将安排复查" if relapsed else ""
    listed = link("疑似重复", f"/artifacts/key/{artifact_key('duplicates', desk.database)}")
    form = f"，{link('重复处理', pages['duplicates'])}" if "duplicates" in pages else ""
    return f"**疑似重复待定 {waiting} 件**{back}。见{listed}{form}。"


def _summary(desk: Desk, shown: int) -> str:
    waiting, behind = count_open(desk.engine), pending(desk.engine)
    told = f"待定 {waiting} 件，列出最相似的 {shown} 对。" if waiting else "没有待定的疑似重复。"
    if not switched_on(desk.engine):
        return f"{told}比对已关闭（duplicates compare on 打开）。"
    return f"{told}还有 {behind} 件待比对。" if behind else told


def _row(desk: Desk, row: Row) -> tuple[str, ...]:
    return (
        card_link(row["no"], desk.database),
        text(mask(row["subject"])),
        card_link(row["other"], desk.database),
        text(mask(row["other_subject"])),
        State(row["other_state"]).zh,
        f"{row['score']:.2f}",
        text("、".join(map(mask, _told(row)))),
        _hint(row),
    )


def _told(row: Row) -> list[str]:
    subjects = f"{plain(row['subject'])}\n{plain(row['other_subject'])}"
    return [word for word in row["words"] if word in subjects or is_topic_word(word)]


def _hint(row: Row) -> str:
    if not row["relapse"]:
        return ""
    return "疑似反弹，已安排复查" if row["rechecked_at"] else "疑似反弹"
