"""The command line as a program of its own: exit codes, the two streams, interruptions."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tasks.settings import CHECKOUT, Settings
from tests.integration.conftest import Bench

SECONDS = 120


def environment(settings: Settings, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "RECTIFY_DATABASE_URL"}
    return kept | {"RECTIFY_HOME": str(settings.home), "PYTHONUTF8": "1"} | more


def rectify(
    settings: Settings, *words: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deployments.cli", *words],
        cwd=CHECKOUT,
        env=environment(settings, **(more or {})),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture
def name(bench: Bench) -> str:
    """The name of the bench's database."""
    return str(bench.engine.url.database).removeprefix("rectify_")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that takes a while to take in."""
    file = tmp_path / "large.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["编号", "事由", "问题描述"])
        writer.writerows([f"N-{i}", f"第{i}件", "噪音扰民" * 50] for i in range(60_000))
    return file


def test_a_document_is_all_that_goes_to_standard_output(
    postgres: Settings, bench: Bench, name: str
) -> None:
    no = bench.open()
    done = rectify(postgres, "case", "show", no, "--json", "--database", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["no"] == no


@pytest.mark.parametrize(
    ("words", "code"), [(["case", "show", "QD2026-999999"], 1), (["case", "shw"], 2)]
)
def test_a_refusal_is_one_sentence_on_standard_error(
    postgres: Settings, name: str, words: list[str], code: int
) -> None:
    done = rectify(postgres, *words, "--json", "--database", name)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("。\n")


def test_looking_at_cases_does_not_load_prefect(postgres: Settings, name: str) -> None:
    program = (
        "import sys; from deployments.cli.entry import main; "
        f"code = main(['case', 'list', '--database', '{name}']); "
        "loaded = {m.split('.')[0] for m in sys.modules}; "
        "sys.exit(code or ('prefect' in loaded) * 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, env=environment(postgres), check=False
    )
    assert done.returncode == 0


def test_the_program_ends_quietly_when_nobody_reads_on(
    postgres: Settings, bench: Bench, name: str
) -> None:
    for _ in range(20):
        bench.open()
    command = f"{sys.executable} -m deployments.cli case list --database {name} | true"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=CHECKOUT,
        env=environment(postgres),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_an_interruption_is_said_and_the_rest_is_done_by_the_next_run(
    postgres: Settings, bench: Bench, name: str, large: Path
) -> None:
    # What comes after the intake, and takes longer, is tried elsewhere.
    rectify(postgres, "duplicates", "compare", "off", "--database", name)
    words = ["intake", str(large), "--channel", "12345", "--database", name]
    with subprocess.Popen(
        [sys.executable, "-m", "deployments.cli", *words],
        cwd=CHECKOUT,
        env=environment(postgres),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not bench.value("select count(*) from rectification_case"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert "已中断" in said
    assert "Traceback" not in said
    taken = bench.value("select count(*) from rectification_case")
    assert isinstance(taken, int)
    assert 0 < taken < 60_000
    again = rectify(postgres, *words, "--json")
    assert json.loads(again.stdout)["duplicate"] == taken
    assert bench.value("select count(*) from rectification_case") == 60_000


AWAY = "postgresql://somebody:secret@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"RECTIFY_DATABASE_URL": AWAY}, "连接不上数据库"),
        ({"RECTIFY_DATABASE_URL": "nonsense"}, "RECTIFY_DATABASE_URL"),
        ({"RECTIFY_PREFECT_PORT": "x"}, "RECTIFY_PREFECT_PORT"),
    ],
    ids=["away", "no address", "no port"],
)
def test_settings_that_lead_nowhere_are_refused(
    postgres: Settings, more: Mapping[str, str], said: str
) -> None:
    done = rectify(postgres, "case", "list", more=more)
    assert done.returncode == 1
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_was_never_made_is_named(postgres: Settings) -> None:
    done = rectify(postgres, "case", "list", "--database", "nothere")
    assert done.returncode == 1
    assert "nothere" in done.stderr
    assert rectify(postgres, "case", "list", "--database", "Not here").returncode == 2


def test_a_database_without_tables_is_refused(postgres: Settings, bench: Bench, name: str) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("delete from alembic_version")
    done = rectify(postgres, "case", "list", "--database", name)
    assert done.returncode == 1
    assert "./rectify up" in done.stderr


def test_the_sample_is_not_played_without_a_server_nor_in_live_data(postgres: Settings) -> None:
    more = {"RECTIFY_PREFECT_PORT": "9"}
    away = rectify(postgres, "campaign", "play", more=more)
    assert (away.returncode, away.stderr.count("\n")) == (1, 1)
    assert "./rectify up" in away.stderr
    live = rectify(postgres, "campaign", "play", "--database", "live", more=more)
    assert live.returncode == 1
    assert "live" in live.stderr


def test_the_stack_is_looked_at_without_being_started(home: Path) -> None:
    seen = rectify(Settings(home=home), "status", "--json")
    assert json.loads(seen.stdout)["state"] == "stopped"
    assert "未运行" in rectify(Settings(home=home), "status").stdout
    stopped = rectify(Settings(home=home), "down", "--json")
    assert json.loads(stopped.stdout)["database"] is False
    assert "系统已停止" in stopped.stderr


def test_a_command_on_a_fresh_machine_says_what_comes_first(home: Path) -> None:
    done = rectify(Settings(home=home), "case", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "./rectify up" in done.stderr
    assert not home.exists()


def test_a_fault_of_the_program_is_one_sentence_with_its_trace_kept_apart(tmp_path: Path) -> None:
    program = (
        "from deployments.cli.faults import install; install(); print(undefined_name_with_a_secret)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        env=os.environ | {"RECTIFY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "NameError" in (tmp_path / "rectify-fault.log").read_text(encoding="utf-8")
    assert "secret" not in (tmp_path / "rectify-fault.log").read_text(encoding="utf-8")


def test_an_interruption_while_loading_is_said_too() -> None:
    program = (
        "import os, signal; from deployments.cli.faults import install; install(); "
        "os.kill(os.getpid(), signal.SIGINT)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.stderr == "已中断。\n"
    assert done.returncode in {130, -signal.SIGINT}
