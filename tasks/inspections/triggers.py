"""What calls for inspections by itself; a Prefect automation starts it, the check makes sure."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection

from domain.calendar import local_date
from domain.inspecting import Cause
from domain.policy_inspections import Reinspection
from models.inspection_orders import Scope, Wanted, keys_used, population
from models.relapse_figures import (
    CalledBack,
    Cluster,
    Window,
    called_back,
    closed_cases,
    clusters,
)
from tasks.desk import Desk
from tasks.inspections.ordering import drawn

_WHOLE = 100


def triggered(
    desk: Desk, connection: Connection, policy: Reinspection, found: list[Cluster]
) -> list[Wanted]:
    """Give the orders that returns after callbacks and the relapses of units call for, once each.

    An unsolved or dissatisfied callback without like cases is written down too: it is dealt with.
    """
    window = _window(desk, policy)
    back = [_after_callback(one) for one in called_back(connection, window, policy.similar)]
    return [*back, *_for_units(desk, connection, policy, [one for one in found if one.unit])]


def relapse_clusters(desk: Desk, connection: Connection, policy: Reinspection) -> list[Cluster]:
    """Give the units and environments with as many relapses as the policy names."""
    return clusters(connection, _window(desk, policy), policy.relapses)


def _after_callback(one: CalledBack) -> Wanted:
    picks = {"": tuple(one.alike)} if one.alike else {}
    return Wanted(
        key=one.key,
        cause=Cause.CALLBACK,
        scope=Scope(),
        reason=f"同类案件 {one.no} 回访未解决或不满意，请核查本案是否反弹。",
        share=_WHOLE,
        seed=one.key,
        population=picks,
        picks=picks,
        no=one.no,
    )


def _for_units(
    desk: Desk, connection: Connection, policy: Reinspection, found: list[Cluster]
) -> Iterator[Wanted]:
    month = f"{local_date(desk.now):%Y-%m}"
    keys = {f"relapse-rate:{one.unit}:{month}": one for one in found}
    used = keys_used(connection, list(keys)) if keys else set()
    for key, one in keys.items():
        if key not in used:
            closed = closed_cases(connection, _window(desk, policy), one.unit)
            if one.relapses * _WHOLE >= (closed + one.relapses) * policy.relapse_share:
                yield _for_unit(connection, policy, one, key)


def _for_unit(connection: Connection, policy: Reinspection, one: Cluster, key: str) -> Wanted:
    scope, days = Scope(unit=one.unit), policy.window.zh
    return drawn(
        Wanted(
            key=key,
            cause=Cause.RELAPSE_RATE,
            scope=scope,
            reason=f"办理单位近{days}反弹 {one.relapses} 件，反弹率偏高，抽查已销号案件。",
            share=policy.share,
            seed=key,
            population=population(connection, scope),
            picks={},
        )
    )


def _window(desk: Desk, policy: Reinspection) -> Window:
    return Window(desk.now - timedelta(days=policy.window.amount), desk.now)
