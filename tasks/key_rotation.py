"""Keys rotated: a new one made, everything sealed again under it, an old one retired.

One key file seals for all databases of a state folder, so all of them are gone through; one whose
schema is older than this program is named and left, and until it is brought up to date no key can
be retired.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Engine

from domain.errors import Misuse, Refused
from models.identity import Keys, bind_keys
from models.identity_rotation import key_counts, reseal_next, retire
from tasks.key_file import alone, key_path, read_keys, replace_file
from tasks.sealed_databases import Sealed, sealed_databases
from tasks.secrets import new_key, new_key_id
from tasks.settings import Settings

Progress = Callable[[int], None]
"""Told after each batch how many reporters it had."""


@dataclass
class Rotation:
    """What a rotation did: the key in use, whether it is new, reporters sealed anew by database.

    ``broken`` are cases whose reporter could not be opened, ``left`` databases not gone through.
    """

    key: str
    made: bool
    resealed: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KeyUse:
    """A key: whether it is the one in use, when it was made, reporters it seals by database."""

    id: str
    current: bool
    made: str
    reporters: Mapping[str, int]


def rotate(
    settings: Settings,
    at: datetime,
    actor: str,
    progress: Progress = lambda _: None,
    *,
    new: bool = True,
) -> Rotation:
    """Make a new key and seal everything under it, or finish what was cut off before.

    ``new`` false makes none: what older keys still seal is sealed under the one in use. ``at`` is
    when (aware), ``actor`` who; refused while another rotation is at work.
    """
    if not actor.strip():
        raise Misuse("轮换密钥须写明经办人，请加上 --actor 姓名。")
    path = key_path(settings.home)
    with alone(path), _opened(settings) as (before, databases):
        made = new and not before.rotating
        keys = _with_new_key(before, at) if made else before
        if made:
            replace_file(path, keys)
        report = Rotation(keys.current, made)
        for each in databases:
            _go_through(each, keys, actor, report, progress)
        if keys.rotating:
            replace_file(path, replace(keys, rotating=False))
    return report


def waiting(settings: Settings, *, new: bool = True) -> int:
    """Count what a rotation would seal again."""
    with _opened(settings) as (keys, databases):
        kept = None if new and not keys.rotating else keys.current
        return sum(
            count
            for each in databases
            if each.engine is not None
            for key_id, count in key_counts(each.engine).items()
            if key_id != kept
        )


def keys_in_file(settings: Settings) -> tuple[list[KeyUse], list[str]]:
    """List the keys, the one in use first, and the databases that could not be counted."""
    with _opened(settings) as (keys, databases):
        counts = {each.name: key_counts(each.engine) for each in databases if each.engine}
    ids = sorted(keys.sealing, key=lambda key_id: (key_id != keys.current, key_id))
    listed = [
        KeyUse(
            key_id,
            key_id == keys.current,
            keys.made.get(key_id, ""),
            {name: found.get(key_id, 0) for name, found in counts.items()},
        )
        for key_id in ids
    ]
    return listed, [each.name for each in databases if each.engine is None]


def retire_key(settings: Settings, key_id: str) -> None:
    """Take a key out of the file that seals nothing in any database; refused otherwise."""
    path = key_path(settings.home)
    with alone(path), _opened(settings) as (keys, databases):
        _require_idle(keys, key_id, databases)
        used = {each.name: retire(each.engine, key_id) for each in databases if each.engine}
        if any(used.values()):
            where = "、".join(f"{name} {count} 件" for name, count in used.items() if count)
            raise Refused(
                f"密钥 {key_id} 还在使用（{where}），未停用；"
                "请先运行 ./rectify identity rotate --only-reseal。"
            )
        sealing = {name: key for name, key in keys.sealing.items() if name != key_id}
        made = {name: when for name, when in keys.made.items() if name != key_id}
        # Older fingerprints would let in a database that still needs the key.
        without = replace(keys, sealing=sealing, made=made, former=(keys.fingerprint,))
        replace_file(path, without)
        for each in databases:
            if each.engine is not None:
                bind_keys(each.engine, without)


def _require_idle(keys: Keys, key_id: str, databases: Sequence[Sealed]) -> None:
    if key_id not in keys.sealing:
        raise Misuse(f"没有密钥“{key_id}”，请用 ./rectify identity keys 查看。")
    if key_id == keys.current:
        raise Refused(f"密钥 {key_id} 正在使用，不能停用；请先运行 ./rectify identity rotate。")
    older = [each.name for each in databases if each.engine is None]
    if older:
        raise Refused(
            f"数据库 {'、'.join(older)} 的结构较旧，查不清其中是否还用到密钥 {key_id}；"
            "请先升级或删除该数据库。"
        )


def _with_new_key(keys: Keys, at: datetime) -> Keys:
    """Keys with a new one in use, and a new key of marks: a mark is never older than its seal."""
    key_id = new_key_id()
    return replace(
        keys,
        current=key_id,
        sealing={**keys.sealing, key_id: new_key()},
        lookup=new_key(),
        content=keys.content_key,
        made={**keys.made, key_id: at.isoformat()},
        former=(*keys.former, keys.fingerprint),
        rotating=True,
    )


def _go_through(each: Sealed, keys: Keys, actor: str, report: Rotation, progress: Progress) -> None:
    if each.engine is None:
        report.left.append(each.name)
        return
    bind_keys(each.engine, keys)
    done = 0
    for count, broken in _batches(each.engine, keys, f"office:{actor.strip()}"):
        done += count
        report.broken += broken
        progress(count)
    report.resealed[each.name] = done


def _batches(engine: Engine, keys: Keys, reader: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    after: int | None = 0
    while after is not None:
        after, count, broken = reseal_next(engine, keys, after, reader)
        yield count, broken


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Keys, Sequence[Sealed]]]:
    """Read the keys and find the databases they seal for, for the block."""
    path = key_path(settings.home)
    try:
        keys = read_keys(path)
    except FileNotFoundError:
        raise Refused(
            f"还没有密钥文件 {path}：第一次登记反映人时自动建立，之后才能轮换。"
        ) from None
    with sealed_databases(settings, keys) as databases:
        yield keys, databases
