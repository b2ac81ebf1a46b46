"""Makes `.venv` from a lock file: `python -I bootstrap.py CHECKOUT LOCK`.

Runs on the machine's own interpreter before anything is installed, so it uses the standard library
only and imports nothing of ours. What is wrong is said in one Chinese sentence on stderr, exit 1.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

RUNTIME_LOCK = "requirements.lock"
NEEDED_BYTES = 1_000_000_000
COUNTED = re.compile(r"^(Collecting|Ignoring|Requirement already satisfied:)")
PLACES_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_CONSTRAINT")
LATER = "再运行一次（详情见 {log}）。"
FULL = r"No space left on device|Errno 28|Disk quota exceeded"
FORBIDDEN = r"Permission denied|Read-only file system|Errno (13|30)\b"
ALTERED = r"DO NOT MATCH THE HASHES|expected to have at least one hash"
UNREACHED = (
    r"NewConnectionError|Connect(ion)?Timeout|ReadTimeout|SSLError|ProxyError|ConnectionResetError|"
    r"Name or service not known|Temporary failure in name resolution|Connection refused|"
    r"HTTPError|HTTP error|Network is unreachable|Connection broken|from versions: none"
)
MISSING = r"No matching distribution found"
CAUSES = {
    FULL: "磁盘空间不足，无法在 {venv} 安装依赖，请清出至少 1 GB 再运行一次。",
    FORBIDDEN: "没有写入 {venv} 的权限，请换用该目录的所有者运行，或检出到有写权限的目录。",
    ALTERED: "下载的软件包与锁定文件的校验值不符，请检查软件源和网络是否可信，" + LATER,
    UNREACHED: "连不上软件源，依赖没有装成，请检查网络、代理或 PIP_INDEX_URL，" + LATER,
    MISSING: "软件源缺少锁定的版本，请用 PIP_INDEX_URL 换用收录完整的软件源，" + LATER,
}
OTHERWISE = "依赖没有装成，请按 {log} 末尾的原因处理，再运行一次。"


class Failed(Exception):
    """Nothing was installed; the argument is the sentence for the user."""


def explain(output: str, venv: Path, log: Path) -> str:
    """The sentence for what `venv` or `pip` printed before failing."""
    found = (sentence for pattern, sentence in CAUSES.items() if re.search(pattern, output))
    return next(found, OTHERWISE).format(venv=venv, log=log)


def pip_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The caller's settings for pip, without those that would install elsewhere.

    The cache is left out where there is no home to keep it in.
    """
    chosen = {name: value for name, value in environ.items() if name not in PLACES_ELSEWHERE}
    chosen |= {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    chosen.setdefault("PIP_RETRIES", "2")
    home = environ.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        chosen["PIP_NO_CACHE_DIR"] = "1"
    return chosen


def is_ready(checkout: Path, lock: str) -> bool:
    """Whether `.venv` was completely installed from this lock for this place."""
    venv = checkout / ".venv"
    try:
        return (venv / "checkout").read_text("utf-8") == f"{checkout}\n" and (
            venv / lock
        ).read_bytes() == (checkout / lock).read_bytes()
    except OSError:
        return False


def is_usable(checkout: Path) -> bool:
    """Whether an existing `.venv` belongs here and can be brought up to date in place."""
    python = checkout / ".venv" / "bin" / "python"
    if not (checkout / ".venv" / "checkout").is_file() or not python.exists():
        return False
    code = f"import sys, pip; sys.exit(sys.prefix != {str(checkout / '.venv')!r})"
    return (
        subprocess.run([python, "-I", "-c", code], capture_output=True, check=False).returncode == 0
    )


@contextmanager
def alone(checkout: Path) -> Iterator[None]:
    """Excludes a second installation in the same checkout, waiting for it to end."""
    handle = os.open(checkout, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("另一个进程正在安装依赖，等它完成……")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def report(line: str, *, passing: bool = False) -> None:
    """Shows progress on stderr; passing lines replace each other on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}" + ("" if passing else "\n"))
    elif not passing:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def run(command: list[str], venv: Path, expected: int) -> None:
    """Runs one step with its output in a log file; raises `Failed` with the sentence."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=pip_environment(os.environ),
            encoding="utf-8",
            errors="replace",
        ) as process:
            seen = 0
            for line in process.stdout or ():
                output.write(line)
                seen += bool(COUNTED.match(line))
                if line.startswith("Installing"):
                    report("依赖已下载，正在写入 .venv……", passing=True)
                elif expected:
                    report(f"正在下载依赖 {min(seen, expected)}/{expected}", passing=True)
        if process.returncode:
            output.seek(0)
            raise Failed(keep(output.read(), venv))


def keep(text: str, venv: Path) -> str:
    """Keeps the failed step's output as a log, where that is possible, and explains it."""
    log = venv / "install.log"
    try:
        log.write_text(text, "utf-8")
    except OSError:
        sys.stderr.write(text[-2000:])
    return explain(text, venv, log)


def install(checkout: Path, lock: str) -> None:
    """Makes or updates `.venv`; the stamps come last, so a cut installation is done again."""
    venv = checkout / ".venv"
    if shutil.disk_usage(checkout).free < NEEDED_BYTES:
        raise Failed(explain("Errno 28", venv, venv / "install.log"))
    python = str(venv / "bin" / "python")
    if not is_usable(checkout):
        report("第一次运行：正在准备 Python 环境（.venv）……")
        shutil.rmtree(venv, ignore_errors=True)
        run([sys.executable, "-I", "-m", "venv", "--clear", str(venv)], venv, 0)
    (venv / "checkout").write_text("", "utf-8")
    pins = sum("==" in line for line in (checkout / lock).read_text("utf-8").splitlines())
    locked = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(checkout / lock)]
    run([python, "-I", "-m", "pip", "install", *locked], venv, pins)
    packages = next((venv / "lib").glob("python3*/site-packages"))
    (packages / "rectify.pth").write_text(f"{checkout}\n", "utf-8")
    for name in {lock, RUNTIME_LOCK}:
        shutil.copyfile(checkout / name, venv / name)
    (venv / "checkout").write_text(f"{checkout}\n", "utf-8")
    report("依赖已装好。")


def main(checkout: Path, lock: str) -> int:
    """Installs the lock unless it is there already; 0 when `.venv` is ready, else 1."""
    try:
        with alone(checkout):
            if not is_ready(checkout, lock):
                install(checkout, lock)
    except Failed as failure:
        report(str(failure))
        return 1
    except KeyboardInterrupt:
        report("安装已中断，下次运行会重新开始。")
        return 130
    except OSError as error:
        report(explain(str(error), checkout / ".venv", checkout / ".venv" / "install.log"))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
