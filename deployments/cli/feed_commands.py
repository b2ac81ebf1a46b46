"""Sources that are asked for new problems: set up, tried, pulled, paused, taken away."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.feed_page import described, document_of, listed, reported, tried
from deployments.cli.options import Audience
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from models.feeds import enable_feed, feed_named, feeds
from tasks.feeds.keeping import Words, add, change, remove, set_secret
from tasks.feeds.options import OPTIONS
from tasks.feeds.pulling import Manner
from tasks.feeds.rounds import due_feeds, pull_feed
from tasks.feeds.trying import try_feed

feed = group("来件接口：定时从 12345 热线等系统拉取问题；先 add，再 test，然后等它自动拉取。")

Name = Annotated[str, typer.Argument(metavar="来源", help="来源名称，见 feed list。")]
SomeName = Annotated[str, typer.Argument(metavar="[来源]", help="来源名称；留空即全部到时的来源。")]
Settings = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="设置=值 …",
        help="；".join(f"{name} {option.zh}" for name, option in OPTIONS.items())
        + "；since 从何时起拉取。",
    ),
]
ChannelCode = Annotated[str, typer.Option(metavar="渠道", help="渠道代码，见 channel list。")]
Url = Annotated[str, typer.Option(metavar="网址", help="https 网址，不含密钥。")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="字段=路径", help="字段在行里的路径；可多次；值留空即去掉。"),
]
Header = Annotated[
    list[str] | None,
    typer.Option(
        metavar="名称=值", help="请求头；密钥写 {secret}、{secret:名称} 或 {env:FEED_…}。"
    ),
]
Query = Annotated[
    list[str] | None, typer.Option(metavar="名称=值", help="固定参数；密钥的写法同请求头。")
]
PlainHttp = Annotated[bool, typer.Option("--plain-http", help="允许不加密的 http（仅限内网）。")]
As = Annotated[str, typer.Option("--as", metavar="名称", help="多个密钥时的名称。")]


@command(
    feed,
    "add",
    Audience.RUN,
    "登记一个来件接口。只登记引用，密钥随后用 feed secret 设置。",
    "feed add 12345热线 --channel 12345 --url https://hotline.example/api/orders"
    " --header 'Authorization=Bearer {secret}' --map source_id=orderNo --map body=content.text"
    " rows=data.list paging=page size=100 since_param=updatedAfter since_field=updatedAt",
)
def add_(
    call: Call,
    source: Name,
    channel: ChannelCode,
    url: Url,
    settings: Settings = None,
    map_: Map = None,
    header: Header = None,
    query: Query = None,
    plain_http: PlainHttp = False,
) -> Answer:
    """Set up a source."""
    words = Words(
        settings or (), channel, url, map_ or (), header or (), query or (), plain_http=plain_http
    )
    with at_desk(call) as desk:
        kept = add(desk, source, words)
    return described(kept, f"已登记来源“{source}”，请用 ./rectify feed test {source} 试拉第一页。")


@command(
    feed,
    "set",
    Audience.RUN,
    "修改一个来件接口；下次从游标处重新拉取，此前退回的行再试一次。",
    "feed set 12345热线 size=200 overlap=240",
    "feed set 12345热线 since=2026-03-01T00:00:00+08:00",
)
def set_(
    call: Call,
    source: Name,
    settings: Settings = None,
    channel: ChannelCode = "",
    url: Url = "",
    map_: Map = None,
    header: Header = None,
    query: Query = None,
    plain_http: PlainHttp = False,
) -> Answer:
    """Change a source."""
    words = Words(
        settings or (), channel, url, map_ or (), header or (), query or (), plain_http=plain_http
    )
    with at_desk(call) as desk:
        kept = change(desk, source, words)
    return described(kept, f"来源“{source}”已修改。")


@command(feed, "list", Audience.LOOK, "列出来件接口：拉到何时，是否暂停或失败。", "feed list")
def list_(call: Call) -> Answer:
    """List sources."""
    with at_desk(call) as desk:
        return listed(feeds(desk.engine))


@command(feed, "show", Audience.LOOK, "查看一个来件接口的全部设置。", "feed show 12345热线")
def show(call: Call, source: Name) -> Answer:
    """Show one source, never a secret."""
    with at_desk(call) as desk:
        return described(feed_named(desk.engine, source))


@command(
    feed,
    "secret",
    Audience.RUN,
    "设置来源引用的密钥：从标准输入读一行，只存在本机状态目录，不进数据库，不再显示。",
    "feed secret 12345热线",
    "feed secret 12345热线 --as app_key",
)
def secret(call: Call, source: Name, as_: As = "") -> Answer:
    """Keep a secret."""
    with at_desk(call) as desk:
        feed_named(desk.engine, source)
        given = getpass("密钥：") if sys.stdin.isatty() else sys.stdin.readline()
        set_secret(desk, source, as_, given.strip())
    return Answer(
        {"feed": source, "kept": True},
        [f"来源“{source}”的密钥已保存，请用 ./rectify feed test {source} 试拉。"],
    )


@command(
    feed,
    "test",
    Audience.LOOK,
    "试拉第一页：看各列如何认识；不写入任何内容，不显示来件内容和身份。",
    "feed test 12345热线",
)
def test(call: Call, source: Name) -> Answer:
    """Try a source."""
    with at_desk(call) as desk:
        return tried(source, try_feed(desk, source))


@command(
    feed,
    "pull",
    Audience.RUN,
    "立即拉取一个来源，或全部到时的来源；中断后再次运行会接着拉。",
    "feed pull",
    "feed pull 12345热线",
)
def pull(call: Call, source: SomeName = "") -> Answer:
    """Pull now."""
    with at_desk(call) as desk, progress("拉取来件（页）") as advance:
        wanted = [source] if source else due_feeds(desk)
        manner = Manner(progress=lambda _: advance(1))
        return reported([pull_feed(desk, one, manner) for one in wanted])


@command(feed, "pause", Audience.RUN, "暂停一个来源的拉取。", "feed pause 12345热线")
def pause(call: Call, source: Name) -> Answer:
    """Leave a source alone."""
    with at_desk(call) as desk:
        enable_feed(desk.engine, source, enabled=False)
    return Answer({"feed": source, "enabled": False}, [f"来源“{source}”已暂停拉取。"])


@command(feed, "resume", Audience.RUN, "恢复一个来源的拉取。", "feed resume 12345热线")
def resume(call: Call, source: Name) -> Answer:
    """Pull a source again."""
    with at_desk(call) as desk:
        enable_feed(desk.engine, source, enabled=True)
        kept = feed_named(desk.engine, source)
    return Answer(document_of(kept), [f"来源“{source}”已恢复，下一轮起继续拉取。"])


@command(
    feed,
    "remove",
    Audience.RUN,
    "删去一个来源及其密钥；已立的案件和来件登记不受影响。",
    "feed remove 12345热线",
)
def remove_(call: Call, source: Name) -> Answer:
    """Take a source away."""
    with at_desk(call) as desk:
        remove(desk, source)
    return Answer({"feed": source, "removed": True}, [f"来源“{source}”已删去。"])
