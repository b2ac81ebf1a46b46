"""Learning categories from a file in which a person gave each row one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.category_training import (
    FOLDS,
    Example,
    Figure,
    Progress,
    Share,
    cross_validate,
    train,
)
from domain.errors import Refused
from tasks.categories import latest, read_model, version_of, write_model
from tasks.reading.columns import COLUMNS
from tasks.reading.files import read_rows
from tasks.reading.words import line, whole
from tasks.settings import Settings

MOST = 1200
"""Rows that are learned from, the last of the file: so it takes less than a minute."""
TRAININGS = FOLDS + 1
"""Models trained in all: one for each part that the figure is found on, and the one kept."""
_FEWEST = 2
"""Categories: one alone tells nothing apart."""


@dataclass(frozen=True)
class Learned:
    """What was learned; ``version`` is ``None`` where nothing was kept.

    ``present`` is the figure of the model in force until then, found on its own rows. ``left``
    counts rows not learned from: without text or category, of a category too rare, or too many.
    """

    version: int | None
    rows: int
    left: int
    categories: tuple[str, ...]
    figure: Figure
    present: Figure | None


def learn_categories(
    settings: Settings,
    path: Path,
    column: str,
    keep_at: datetime | None,
    progress: Progress = lambda _: None,
) -> Learned:
    """Learn from a file's ``column`` and say how good the model is on rows it never saw.

    ``keep_at`` is when the model is kept, if it is. One kept is in force at once as the next
    version; deleting its file brings back the last.
    """
    examples, left = _examples(path, column)
    figure, last = cross_validate(examples, progress), latest(settings)
    version = (version_of(last) if last else 0) + 1
    if keep_at:
        told = {"version": version, "trained_at": keep_at.isoformat(), "column": column}
        right = {"first": figure.first.right, "top": figure.top.right, "of": len(examples)}
        write_model(settings, version, {**told, "figure": right, **train(examples).dump()})
        progress(1)
    return Learned(
        version=version if keep_at else None,
        rows=len(examples),
        left=left,
        categories=tuple(sorted({one.category for one in examples})),
        figure=figure,
        present=_figure(last) if last else None,
    )


def _examples(path: Path, column: str) -> tuple[list[Example], int]:
    read = list(_rows(path, column))
    if not any(one.category for one in read):
        raise Refused(f"文件 {path.name} 的“{column}”列没有内容或没有这一列，请核对 --column。")
    told = [one for one in read if one.category and (one.subject or one.body)][-MOST:]
    counts = Counter(one.category for one in told)
    examples = [one for one in told if counts[one.category] >= FOLDS]
    if len({one.category for one in examples}) < _FEWEST:
        raise Refused(
            f"文件 {path.name} 的“{column}”列至少要有两个类别各有 {FOLDS} 行，"
            "才能学习，请补充后再试。"
        )
    return examples, len(read) - len(examples)


def _rows(path: Path, column: str) -> Iterator[Example]:
    columns = {"subject": COLUMNS["subject"], "body": COLUMNS["body"], "category": (column,)}
    for row in read_rows(path, columns):
        subject, body, category = (row.fields.get(field, "") for field in columns)
        yield Example(line(subject), whole(body), line(category))


def _figure(path: Path) -> Figure:
    right = read_model(path)["figure"]
    return Figure(Share(right["first"], right["of"]), Share(right["top"], right["of"]))
