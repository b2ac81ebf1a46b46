"""Files read by their ending: csv, xlsx or jsonl."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Misuse, Refused
from tasks.reading.columns import COLUMNS, Columns
from tasks.reading.csv_files import open_csv
from tasks.reading.jsonl_files import open_jsonl
from tasks.reading.rows import RawRow, Table
from tasks.reading.xlsx_files import open_xlsx

_OPENERS: dict[str, Callable[[Path, Columns], Table]] = {
    ".csv": open_csv,
    ".xlsx": open_xlsx,
    ".xlsm": open_xlsx,
    ".jsonl": open_jsonl,
}


def open_table(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check a file as a whole and give it as a table; what is wrong is said before any row."""
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        raise Misuse(f"不认识文件 {path.name} 的扩展名，请提供 {'、'.join(_OPENERS)} 之一的文件。")
    with readable(path):
        return opener(path, columns)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Refuse a path that is no file, empty, or not ours to read; the block reads it."""
    try:
        if not path.is_file():
            what = "是一个目录" if path.is_dir() else "不存在"
            raise Misuse(f"文件 {path} {what}，请核对路径。")
        with path.open("rb") as file:
            if not file.read(1):
                raise Refused(f"文件 {path.name} 是空的，请检查导出是否完整。")
        yield
    except PermissionError:
        raise Misuse(f"没有权限读取文件 {path}，请修改权限或换一个账户运行。") from None


def read_rows(path: Path, columns: Columns = COLUMNS) -> Iterator[RawRow]:
    """Give the rows of a file that was found sound."""
    return open_table(path, columns).rows
