"""Policy files: read in either encoding, refused with every mistake at once."""

from pathlib import Path

import pytest

from deployments.cli.toml_text import toml_text
from deployments.reference.seed import reference
from domain.errors import Misuse, Refused
from domain.policy import PolicyInvalid
from tasks.reading.policy_files import read_policy_file

POLICY = toml_text(reference().policy)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "政策.toml"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sound_policy_is_given_as_it_stands(tmp_path: Path, encoding: str) -> None:
    assert read_policy_file(write(tmp_path, POLICY, encoding)) == reference().policy


def test_all_mistakes_are_said(tmp_path: Path) -> None:
    wrong = POLICY.replace('ordinary = "5wd"', 'ordinary = "bald"').replace("version = 1\n", "")
    with pytest.raises(PolicyInvalid) as refused:
        read_policy_file(write(tmp_path, wrong))
    assert len(refused.value.mistakes) == 2
    assert "[finish].ordinary" in refused.value.sentence
    assert "version" in refused.value.sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = 1\nname = \n", "第 2 行第 8 列附近不合 TOML 写法"),
        ("[finish", "结尾处不合 TOML 写法"),
        ("version = 1\nversion = 2\n", "第 2 行"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Misuse) as refused:
        read_policy_file(write(tmp_path, text))
    assert said in refused.value.sentence
    assert "\n" not in refused.value.sentence


def test_what_is_no_policy_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "政策.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(Misuse, match="不是 toml 文件"):
        read_policy_file(tmp_path / "政策.docx")
    with pytest.raises(Misuse, match="不存在"):
        read_policy_file(tmp_path / "没有.toml")
    with pytest.raises(Refused, match="是空的"):
        read_policy_file(write(tmp_path, ""))
