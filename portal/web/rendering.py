"""Pages made of templates: everything is escaped, nothing is left undefined, nobody keeps them."""

from datetime import datetime
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.calendar import SHANGHAI
from domain.wording import moment
from portal.web.stylesheet import STYLESHEET

_PAGES = Path(__file__).resolve().parents[1] / "pages"
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""No script at all, nothing from elsewhere."""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"moment": moment, "iso": datetime.isoformat, "day": _day}
    environment.globals |= {"stylesheet": STYLESHEET}
    return environment


def _day(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


_ENVIRONMENT = _environment()


def page(template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Render a template; ``person`` in the context is who is signed in, if anybody."""
    content = _ENVIRONMENT.get_template(f"{template}.html").render({"person": None, **context})
    headers = {"content-security-policy": CONTENT_POLICY}
    return HTMLResponse(content, status, headers)
