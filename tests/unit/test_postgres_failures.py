"""What PostgreSQL's programs say becomes one sentence that says what to do."""

import errno
import os
from pathlib import Path

import pytest

from deployments.postgres.failures import explained, failed
from domain.errors import Refused

PLACE = Path("/srv/state/pg")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("FATAL: could not write: No space left on device", "磁盘已满"),
        ("could not create directory: Permission denied", "没有权限"),
        ("FATAL: could not create any Unix-domain sockets: Address already in use", "已被占用"),
        ("FATAL: database files are incompatible with server", "装回那一版本"),
        ("FATAL: could not map anonymous shared memory: Cannot allocate memory", "内存不足"),
    ],
)
def test_known_failures_are_explained(said: str, sentence: str) -> None:
    refusal = failed("启动数据库", f"LOG: starting\n{said}\n", PLACE)
    assert refusal.sentence.startswith(f"启动数据库失败（{PLACE}）：")
    assert sentence in refusal.sentence


def test_an_unknown_failure_quotes_the_line_that_matters() -> None:
    said = "LOG:  starting\nFATAL:  unrecognized parameter\nLOG:  database system is shut down\n"
    assert "FATAL:  unrecognized parameter" in failed("启动数据库", said, PLACE).sentence


def test_silence_is_said_too() -> None:
    assert "没有任何输出" in failed("启动数据库", "", PLACE).sentence


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "磁盘已满"), (errno.EROFS, "只读"), (errno.EIO, os.strerror(errno.EIO))],
)
def test_refusals_of_the_system_name_the_place(number: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as caught, explained("使用状态目录", PLACE):
        raise OSError(number, os.strerror(number), "/srv/state/lock")
    assert "/srv/state/lock" in caught.value.sentence
