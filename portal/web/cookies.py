"""The two cookies: of whoever is signed in, and of a browser before that; and what forms carry.

A form carries a token made from the cookie of its page, so that no other site can send it. The
session's cookie is set anew at every sign-in, whatever the browser sent before.
"""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request, Response

from portal.site import Site
from portal.web.problems import Forged
from tasks.portal.key import portal_key

SESSION = "rectify_session"
VISITOR = "rectify_visitor"
_BYTES = 24
_LONGEST = 100
_OWN_SITE = frozenset({"", "same-origin", "none"})


def name_of(cookie: str, site: Site) -> str:
    """Give a cookie's name: over TLS one that no other host and no plain page can set."""
    return f"__Host-{cookie}" if _secure(site) else cookie


def token_in(request: Request, cookie: str) -> str:
    """Give what a cookie holds, or nothing."""
    return request.cookies.get(name_of(cookie, request.app.state.site), "")[:_LONGEST]


def put(request: Request, answer: Response, cookie: str, token: str) -> None:
    """Set a cookie that no script reads, that no other site's form sends, and that ends here."""
    site: Site = request.app.state.site
    answer.set_cookie(
        name_of(cookie, site), token, path="/", httponly=True, samesite="lax", secure=_secure(site)
    )


def take_away(request: Request, answer: Response, cookie: str) -> None:
    """Let the browser forget a cookie."""
    site: Site = request.app.state.site
    answer.delete_cookie(
        name_of(cookie, site), path="/", httponly=True, samesite="lax", secure=_secure(site)
    )


def visitor(request: Request) -> str:
    """Give the cookie of a browser that nobody signed in from; a new one where there is none."""
    return token_in(request, VISITOR) or secrets.token_urlsafe(_BYTES)


def form_token(request: Request, cookie: str, token: str) -> str:
    """Give what the forms of a page carry whose cookie holds ``token``."""
    site: Site = request.app.state.site
    said = f"form\x1f{cookie}\x1f{token}".encode()
    return hmac.new(portal_key(site.settings.home), said, sha256).hexdigest()


def require_own(request: Request, cookie: str, sent: str) -> None:
    """Refuse a form that another site sent, or that belongs to another session's page."""
    token = token_in(request, cookie)
    right = form_token(request, cookie, token)
    foreign = request.headers.get("sec-fetch-site", "") not in _OWN_SITE
    if foreign or not token or not hmac.compare_digest(right.encode(), sent.encode()):
        raise Forged


def _secure(site: Site) -> bool:
    return site.settings.public_url.startswith("https://")
