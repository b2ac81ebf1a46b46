"""Evidence uploaded: what is taken, what is refused early, and how it is given out again."""

import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest

from tasks.portal.uploads import MOST_FILES
from tasks.settings import Settings
from tests.integration.portal import Browser, Files, Portal, portal_of

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 9 + b"\xff\xd9"
PATIENCE = 5.0
"""Seconds until something that must happen has not."""
TYPED = {"result": "solved", "reply": "管道已修复"}


@pytest.fixture(scope="module")
def portal(
    postgres: Settings, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    with portal_of(postgres, seeded, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def archive(*entries: str, body: str = "x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for entry in entries:
            file.writestr(entry, body)
    return buffer.getvalue()


OFFICE = ("[Content_Types].xml", "word/document.xml")
DOCX = archive(*OFFICE)


def ready(portal: Portal) -> tuple[Browser, str]:
    """A signed case, and its page in a browser."""
    no = portal.dispatched()
    portal.bench.sign(no, portal.door.clock())
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    return browser, no


def named(*files: tuple[str, bytes]) -> Files:
    return [("evidence", (name, body, "text/html")) for name, body in files]


def left_over(portal: Portal) -> list[Path]:
    waiting = portal.door.site.settings.home / "uploads"
    return list(waiting.iterdir()) if waiting.exists() else []


def kept(portal: Portal) -> set[str]:
    folder = portal.door.site.settings.home / "evidence"
    return {path.name for path in folder.glob("*/*")}


def state(portal: Portal, no: str) -> object:
    return portal.bench.value("select state from rectification_case where no = %(no)s", no=no)


def test_files_are_kept_by_their_hash_and_given_out_to_be_saved(portal: Portal) -> None:
    browser, no = ready(portal)
    files = named(
        ("现场 照片.JPG", JPEG), ("整改报告.pdf", PDF), ("同一份.pdf", PDF), ("表.docx", DOCX)
    )
    assert browser.upload(f"/case/{no}/submit", files, **TYPED).status_code == 200
    assert state(portal, no) == "submitted"
    digest = sha256(JPEG).hexdigest()
    assert {digest, sha256(PDF).hexdigest(), sha256(DOCX).hexdigest()} <= kept(portal)
    assert left_over(portal) == []
    answer = browser.client.get(f"/case/{no}/evidence/{digest}")
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    stranger = portal.signed_in("haiyang")
    assert stranger.get(f"/case/{no}/evidence/{digest}").status_code == 404
    other = ready(portal)[1]
    assert browser.get(f"/case/{other}/evidence/{digest}").status_code == 404


def test_a_submission_without_files_is_one_too(portal: Portal) -> None:
    browser, no = ready(portal)
    nothing = [("evidence", ("", b"", "application/octet-stream"))]
    assert browser.upload(f"/case/{no}/submit", nothing, **TYPED).status_code == 200
    assert state(portal, no) == "submitted"


REFUSED = [
    ("页面.pdf", b"<html><script>alert(1)</script></html>", "不是可以接受"),
    ("程序.exe", b"MZ\x90\x00", "不是可以接受"),
    ("空.pdf", b"", "为空"),
    ("两样.jpg", JPEG[:-2] + DOCX + b"\xff\xd9", "夹带"),
    ("两样.pdf", PDF + archive("a.html"), "夹带"),
    ("脚本.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>\xff\xd9", "不是可以接受"),
    ("断了.jpg", JPEG[:-2], "损坏"),
    ("改名.png", JPEG, "与扩展名不符"),
    ("压缩包.docx", archive("word/readme.txt"), "不是可以接受"),
    ("压缩包.zip", DOCX, "不是可以接受"),
    ("宏.docx", archive(*OFFICE, "word/vbaProject.bin"), "宏"),
    (
        "宏藏在后面.docx",
        archive(*OFFICE, *map(str, range(5000)), "word/vbaProject.bin"),
        "部件太多",
    ),
    ("夹在前面.docx", b"GIF89a" + DOCX, "不是可以接受"),
    ("坏.xlsx", b"PK\x03\x04broken", "不是可以接受"),
]


def test_what_is_no_evidence_by_its_content_is_refused_and_not_kept(portal: Portal) -> None:
    browser, no = ready(portal)
    before = kept(portal)
    for name, body, said in REFUSED:
        refused = browser.upload(f"/case/{no}/submit", named((name, body)), **TYPED)
        assert (refused.status_code, said in browser.text()) == (409, True), name
        assert "管道已修复" in browser.page
    assert (kept(portal), left_over(portal), state(portal, no)) == (before, [], "rectifying")


NAMES = ["../../../etc/cron.d/x.pdf", "..\\..\\x.pdf", "/etc/passwd.pdf", "<b>z.pdf", "a\x00b.pdf"]


def test_a_name_is_only_a_name(portal: Portal) -> None:
    browser, no = ready(portal)
    home = portal.door.site.settings.home
    before = {path for path in home.rglob("*") if "evidence" not in path.parts}
    files = named(*((name, PDF + b"%d\n%%%%EOF" % at) for at, name in enumerate(NAMES)))
    assert browser.upload(f"/case/{no}/submit", files, **TYPED).status_code == 200
    assert {path for path in home.rglob("*") if "evidence" not in path.parts} == before
    names = portal.bench.rows(
        "select e.name from evidence e join rectification_case c on c.id = e.case_id"
        " where c.no = %(no)s order by e.name",
        no=no,
    )
    assert [name for (name,) in names] == ["a_00b.pdf", "b_z.pdf", "passwd.pdf", "x.pdf", "x.pdf"]
    for path in ("..%2f..%2fkeys%2fportal.key", "0" * 64, "%00"):
        assert browser.get(f"/case/{no}/evidence/{path}").status_code == 404


def test_too_many_and_too_large_files_are_refused(portal: Portal) -> None:
    browser, no = ready(portal)
    many = named(*((f"{at}.pdf", PDF) for at in range(MOST_FILES + 1)))
    assert browser.upload(f"/case/{no}/submit", many, **TYPED).status_code == 413
    browser.get(f"/case/{no}")
    words = TYPED | {"reply": "字" * 30_000}
    assert browser.upload(f"/case/{no}/submit", named(("a.pdf", PDF)), **words).status_code == 413
    assert (left_over(portal), state(portal, no)) == ([], "rectifying")


def answered(portal: Portal, head: str) -> str:
    """Send the beginning of a request by hand; gives the status line that comes."""
    address = portal.door.client.base_url
    with socket.create_connection((address.host, address.port or 0), timeout=PATIENCE) as wire:
        wire.sendall(f"{head}\r\nhost: {address.host}\r\n\r\n--x\r\n".encode())
        return wire.recv(100).decode("latin1").partition("\r\n")[0]


def wait_until(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end


def head_of(browser: Browser, no: str, length: int) -> str:
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.client.cookies.jar)
    return (
        f"POST /case/{no}/submit HTTP/1.1\r\ncookie: {cookies}\r\ncontent-length: {length}\r\n"
        "content-type: multipart/form-data; boundary=x"
    )


def test_two_gigabytes_are_refused_before_they_come(portal: Portal) -> None:
    browser, no = ready(portal)
    assert " 413 " in answered(portal, head_of(browser, no, 2 * 1024**3))
    assert left_over(portal) == []


def test_whoever_is_not_signed_in_uploads_nothing(portal: Portal) -> None:
    no = ready(portal)[1]
    assert " 303 " in answered(portal, head_of(portal.browser(), no, 2 * 1024**3))
    assert left_over(portal) == []


def test_nobody_uploads_before_they_are_in(portal: Portal) -> None:
    before = left_over(portal)
    client = portal.browser().client
    for path in ("/sign-in", "/case/QD2026-000001/enter"):
        sent = client.post(path, data={"k": "x"}, files=named(("a.pdf", PDF)))
        assert sent.status_code == 400
    assert left_over(portal) == before


def test_an_upload_cut_off_leaves_nothing(portal: Portal) -> None:
    browser, no = ready(portal)
    address = portal.door.client.base_url
    with socket.create_connection((address.host, address.port or 0), timeout=PATIENCE) as wire:
        part = 'content-disposition: form-data; name="evidence"; filename="a.pdf"\r\n\r\n'
        head = f"{head_of(browser, no, 1_000_000)}\r\nhost: {address.host}\r\n\r\n--x\r\n{part}"
        wire.sendall(head.encode() + b"%PDF-" + b"a" * 200_000)
        wait_until(lambda: any(path.is_file() for f in left_over(portal) for path in f.rglob("*")))
    wait_until(lambda: not left_over(portal))
    assert state(portal, no) == "rectifying"
    assert browser.get(f"/case/{no}").status_code == 200


def test_forms_that_make_no_sense_are_refused(portal: Portal) -> None:
    browser, no = ready(portal)
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "x" * 500, b"x"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"a=\xff"),
        ("application/x-www-form-urlencoded", b"&a=" * 100),
        ("", b""),
    ):
        answer = browser.client.post(
            f"/case/{no}/submit", content=body, headers={"content-type": kind}
        )
        assert answer.status_code in {400, 403}, (kind, body)
    assert state(portal, no) == "rectifying"
