"""Whose rights the application works with on a server that is not ours."""

from models.engine import connect, transaction
from tests.integration.conftest import Bench


def test_the_role_named_in_the_url_does_the_work(bench: Bench) -> None:
    url = bench.owner.url.render_as_string(hide_password=False)
    engine = connect(f"{url}&options=-c%20role%3Drectify_app")
    with transaction(engine) as connection:
        assert connection.exec_driver_sql("select current_user").scalar_one() == "rectify_app"
        assert connection.exec_driver_sql("show jit").scalar_one() == "off"
    engine.dispose()
