"""Whether a port can be listened on, and who has it otherwise."""

import errno
import socket

import psutil

from domain.errors import Refused


def require_free(host: str, port: int, variable: str) -> None:
    """Refuses, in a sentence that names the owner and the setting, when the port is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(_sentence(error, host, port, variable)) from error


def _sentence(error: OSError, host: str, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        remedy = f"请先停掉它，或用 {variable} 换一个端口。"
        return f"端口 {port} 已被{_owner(port)}占用，{remedy}"
    if error.errno == errno.EACCES:
        return f"没有监听端口 {port} 的权限，请用 {variable} 换一个 1024 以上的端口。"
    return f"无法监听 {host}:{port}（{error.strerror}），请检查 RECTIFY_HOST 和 {variable}。"


def _owner(port: int) -> str:
    """The listening process in words; another user's cannot be seen."""
    try:
        found = [
            psutil.Process(each.pid)
            for each in psutil.net_connections("tcp")
            if each.laddr and each.laddr.port == port and each.status == "LISTEN" and each.pid
        ]
        return f"进程 {found[0].pid}（{found[0].name()}）" if found else "其他程序"
    except psutil.Error:
        return "其他程序"
