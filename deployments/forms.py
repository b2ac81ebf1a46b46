"""Forms of the deployments: the drop-downs filled from the registry and the vocabulary."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.activities import ActivityKind, Attendee, Manner, Team
from domain.codes import MEASURES, Environment, Feedback, Kind, Mode, Result, Rung, Term, Urgency
from flows import activity, answers, disclosure, duplicates, handle, settle
from models.registry import Directory
from tasks.ordering.by_closers import STEPS_ZH

Schema = dict[str, Any]
Vocabulary = Mapping[str, Sequence[str]]

_TERMS: Mapping[str, type[Term]] = {
    "activity_kind": ActivityKind,
    "attendee": Attendee,
    "manner": Manner,
    "team": Team,
    "environment": Environment,
    "kind": Kind,
    "mode": Mode,
    "result": Result,
    "rung": Rung,
    "urgency": Urgency,
}


def vocabulary(directory: Directory) -> Vocabulary:
    """Give what can be chosen, by the name that fields of the forms use; units are live ones."""
    units = [name for code, name in directory.names.items() if code not in directory.doubtful]
    return {
        **{name: [term.zh for term in terms] for name, terms in _TERMS.items()},
        "measure": [rung.zh for rung in MEASURES],
        "level": list(answers.LEVELS.values()),
        "unit": units,
        "organ": units,
        "channel": list(directory.channels.values()),
        "step": list(STEPS_ZH.values()),
        "duplicate": list(duplicates.DECISIONS.values()),
        "action": list(settle.ACTIONS.values()),
        "feedback": [said.zh for said in Feedback],
        "disclosing": list(disclosure.ACTIONS.values()),
        "consent": list(disclosure.MANNERS.values()),
        "activity_action": list(activity.ACTIONS.values()),
        "handling": list(handle.ACTIONS.values()),
        "acceptance": answers.ACCEPTANCE,
        "granting": answers.GRANTING,
        "yes_no": answers.YES_NO,
        "finding": answers.FINDINGS,
    }


def filled(schema: Schema, words: Vocabulary) -> Schema:
    """Turn the fields of a parameter schema that name a vocabulary into drop-downs.

    A field that may stay empty keeps the empty choice, so that its default is still valid.
    """
    properties = {
        name: _drop_down(described, words) for name, described in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _drop_down(described: Schema, words: Vocabulary) -> Schema:
    if "choices" not in described:
        return described
    rest = {key: value for key, value in described.items() if key != "choices"}
    empty = [""] if described.get("default") == "" else []
    return {**rest, "enum": [*empty, *words[described["choices"]]]}
