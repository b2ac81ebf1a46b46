"""What the commands about projects share: their group, arguments and words."""

from typing import Annotated

import typer

from deployments.cli.register import group

project = group("“签约未落地”项目：各区市、功能区的项目清单，受阻的立案，落地或者核销。")

Key = Annotated[
    str, typer.Argument(metavar="项目", help="区市/项目编号，例如 laoshan/XM-01 或 崂山区/XM-01。")
]
District = Annotated[
    str,
    typer.Option("--district", metavar="区市", help="只看这个区市、功能区（代码、名称或别名）。"),
]
