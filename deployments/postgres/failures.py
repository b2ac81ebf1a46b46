"""Why the server could not be made or started, in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Refused

_REASONS = (
    ("shared memory segment is still in use", "上次的数据库进程尚未全部退出，请稍后重试"),
    ("pre-existing shared memory block", "上次的数据库进程尚未全部退出，请稍后重试"),
    ("annot allocate memory", "内存不足，请关闭其他程序后重试"),
    ("could not map anonymous shared memory", "内存不足，请关闭其他程序后重试"),
    ("could not resize shared memory", "共享内存不足，请调大 /dev/shm 后重试"),
    ("No space left on device", "磁盘已满，请清理后重试"),
    ("Disk quota exceeded", "磁盘配额已满，请清理后重试"),
    ("Read-only file system", "磁盘是只读的，请改用可写的 RECTIFY_HOME"),
    ("incompatible with server", "数据由另一版本的 PostgreSQL 建立，请装回那一版本"),
    ("ddress already in use", "套接字或端口已被占用，请结束占用它的程序后重试"),
    ("Permission denied", "没有权限，请检查文件夹的所有者或改用别的 RECTIFY_HOME"),
    ("Operation not permitted", "系统不允许，请检查运行账户的权限"),
    ("invalid locale name", "系统没有 C.UTF-8 语言环境，请安装后重试"),
)
_OS_REASONS = {
    errno.ENOSPC: "磁盘已满，请清理后重试",
    errno.EDQUOT: "磁盘配额已满，请清理后重试",
    errno.EROFS: "磁盘是只读的，请改用可写的 RECTIFY_HOME",
    errno.EACCES: "没有权限，请换用它的所有者运行或改用别的 RECTIFY_HOME",
    errno.EPERM: "系统不允许，请检查运行账户的权限",
    errno.ENOTDIR: "路径中有一段不是文件夹，请改用别的 RECTIFY_HOME",
    errno.EEXIST: "该位置已有同名文件，请移开它或改用别的 RECTIFY_HOME",
    errno.ENAMETOOLONG: "路径过长，请改用较短的 RECTIFY_HOME",
    errno.ENOENT: "文件或文件夹不见了，请重新运行",
}


def failed(doing: str, output: str, where: Path) -> Refused:
    """Explain what PostgreSQL's programs said; ``doing`` is what was being done, in Chinese."""
    for sign, reason in _REASONS:
        if sign in output:
            return Refused(f"{doing}失败（{where}）：{reason}。")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    blame = [line for line in lines if "FATAL" in line or "error:" in line]
    plain = [line for line in lines if "LOG:" not in line]
    said = next(iter(blame or plain), "没有任何输出")
    return Refused(f"{doing}失败（{where}）：{said[:200]}，请按此处理后重试。")


@contextmanager
def explained(doing: str, home: Path) -> Iterator[None]:
    """Turn the operating system's refusals within into a sentence."""
    try:
        yield
    except OSError as error:
        reason = _OS_REASONS.get(error.errno or 0, f"系统错误 {error.strerror}，请检查后重试")
        where = error.filename or home
        raise Refused(f"{doing}失败（{where}）：{reason}。") from None
