"""What the commands about questionnaires share: their group and arguments."""

from typing import Annotated

import typer

from deployments.cli.options import read
from deployments.cli.register import group
from deployments.cli.values import whole

survey = group("问卷：建立，导入答卷，统计；低分成为线索，采用的立案。")

Code = Annotated[str, typer.Argument(metavar="问卷", help="问卷代码，见 survey list。")]
Clue = Annotated[
    int, typer.Argument(metavar="线索", parser=read(whole), help="线索的序号，见 survey clues。")
]
