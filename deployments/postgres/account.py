"""The operating-system account the server runs as: our own, or an unprivileged one for root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployments.postgres.failures import failed
from domain.errors import Refused

_FOR_ROOT = ("postgres", "nobody")
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
"""PG* variables and the caller's locale must not reach the server."""

_BACKGROUND = '"$@" >&2 & echo $!'
"""Ends at once, so that whoever started the server need not outlive it to collect it."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its group, by number."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether this process runs as it."""
        return self.uid == os.geteuid()

    def run(self, command: Sequence[str | Path], stdin: str = "") -> tuple[bool, str]:
        """Run a program to its end as this account; give whether it succeeded and all it said."""
        done = subprocess.run(
            command,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **self._options(),
        )
        return done.returncode == 0, done.stdout

    def start(self, command: Sequence[str | Path], log: Path) -> int:
        """Start a program in a session of its own, its output appended to ``log``; give its pid."""
        with log.open("ab") as output:
            done = subprocess.run(
                ["/bin/sh", "-c", _BACKGROUND, "sh", *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                check=True,
                start_new_session=True,
                **self._options(),
            )
        return int(done.stdout)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach ``folder`` with the permissions as they are."""
        return self.is_ours or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder])[0]

    def own(self, path: Path) -> None:
        """Hand a file or a whole folder to this account."""
        if self.is_ours:
            return
        os.chown(path, self.uid, self.gid)
        for folder, folders, files in os.walk(path):
            for name in folders + files:
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)

    def write(self, path: Path, text: str) -> None:
        """Write a file in this account's folder with this account's rights, never with root's."""
        works, said = self.run(["/bin/sh", "-c", 'cat > "$0"', path], text)
        if not works:
            raise failed("写入数据库文件", said, path)

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"cwd": "/", "env": _ENVIRONMENT}
        if not self.is_ours:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options


def server_account() -> Account:
    """Choose the account for a new server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _FOR_ROOT:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise Refused("以 root 运行时数据库需要一个普通账户，请先建立名为 postgres 的系统账户。")
