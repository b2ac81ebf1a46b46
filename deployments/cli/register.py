"""Stories made into commands: each gets the shared options and says its answer the same way."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Concatenate, ParamSpec

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.help import PROGRAM, Command, Group
from deployments.cli.options import SHARED, Audience
from deployments.cli.saying import say, what_was_done
from tasks.carrying import carry_out
from tasks.desk import LIVE, Desk
from tasks.ordering.order import Order
from tasks.settings import load_settings

P = ParamSpec("P")
Story = Callable[Concatenate[Call, P], Answer]
OrderStory = Callable[Concatenate[Desk, Call, P], Order]


def group(help_text: str) -> typer.Typer:
    """Make a group of commands."""
    return typer.Typer(cls=Group, help=help_text, add_completion=False, rich_markup_mode="rich")


def command(
    app: typer.Typer,
    name: str,
    audience: Audience,
    help_text: str,
    *examples: str,
    database: str = LIVE,
) -> Callable[[Story[P]], Story[P]]:
    """Register a story as the command ``name``; its parameters after the call are the command's.

    ``database`` is the one it works in unless told otherwise.
    """

    def add(story: Story[P]) -> Story[P]:
        @wraps(story)
        def run(**words: object) -> int:
            call = _call({shared.name: words.pop(shared.name) for shared in SHARED})
            return say(call, story(call, **words))  # type: ignore[arg-type, call-arg]

        parameters = list(signature(story).parameters.values())[1:]
        parameters += [shared.parameter(audience, database) for shared in SHARED]
        _pose(run, parameters)
        app.command(
            name,
            cls=Command,
            help=help_text,
            epilog="\n\n".join(f"例：{PROGRAM} {example}" for example in examples),
            rich_help_panel=audience.value,
        )(run)
        return story

    return add


def order(
    app: typer.Typer, name: str, audience: Audience, help_text: str, *examples: str
) -> Callable[[OrderStory[P]], OrderStory[P]]:
    """Register a story that makes an order; the order is carried out and told of."""

    def add(story: OrderStory[P]) -> OrderStory[P]:
        @wraps(story)
        def carried(call: Call, /, *args: P.args, **words: P.kwargs) -> Answer:
            with at_desk(call) as desk:
                return carried_out(desk, call, story(desk, call, *args, **words))

        _pose(carried, list(signature(story).parameters.values())[1:])
        command(app, name, audience, help_text, *examples)(carried)
        return story

    return add


def carried_out(desk: Desk, call: Call, wanted: Order) -> Answer:
    """Carry out an order under the key given, if any, and say what became of it."""
    done = carry_out(desk, replace(wanted, key=call.key or wanted.key))
    tell_prefect(call, [done])
    return what_was_done(desk, wanted, done)


def _pose(function: Callable[..., object], parameters: list[Parameter]) -> None:
    """Let a function show parameters that it takes as words, as Typer reads them."""
    keywords = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in parameters]
    function.__signature__ = Signature(keywords)  # type: ignore[attr-defined]
    function.__annotations__ = {p.name: p.annotation for p in keywords}


def _call(shared: dict[str, object]) -> Call:
    """Read the settings and the clock, once a command."""
    settings, now = load_settings(os.environ), datetime.now(UTC)
    return Call(settings, now, **shared)  # type: ignore[arg-type]
