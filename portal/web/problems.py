"""What a page cannot show, said on a page of its own: by status, in words that say what to do."""

from http import HTTPStatus

from domain.errors import Refused


class SignedOut(Refused):
    """Nobody is signed in; ``path`` is where they wanted to go."""

    def __init__(self, path: str) -> None:
        super().__init__("请先登录。")
        self.path = path


class BadForm(Refused):
    """A form that cannot be read, or not to its end."""

    def __init__(self) -> None:
        super().__init__("表单不完整或看不懂，没有办理，请返回上一页重新提交。")


class Forged(Refused):
    """A form that does not come from a page of ours, or from one of another session."""

    def __init__(self) -> None:
        super().__init__("页面已过期，没有办理；请返回上一页，刷新后重新提交。")


class NotYours(Refused):
    """A page for others."""

    def __init__(self) -> None:
        super().__init__("您的岗位没有这个页面，如有需要请联系专项行动办公室。")


TITLES = {
    HTTPStatus.BAD_REQUEST: "表单有误",
    HTTPStatus.FORBIDDEN: "不能办理",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.METHOD_NOT_ALLOWED: "不能这样访问",
    HTTPStatus.CONFLICT: "没有办理",
    HTTPStatus.GONE: "已不可用",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "内容太大",
    HTTPStatus.TOO_MANY_REQUESTS: "请稍后再试",
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时不能使用",
}
SENTENCES = {
    HTTPStatus.NOT_FOUND: "没有这个页面，请核对网址，或从首页进入。",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个网址不能这样访问，请从首页进入。",
    HTTPStatus.INTERNAL_SERVER_ERROR: "刚才的操作可能没有完成，请返回查看后重试。",
    HTTPStatus.SERVICE_UNAVAILABLE: "系统暂时不能办理，请稍后再试。",
}
