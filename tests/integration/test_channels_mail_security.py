"""Protected mail connections: certificates are checked, passwords are used."""

import gc
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.outbox_sending import Message
from tasks.delivery.mailing import Mailer
from tasks.delivery.results import SENT, Result
from tasks.smtp import Security, SmtpServer
from tests.integration.receivers import Mailbox, free_port


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that vouches for itself."""

    path: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return Certificate(path)


@pytest.fixture
def serve() -> Iterator[Callable[..., Mailbox]]:
    """Start mail servers with the options given."""
    running: list[Controller] = []

    def start(**options: Any) -> Mailbox:  # noqa: ANN401 - aiosmtpd's own
        box = Mailbox(free_port())
        running.append(Controller(box, hostname="127.0.0.1", port=box.port, **options))
        running[-1].start()
        return box

    yield start
    while running:
        running.pop().stop()
    # aiosmtpd drops the unprotected half of an upgraded connection without closing it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def options(security: Security, certificate: Certificate) -> dict[str, Any]:
    if security == "tls":
        return {"ssl_context": certificate.context()}
    return {"tls_context": certificate.context(), "require_starttls": True}


def send(server: SmtpServer) -> Result:
    item = Message(
        id=uuid4(),
        recipient="shuiwu/contact",
        channel="email",
        address="a@unit.example",
        subject="主题",
        body="正文\n",
        urgent=False,
        created_at=datetime(2026, 3, 2, 2, tzinfo=UTC),
    )
    with closing(Mailer(server, "zx@city.example")) as mailer:
        return mailer.send(item)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_trusted_server_gets_mail_over_a_protected_connection(
    security: Security,
    certificate: Certificate,
    serve: Callable[..., Mailbox],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = serve(**options(security, certificate))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    assert send(replace(box.server, security=security)) == SENT
    assert len(box.mails) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    security: Security, certificate: Certificate, serve: Callable[..., Mailbox]
) -> None:
    box = serve(**options(security, certificate))
    result = send(replace(box.server, security=security))
    assert (result.sent, result.certain, result.down) == (False, True, True)
    assert "certificate verify failed" in result.reason
    assert box.mails == []


def test_starttls_is_insisted_on(serve: Callable[..., Mailbox]) -> None:
    box = serve()
    assert not send(replace(box.server, security="starttls")).sent
    assert box.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize(
    ("password", "sent", "reason"),
    [("right one", True, ""), ("wrong one", False, "535"), ("中文口令", False, "非 ASCII 字符")],
)
def test_user_and_password_are_used(
    password: str,
    sent: bool,  # noqa: FBT001
    reason: str,
    serve: Callable[..., Mailbox],
) -> None:
    def check(*arguments: object) -> AuthResult:
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password.decode() == "right one", handled=False)

    box = serve(authenticator=check, auth_required=True, auth_require_tls=False)
    result = send(replace(box.server, user="zx", password=password))
    assert result.sent is sent
    assert len(box.mails) == sent
    assert result.certain
    assert reason in result.reason
    assert password not in result.reason
