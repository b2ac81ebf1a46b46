"""TOML as operators write it: in UTF-8 or GB18030."""

import re
import tomllib
from pathlib import Path
from typing import Any

from domain.errors import Misuse
from tasks.reading.files import readable
from tasks.reading.texts import encoding_of

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def read_toml(path: Path, what: str, shown_by: str) -> dict[str, Any]:
    """Give the data of a file; ``what`` it is and the command that shows one are for refusals."""
    if path.suffix.lower() != ".toml":
        raise Misuse(f"{what} {path.name} 不是 toml 文件，请用 ./rectify {shown_by} 导出后修改。")
    with readable(path):
        text = path.read_text(encoding_of(path))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列附近" if place else "结尾处"
        raise Misuse(f"{what} {path.name} {where}不合 TOML 写法，请改正后再试。") from None
