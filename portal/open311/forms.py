"""The form of a POSTed request, read no further than its limit."""

from urllib.parse import parse_qsl

from fastapi import Request

from tasks.open311.problems import TOO_LARGE, Problem, bad

MOST_BYTES = 256 * 1024
_MOST_FIELDS = 200
_DIGITS = 20
_FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """Read a form; of a field that comes twice the first counts. Raises ``Problem``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise bad(f"请以 {_FORM} 格式提交表单。")
    try:
        text = (await _body(request)).decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise bad(f"表单看不懂，请用 UTF-8 编码，字段不超过 {_MOST_FIELDS} 个。") from None
    return dict(reversed(pairs))


async def _body(request: Request) -> bytes:
    """Read the body; one that says or turns out to be too long is left where it is."""
    said = request.headers.get("content-length", "0")
    if said.isascii() and said.isdigit() and int(said[:_DIGITS]) > MOST_BYTES:
        raise _too_large()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise _too_large()
    return bytes(body)


def _too_large() -> Problem:
    return Problem(TOO_LARGE, f"请求超过 {MOST_BYTES // 1024} kB，请缩短内容，附件请用 media_url。")
