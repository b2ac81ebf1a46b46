"""Rows of a ledger understood: what intake can work with, or the reason why not."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from domain.wording import mask
from models.intake_rows import IncomingRow, Rejected
from tasks.reading.columns import COLUMNS
from tasks.reading.dates import read_date
from tasks.reading.rows import RawRow
from tasks.reading.words import TERMS, WORDS, line, somebody, whole

SUBJECT_LENGTH = 200
"""Characters of a subject that are kept."""
_DERIVED_LENGTH = 30
"""Characters of the body that stand in for a missing subject."""
_MARGIN = 100
"""Characters beyond a cut that are looked at, so that a number across it is masked too."""
LONGEST_BODY = 1_000_000
_LONGEST_PARTY = 200
_LONGEST_NAME = 200
_LONGEST_ID = 200
_SHOWN = 40


class _Wrong(Exception):
    """Why a row cannot be taken in."""


def understand(raw: RawRow, headers: Mapping[str, str]) -> IncomingRow | Rejected:
    """Understand one row; ``headers`` are the file's own, for the reason."""
    if raw.problem:
        return _rejected(raw, raw.problem)
    try:
        return _understood(raw, headers)
    except _Wrong as wrong:
        return _rejected(raw, str(wrong))


def _rejected(raw: RawRow, why: str) -> Rejected:
    given = line(raw.fields.get("source_id", ""))[:_LONGEST_ID]
    return Rejected(raw.number, line(f"第 {raw.number} 行{why}。"), given)


def _understood(raw: RawRow, headers: Mapping[str, str]) -> IncomingRow:
    get = raw.fields.get
    body = _with_rest(whole(get("body", "")), get("subject", ""), get("party", ""))
    if len(body) > LONGEST_BODY:
        raise _Wrong(f"“{_header('body', headers)}”超过 100 万字，请改为附件")
    return IncomingRow(
        number=raw.number,
        source_id=_source_id(raw, headers),
        subject=_subject(get("subject", ""), body),
        body=body,
        reporter=somebody(get("reporter", ""))[:_LONGEST_NAME],
        phone=somebody(get("phone", ""))[:_LONGEST_NAME],
        reported_at=_moment(get("reported_at", ""), headers),
        party=_masked(line(get("party", "")), _LONGEST_PARTY),
        environment=_code("environment", raw, headers),
        kind=_code("kind", raw, headers),
        urgency=_code("urgency", raw, headers) or "normal",
    )


def _with_rest(body: str, subject: str, party: str) -> str:
    """A text that also holds what is too long to be what the problem or the firm is called."""
    if max(len(subject), len(party)) <= min(SUBJECT_LENGTH, _LONGEST_PARTY):
        return body
    long_subject = whole(subject) if len(line(subject)) > SUBJECT_LENGTH else ""
    long_party = line(party) if len(line(party)) > _LONGEST_PARTY else ""
    return "\n".join(filter(None, (long_subject, body, long_party)))


def _source_id(raw: RawRow, headers: Mapping[str, str]) -> str:
    """What the source calls it; where it has no name, a hash of all it says."""
    given = line(raw.fields.get("source_id", ""))
    if len(given) > _LONGEST_ID:
        raise _Wrong(f"“{_header('source_id', headers)}”超过 {_LONGEST_ID} 字")
    if given:
        return given
    said = "\x1f".join(f"{field}={whole(raw.fields[field])}" for field in sorted(raw.fields))
    return f"sha256:{sha256(said.encode()).hexdigest()[:32]}"


def _subject(given: str, body: str) -> str:
    if subject := line(given[: 2 * SUBJECT_LENGTH + _MARGIN]):
        return _masked(subject, SUBJECT_LENGTH)
    if derived := line(body[: 2 * _DERIVED_LENGTH + _MARGIN]):
        return _masked(derived, _DERIVED_LENGTH)
    raise _Wrong("既没有事由也没有内容")


def _masked(text: str, length: int) -> str:
    """Mask, then cut: a number cut in two would no longer be known as one."""
    return mask(text[: length + _MARGIN])[:length].rstrip() if text else ""


def _moment(text: str, headers: Mapping[str, str]) -> datetime | None:
    given = line(text)
    if not given:
        return None
    moment = read_date(given)
    if moment is None:
        raise _Wrong(_unreadable("reported_at", given, headers, "不是日期（如 2026/3/2 9:30:00）"))
    return moment


def _code(field: str, raw: RawRow, headers: Mapping[str, str]) -> str:
    given = line(raw.fields.get(field, ""))
    if not given:
        return ""
    code = WORDS[field].get(given.casefold())
    if code is None:
        allowed = "、".join(f"{term.zh}（{term}）" for term in TERMS[field])
        raise _Wrong(_unreadable(field, given, headers, f"不认识，可写：{allowed}"))
    return code


def _unreadable(field: str, value: str, headers: Mapping[str, str], why: str) -> str:
    return f"“{_header(field, headers)}”的值“{_masked(value, _SHOWN)}”{why}"


def _header(field: str, headers: Mapping[str, str]) -> str:
    return headers.get(field, COLUMNS[field][0])
