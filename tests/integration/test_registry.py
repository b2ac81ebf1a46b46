"""Reference data put in once, kept as edited, and looked up."""

from dataclasses import replace
from datetime import date

import pytest

from deployments.reference.seed import reference
from domain.errors import Misuse, Refused
from models.registry import directory, seed
from models.rulebook import book_for, dispatch_rules
from tests.integration.conftest import MONDAY, Bench


def versions(bench: Bench) -> object:
    return bench.rows("select policy_version, calendar_version, rule_set_version from setting")


def test_seeding_again_changes_nothing_and_keeps_what_was_edited(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update unit set name = '水务局' where code = 'shuiwu'")
        connection.exec_driver_sql("delete from contact where unit = 'shuiwu' and role = 'head'")
    before = versions(bench)
    seed(bench.owner, reference(), MONDAY)
    assert versions(bench) == before
    assert bench.value("select name from unit where code = 'shuiwu'") == "水务局"


def test_a_calendar_year_loaded_later_is_a_new_version_of_the_calendar(bench: Bench) -> None:
    day = {"day": date(2031, 1, 1), "kind": "rest", "name": "元旦", "source": "测试"}
    more = replace(reference(), days=[day], years=[{"year": 2031, "source": "测试"}])
    with bench.engine.connect() as connection:
        before = book_for(bench.engine).rules(connection).calendar
    seed(bench.owner, more, MONDAY)
    with bench.engine.connect() as connection:
        after = book_for(bench.engine).rules(connection).calendar
    assert after.version == before.version + 1
    assert 2031 in after.published - before.published
    assert len(after.rest) == len(before.rest) + 1


def test_reference_data_may_be_empty_but_for_policy_and_rules(bench: Bench) -> None:
    nothing = replace(reference(), units=[], contacts=[], fields=[], channels=[], days=[], years=[])
    before = versions(bench)
    seed(bench.owner, nothing, MONDAY)
    assert versions(bench) == before


def test_a_unit_is_found_by_code_name_or_alias(bench: Bench) -> None:
    found = directory(bench.engine)
    name, aliases = bench.rows("select name, aliases from unit where cardinality(aliases) > 0")[0]
    code = bench.value("select code from unit where name = %(name)s", name=name)
    assert isinstance(name, str)
    assert isinstance(aliases, list)
    assert {found.unit(word) for word in (str(code), name, *aliases)} == {code}
    assert found.name(str(code)) == name
    assert found.name("nobody") == "nobody"


def test_an_unknown_unit_is_refused_with_where_to_look(bench: Bench) -> None:
    with pytest.raises(Misuse, match="没有代码或名称为“没有这个局”的单位"):
        directory(bench.engine).unit("没有这个局")


def test_a_doubtful_unit_is_never_routed_to(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update unit set doubtful = true where code = 'shuiwu'")
    with pytest.raises(Refused, match="存疑"):
        directory(bench.engine).unit("shuiwu")


def test_channels_and_districts_are_listed(bench: Bench) -> None:
    found = directory(bench.engine)
    assert found.kinds["12345"] == "ordinary"
    assert found.channels.keys() == found.kinds.keys()
    districts = bench.rows("select code from unit where kind in ('district', 'zone')")
    assert found.districts == {code for (code,) in districts}


def test_the_dispatch_rules_in_force_are_given(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("insert into rule_set values (2, '{\"version\": 2}', now())")
        assert dispatch_rules(connection) == reference().rule_set
        connection.exec_driver_sql("update setting set rule_set_version = 2")
        assert dispatch_rules(connection) == {"version": 2}


def test_rules_are_read_once_a_version(bench: Bench) -> None:
    book = book_for(bench.engine)
    with bench.engine.connect() as connection:
        first, again = book.rules(connection), book.rules(connection, 1)
    assert first.policy is again.policy
    assert first.calendar is again.calendar
