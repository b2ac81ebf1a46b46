"""The server lives as long as somebody uses it, whatever is killed."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg2
import psycopg2.extras
from sqlalchemy import create_engine, text

from deployments.postgres import lease, status, stop
from tasks.databases import database_url, ensure_database
from tasks.settings import Settings

UseServer = Callable[[Path], subprocess.Popen[str]]


def eventually(holds: Callable[[], object], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that names the state folder: the server and its watchdog."""
    found = []
    for process in psutil.process_iter():
        try:
            named = any(str(home) in word for word in process.cmdline())
            if named and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def watchdog_of(home: Path) -> psutil.Process:
    (found,) = (p for p in processes_of(home) if "deployments.postgres.watchdog" in p.cmdline())
    return found


def kill(process: psutil.Process) -> None:
    """Kill, and wait until the kernel has let its locks go."""
    process.kill()
    process.wait()


def server_of(home: Path) -> psutil.Process:
    pid = status(Settings(home=home)).pid
    assert pid is not None
    return psutil.Process(pid)


def answers(home: Path) -> bool:
    settings = Settings(home=home)
    ensure_database(settings, "live")
    engine = create_engine(database_url(settings, "live", "app"))
    with engine.connect() as connection:
        answer = connection.scalar(text("SELECT 6 * 7"))
    engine.dispose()
    return bool(answer == 42)


def kept(home: Path, mark: str) -> bool:
    """Whether a row written earlier is still there; written when it is the first time."""
    engine = create_engine(database_url(Settings(home=home), "live", "owner"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS marks (mark text)"))
        found = connection.scalar(text("SELECT count(*) FROM marks WHERE mark = :m"), {"m": mark})
        connection.execute(text("INSERT INTO marks VALUES (:m)"), {"m": mark})
    engine.dispose()
    return bool(found)


def test_the_server_stops_with_its_watchdog_when_the_last_user_ends(home: Path) -> None:
    with lease(Settings(home=home)), lease(Settings(home=home)):
        assert answers(home)
        assert status(Settings(home=home)).users == 2
    assert eventually(lambda: not processes_of(home))
    socket = status(Settings(home=home)).socket
    assert socket is not None
    assert not socket.exists()


def test_data_outlive_a_stop(home: Path) -> None:
    with lease(Settings(home=home)):
        assert answers(home)
        assert not kept(home, "first")
    assert stop(Settings(home=home))
    assert not processes_of(home)
    with lease(Settings(home=home)):
        assert kept(home, "first")


def test_stop_leaves_a_server_in_use_alone(home: Path) -> None:
    with lease(Settings(home=home)):
        assert not stop(Settings(home=home))
        assert answers(home)


def test_processes_that_start_at_once_share_one_server(home: Path, use_server: UseServer) -> None:
    with ThreadPoolExecutor(4) as pool:
        users = list(pool.map(use_server, [home] * 4))
    assert status(Settings(home=home)).users == len(users)
    servers = [p for p in processes_of(home) if "-D" in p.cmdline()]
    assert [p.pid for p in servers] == [server_of(home).pid]
    assert answers(home)


def test_killed_users_leave_nothing_behind(home: Path, use_server: UseServer) -> None:
    for user in [use_server(home), use_server(home)]:
        user.kill()
    assert eventually(lambda: not processes_of(home))
    assert not list((home / "postgres" / "leases").iterdir())


def test_a_killed_server_is_started_again_under_its_users(
    home: Path, use_server: UseServer
) -> None:
    use_server(home)
    assert answers(home)
    assert not kept(home, "before")
    coordinates = (home / "database.json").read_text()
    killed = server_of(home)
    kill(killed)
    assert eventually(lambda: status(Settings(home=home)).pid not in {None, killed.pid})
    assert kept(home, "before")
    assert (home / "database.json").read_text() == coordinates


def test_the_next_lease_repairs_a_killed_server_and_watchdog(
    home: Path, use_server: UseServer
) -> None:
    use_server(home)
    kill(watchdog_of(home))
    kill(server_of(home))
    assert eventually(lambda: status(Settings(home=home)).pid is None)
    with lease(Settings(home=home)):
        assert answers(home)
        assert watchdog_of(home).is_running()


def test_a_query_that_outlived_its_server_does_not_keep_the_next_one_out(
    home: Path, use_server: UseServer
) -> None:
    use_server(home)
    assert answers(home)
    busy = psycopg2.connect(
        database_url(Settings(home=home), "live", "app").replace("+psycopg2", ""), async_=True
    )
    psycopg2.extras.wait_select(busy)
    busy.cursor().execute("DO $$ BEGIN LOOP END LOOP; END $$")
    query = psutil.Process(busy.info.backend_pid)
    assert eventually(lambda: query.cpu_times().user > 0.2)
    kill(watchdog_of(home))
    kill(server_of(home))
    with lease(Settings(home=home)):
        assert answers(home)
    assert eventually(lambda: not query.is_running())
    busy.close()


def test_a_user_that_ends_after_the_watchdog_leaves_nothing_behind(home: Path) -> None:
    with lease(Settings(home=home)):
        kill(watchdog_of(home))
    assert eventually(lambda: not processes_of(home))


def test_a_stale_lock_file_that_names_a_living_process_does_not_stop_the_start(home: Path) -> None:
    with lease(Settings(home=home)):
        pid_file = home / "pg" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        owner = pid_file.stat()
    assert stop(Settings(home=home))
    with subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid) as other:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:], ""]))
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with lease(Settings(home=home)):
            assert answers(home)
        assert other.poll() is None
        other.kill()


def test_removing_the_state_folder_ends_its_server(home: Path, use_server: UseServer) -> None:
    use_server(home)
    assert answers(home)
    time.sleep(1)  # the watchdog must have seen the server once; PostgreSQL itself needs a minute
    assert processes_of(home)
    shutil.rmtree(home)
    assert eventually(lambda: not processes_of(home))
    with lease(Settings(home=home)):
        assert answers(home)


def test_data_whose_passwords_are_lost_get_others_and_stay(home: Path) -> None:
    with lease(Settings(home=home)):
        assert answers(home)
        assert not kept(home, "before")
    assert stop(Settings(home=home))
    (home / "database.json").unlink()
    with lease(Settings(home=home)):
        assert kept(home, "before")
