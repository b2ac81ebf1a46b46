"""Sources set up, changed and taken away, checked before anything is kept."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import Misuse, Refused
from models.channels import require_open_to_outside
from models.feeds import Feed, Wanted, add_feed, change_feed, feed_named, remove_feed
from tasks.desk import Desk
from tasks.feeds.addresses import check_url
from tasks.feeds.marks import mark_given, read_mark, write_mark
from tasks.feeds.options import pairs, read_options
from tasks.feeds.references import MAIN, check_values, references
from tasks.feeds.secret_files import forget_secrets, keep_secret
from tasks.feeds.shape import Shape
from tasks.reading.channel_columns import known_fields

_NAME = re.compile(r"[\w-]{1,40}")
_WORD = re.compile(r"[A-Za-z0-9_]{1,40}")
_PARAMETER = re.compile(r"[\w.\[\]$-]{1,60}", re.ASCII)
_SINCE = "since"


@dataclass(frozen=True)
class Words:
    """What an operator says about a source; what is empty stays as it is."""

    settings: Sequence[str] = ()
    channel: str = ""
    url: str = ""
    columns: Sequence[str] = ()
    headers: Sequence[str] = ()
    query: Sequence[str] = ()
    plain_http: bool = False


def add(desk: Desk, name: str, words: Words) -> Feed:
    """Set up a source; gives it as it is kept. Refuses what makes no sense, and a name in use."""
    if _NAME.fullmatch(name) is None:
        raise Misuse("来源名称应是 1 到 40 个汉字、字母、数字、- 或 _，请改正。")
    wanted = _wanted(desk, Wanted(name, "", "", Shape().document()), words)
    if not add_feed(desk.engine, wanted, desk.now):
        raise Refused(f"已有名为“{name}”的来源，请换个名称，或用 feed set 修改。")
    return feed_named(desk.engine, name)


def change(desk: Desk, name: str, words: Words) -> Feed:
    """Change a source; the next pull begins at the beginning, from the cursor on."""
    kept = feed_named(desk.engine, name)
    before = Wanted(kept.name, kept.channel, kept.url, kept.shape, kept.since)
    wanted = _wanted(desk, before, words)
    if wanted == before and _SINCE not in pairs(words.settings, "设置"):
        raise Misuse(f"来源“{name}”没有要改的内容，请写明要改什么，用法见 feed set --help。")
    change_feed(desk.engine, wanted)
    return feed_named(desk.engine, name)


def remove(desk: Desk, name: str) -> None:
    """Forget a source and its secrets; cases and the intake register stay."""
    remove_feed(desk.engine, name)
    forget_secrets(desk.settings.home, desk.database, name)


def set_secret(desk: Desk, name: str, word: str, value: str) -> None:
    """Keep a secret that a source refers to, for the server of its address."""
    feed = feed_named(desk.engine, name)
    word = word or MAIN
    shape = Shape(**feed.shape)
    used = {
        match["secret"] or MAIN
        for text in (*shape.headers.values(), *shape.query.values())
        for match in references(text)
        if match["env"] is None
    }
    if word not in used or _WORD.fullmatch(word) is None:
        named = "、".join(sorted(used)) or "无"
        raise Misuse(f"来源“{name}”没有引用名为 {word[:40]} 的密钥（已引用：{named}），请核对。")
    home = desk.settings.home
    keep_secret(home, desk.database, name, feed.url, word=word, value=value)


def _wanted(desk: Desk, kept: Wanted, words: Words) -> Wanted:
    since = pairs(words.settings, "设置").get(_SINCE)
    settings = [word for word in words.settings if word.partition("=")[0].strip() != _SINCE]
    shape = _shape(Shape(**kept.shape), words, settings)
    channel, url = words.channel or kept.channel, words.url or kept.url
    own = require_open_to_outside(desk.engine, channel).extra_fields
    check_url(url, plain_http=shape.plain_http)
    _check_shape(shape, known_fields(own))
    mark = kept.since if since is None else mark_given(since, shape)
    return Wanted(kept.name, channel, url, shape.document(), _fitting(mark, kept, shape))


def _shape(kept: Shape, words: Words, settings: Sequence[str]) -> Shape:
    return replace(
        kept,
        **read_options(settings),  # type: ignore[arg-type]
        columns=_merged(kept.columns, words.columns, "--map"),
        headers=_merged(kept.headers, words.headers, "--header"),
        query=_merged(kept.query, words.query, "--query"),
        plain_http=kept.plain_http or words.plain_http,
    )


def _merged(kept: Mapping[str, str], words: Sequence[str], what: str) -> dict[str, str]:
    """Add to what is kept; an empty value takes away."""
    merged = {**kept, **pairs(words, what)}
    return {name: value for name, value in merged.items() if value}


def _fitting(mark: str, kept: Wanted, shape: Shape) -> str:
    """Keep a cursor only while it is on the scale that it was made for."""
    before = Shape(**kept.shape)
    moved = (before.since_param, before.since_format == "number") != (
        shape.since_param,
        shape.since_format == "number",
    )
    if mark and mark == kept.since and moved:
        return ""
    return write_mark(read_mark(mark, shape))


def _check_shape(shape: Shape, fields: Collection[str]) -> None:
    check_values(shape.headers, "--header")
    check_values(shape.query, "--query")
    for name in (shape.asks_for, shape.size_param, shape.since_param):
        if name and _PARAMETER.fullmatch(name) is None:
            raise Misuse(f"参数名“{name[:60]}”不能使用，请核对接口说明。")
    for field in shape.columns:
        if field not in fields:
            raise Misuse(f"--map 没有字段“{field[:40]}”，可用：{'、'.join(fields)}。")
    if bool(shape.since_param) != bool(shape.since_field):
        raise Misuse("since_param 和 since_field 要一起设置，或者都不设置。")
    if shape.paging == "cursor" and not shape.next:
        raise Misuse("paging=cursor 须用 next 写明翻页标记在答复中的路径。")
    if shape.ok and not all(shape.ok.partition("=")):
        raise Misuse("ok 应写成 路径=值 的形式，如 ok=code=0。")
    if shape.format == "csv" and (shape.rows or shape.ok or shape.next):
        raise Misuse("format=csv 的答复没有路径，请去掉 rows、ok 和 next。")
