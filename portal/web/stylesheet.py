"""The one stylesheet, under a name that changes with its content, so that it is kept for long."""

from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Response

_CSS = (Path(__file__).resolve().parents[1] / "pages" / "portal.css").read_bytes()
_HASH_LENGTH = 16
STYLESHEET = f"/static/portal.{sha256(_CSS).hexdigest()[:_HASH_LENGTH]}.css"
"""Its path."""
_A_YEAR = "public, max-age=31536000, immutable"

static = APIRouter()


@static.get(STYLESHEET)
def stylesheet() -> Response:
    """Give the stylesheet."""
    return Response(_CSS, media_type="text/css", headers={"cache-control": _A_YEAR})
