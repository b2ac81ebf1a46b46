"""Settings are read once, and bad ones are refused by name."""

from pathlib import Path

import pytest

from domain.errors import Misuse, Refused
from tasks.addresses import database_name, database_url, prefect_database_url
from tasks.coordinates import Coordinates, new_passwords, read_coordinates, write_coordinates
from tasks.settings import CHECKOUT, Settings, is_loopback, load_settings
from tasks.smtp import SmtpServer, parse_smtp

EXTERNAL = "postgresql://me:p%2Fw@db.example:5433/city?sslmode=require"


EVERYWHERE = "0.0.0.0"  # noqa: S104 - never bound here


def external(url: str = EXTERNAL) -> Settings:
    return load_settings({"RECTIFY_DATABASE_URL": url})


@pytest.fixture
def embedded(tmp_path: Path) -> Settings:
    passwords = {"rectify_owner": "o/1", "rectify_app": "a", "rectify_prefect": "p"}
    write_coordinates(tmp_path, Coordinates("/run/a b", 5432, passwords))
    return Settings(home=tmp_path)


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({"RECTIFY_HOME": " ", "RECTIFY_PREFECT_PORT": ""})
    assert settings == Settings(home=CHECKOUT / ".rectify")
    assert settings.api_url == "http://127.0.0.1:4200/api"
    assert settings.public_url == "http://127.0.0.1:8400"
    assert settings.public_url_is_loopback


def test_every_setting_is_read() -> None:
    settings = load_settings(
        {
            "RECTIFY_HOME": "/srv/state folder",
            "RECTIFY_PREFECT_PORT": "4300",
            "RECTIFY_PORTAL_PORT": "8500",
            "RECTIFY_HOST": EVERYWHERE,
            "RECTIFY_PUBLIC_URL": "https://zhenggai.example/",
            "PREFECT_SERVER_API_AUTH_STRING": "admin:secret",
            "RECTIFY_SMTP_URL": "smtps://mail.example",
            "RECTIFY_SMTP_FROM": "office@city.example",
            "RECTIFY_WEBHOOK_SECRET": "hush",
            "RECTIFY_DATABASE_URL": EXTERNAL,
        }
    )
    assert settings.home == Path("/srv/state folder")
    assert settings.api_url == "http://127.0.0.1:4300/api"
    assert settings.public_url == "https://zhenggai.example"
    assert not settings.public_url_is_loopback
    assert settings.smtp == SmtpServer("mail.example", 465, "tls")
    assert (settings.smtp_from, settings.webhook_secret) == ("office@city.example", "hush")
    assert settings.portal_port == 8500


def test_secrets_do_not_show() -> None:
    settings = load_settings(
        {
            "RECTIFY_DATABASE_URL": EXTERNAL,
            "PREFECT_SERVER_API_AUTH_STRING": "admin:secret",
            "RECTIFY_SMTP_URL": "smtp://me:secret@mail.example",
            "RECTIFY_SMTP_FROM": "a@b",
            "RECTIFY_WEBHOOK_SECRET": "secret",
        }
    )
    assert "secret" not in repr(settings)
    assert "p%2Fw" not in repr(settings)


def test_a_relative_state_folder_becomes_absolute() -> None:
    assert load_settings({"RECTIFY_HOME": "state"}).home == Path.cwd() / "state"


def test_the_portal_port_is_in_the_default_public_url() -> None:
    assert load_settings({"RECTIFY_PORTAL_PORT": "9000"}).public_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("host", "api"),
    [
        ("127.0.0.2", "http://127.0.0.2:4200/api"),
        ("localhost", "http://localhost:4200/api"),
        ("::1", "http://[::1]:4200/api"),
    ],
)
def test_loopback_hosts_need_no_password(host: str, api: str) -> None:
    assert load_settings({"RECTIFY_HOST": host}).api_url == api


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "10.0.0.5"])
def test_listening_beyond_this_machine_without_a_password_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="PREFECT_SERVER_API_AUTH_STRING"):
        load_settings({"RECTIFY_HOST": host})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECTIFY_PREFECT_PORT", "0"),
        ("RECTIFY_PREFECT_PORT", "65536"),
        ("RECTIFY_PREFECT_PORT", "9" * 5000),
        ("RECTIFY_PORTAL_PORT", "http"),
        ("RECTIFY_PORTAL_PORT", "８４００"),
        ("RECTIFY_PORTAL_PORT", "4200"),
        ("RECTIFY_HOST", "my host"),
        ("RECTIFY_PUBLIC_URL", "zhenggai.example"),
        ("RECTIFY_PUBLIC_URL", "http://"),
        ("RECTIFY_PUBLIC_URL", "http://host:99999"),
        ("RECTIFY_DATABASE_URL", "mysql://a/b"),
        ("RECTIFY_DATABASE_URL", "postgresql://host"),
        ("RECTIFY_DATABASE_URL", "postgresql://[broken/city"),
        ("RECTIFY_SMTP_URL", "mail.example"),
        ("RECTIFY_SMTP_URL", "smtp://"),
        ("RECTIFY_SMTP_URL", "smtp://mail.example:99999"),
        ("RECTIFY_SMTP_URL", "smtp://mail.example/box"),
        ("RECTIFY_SMTP_URL", "smtp://mail.example?starttls=yes"),
        ("RECTIFY_SMTP_URL", "smtp://mail.example?startls=1"),
        ("RECTIFY_SMTP_FROM", "office"),
        ("RECTIFY_SMTP_FROM", "a@b\nBcc: c@d"),
        ("PREFECT_SERVER_API_AUTH_STRING", "secret"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Refused, match=name) as caught:
        load_settings({name: value})
    assert caught.value.sentence.endswith("。")
    assert "\n" not in caught.value.sentence.rstrip()


def test_a_mail_server_without_a_sender_is_refused() -> None:
    with pytest.raises(Refused, match="RECTIFY_SMTP_FROM"):
        load_settings({"RECTIFY_SMTP_URL": "smtp://mail.example"})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25)),
        ("smtp://mail.example:2525?starttls=0", SmtpServer("mail.example", 2525)),
        ("smtp://mail.example?starttls=1", SmtpServer("mail.example", 587, "starttls")),
        ("smtps://u%40x:p%3Aw@mail.example", SmtpServer("mail.example", 465, "tls", "u@x", "p:w")),
    ],
)
def test_mail_servers_are_read(url: str, server: SmtpServer) -> None:
    assert parse_smtp(url) == server


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.8.8.8", True), ("::1", True), ("10.1.1.1", False), ("a.b", False)],
)
def test_loopback_is_recognised(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_addresses_of_the_embedded_server(embedded: Settings) -> None:
    assert (
        database_url(embedded, "live", "owner")
        == "postgresql+psycopg2://rectify_owner:o%2F1@/rectify_live?host=/run/a%20b&port=5432"
    )
    assert "//rectify_app:a@/rectify_demo?" in database_url(embedded, "demo", "app")
    assert (
        prefect_database_url(embedded)
        == "postgresql+asyncpg://rectify_prefect:p@/prefect?host=/run/a%20b&port=5432"
    )


def test_addresses_of_an_external_server() -> None:
    base = "postgresql+psycopg2://me:p%2Fw@db.example:5433/city"
    assert database_url(external(), "live", "owner") == f"{base}?sslmode=require"
    assert (
        database_url(external(), "demo", "app")
        == f"{base}_demo?sslmode=require&options=-c%20role%3Drectify_app"
    )
    assert (
        prefect_database_url(external())
        == "postgresql+asyncpg://me:p%2Fw@db.example:5433/city_prefect?ssl=require"
    )


def test_an_external_database_with_an_odd_name_keeps_it() -> None:
    settings = external("postgres://me@/a%20b?host=/run/pg&options=-c%20x%3D1")
    assert database_name(settings, "live") == "a b"
    assert (
        database_url(settings, "demo", "owner")
        == "postgresql+psycopg2://me@/a%20b_demo?host=/run/pg&options=-c%20x%3D1"
    )


@pytest.mark.parametrize("name", ["", "Live", "1st", "a-b", "a;b", "x" * 32, "演示"])
def test_a_bad_database_name_is_refused(name: str) -> None:
    with pytest.raises(Misuse, match="数据库名"):
        database_url(external(), name, "app")


def test_coordinates_survive_writing(tmp_path: Path) -> None:
    kept = Coordinates("/run/s", 5432, new_passwords())
    write_coordinates(tmp_path, kept)
    write_coordinates(tmp_path, kept)
    assert read_coordinates(tmp_path) == kept
    assert [file.name for file in tmp_path.iterdir()] == ["database.json"]


def test_reading_what_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="rectify up"):
        read_coordinates(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"host": 1}', '{"host":"a","port":"x"}'])
def test_damaged_coordinates_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "database.json").write_text(content)
    with pytest.raises(Refused, match=r"database\.json 内容损坏"):
        read_coordinates(tmp_path)
