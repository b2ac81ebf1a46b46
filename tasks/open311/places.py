"""Where a request says its problem is, checked."""

from collections.abc import Mapping
from math import isfinite
from urllib.parse import urlsplit

from domain.wording import mask
from models.open311_requests import Place
from tasks.open311.problems import bad
from tasks.reading.words import line

_HIGHEST_LAT = 90.0
_HIGHEST_LONG = 180.0
_LONGEST = 300
_LONGEST_URL = 2000


def read_place(form: Mapping[str, str]) -> Place:
    """Read a place; everything in it is optional, but latitude and longitude go together."""
    lat = _degrees(form, "lat", _HIGHEST_LAT)
    long = _degrees(form, "long", _HIGHEST_LONG)
    if (lat is None) != (long is None):
        raise bad("lat 和 long 须同时给出，请补上另一个。")
    return Place(_text(form, "address_string"), _text(form, "address_id"), lat, long, _media(form))


def describe(place: Place) -> list[str]:
    """Say a place in words, for those who go there: a line for each thing that was given."""
    said = []
    if place.address or place.address_id:
        said.append(f"地点：{' '.join(filter(None, (place.address, place.address_id)))}")
    if place.lat is not None:
        said.append(f"坐标：纬度 {place.lat:.6f}，经度 {place.long:.6f}")
    if place.media_url:
        said.append(f"附件：{place.media_url}")
    return said


def _degrees(form: Mapping[str, str], field: str, highest: float) -> float | None:
    given = line(form.get(field, ""))
    if not given:
        return None
    try:
        degrees = float(given)
    except ValueError:
        degrees = float("nan")
    if not isfinite(degrees) or abs(degrees) > highest:
        raise bad(f"{field} 不是有效的坐标，应为 -{highest:.0f} 到 {highest:.0f} 之间的小数。")
    return degrees


def _text(form: Mapping[str, str], field: str) -> str:
    given = mask(line(form.get(field, "")))
    if len(given) > _LONGEST:
        raise bad(f"{field} 超过 {_LONGEST} 字，请缩短。")
    return given


def _media(form: Mapping[str, str]) -> str:
    given = form.get("media_url", "").strip()
    if not given:
        return ""
    try:
        url = urlsplit(given)
    except ValueError:
        url = urlsplit("")
    sound = url.scheme in {"http", "https"} and url.hostname and given.isprintable()
    if not sound or " " in given or len(given) > _LONGEST_URL:
        raise bad("media_url 不是网址，应以 http:// 或 https:// 开头。")
    return given
