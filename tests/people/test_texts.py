import ast

from flask import Flask
from flask_babel import force_locale

from training_platform.config import ROOT
from training_platform.core.db import db
from training_platform.demo import loading
from training_platform.people.texts import ACTIONS, SUBJECTS, action_text


def _recorded_actions() -> set[str]:
    """Return every action that some call of audit.record(session, actor, action, …) names."""
    found: set[str] = set()
    for path in (ROOT / "training_platform").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = node.func.value
            if isinstance(owner, ast.Name) and (owner.id, node.func.attr) == ("audit", "record"):
                named = [each for each in ast.walk(node.args[2]) if isinstance(each, ast.Constant)]
                found |= {each.value for each in named if "." in str(each.value)}
    return found | {loading.BEGAN, loading.LOADED}


def test_every_action_of_the_audit_log_has_a_name() -> None:
    recorded = _recorded_actions()
    assert len(recorded) > 40
    beginnings = {each for each in recorded if each.endswith(("_", "."))}  # of f-strings
    assert recorded - beginnings - ACTIONS.keys() == set()
    assert all(any(each.startswith(start) for each in ACTIONS) for start in beginnings)


def test_subjects_of_the_audit_log_are_named_by_their_tables() -> None:
    assert SUBJECTS.keys() - db.metadata.tables.keys() == set()


def test_the_names_of_actions_are_translated(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("en"):
            unnamed = [each for each in ACTIONS if action_text(each) == each]
        with force_locale("zh"):
            untranslated = [
                each
                for each in ACTIONS
                if not any("\u4e00" <= letter <= "\u9fff" for letter in action_text(each))
            ]
    assert (unnamed, untranslated) == ([], [])
