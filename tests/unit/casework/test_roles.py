"""Roles: none by default, given and taken by name, and written in the audit."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from casework.db import reading, writing
from casework.roles import RoleError, change_role, roles_of
from casework.tables import Adviser, AuditEvent
from tests.casebook import NOW, open_casebook


def test_roles_are_given_and_taken(tmp_path: Path) -> None:
    engine = open_casebook(str(tmp_path / "record.db"))
    with reading(engine) as session:
        assert {tuple(adviser.roles) for adviser in session.exec(select(Adviser))} == {()}, "nobody has any by default"

    def change(role: str, give: bool, email: str = "Ann@onward.example ") -> list[str]:
        with writing(engine) as session:
            return change_role(session, email, role, give=give, actor="system", at=NOW)

    assert change("manager", True) == ["manager"]
    assert change("prospectus", True) == ["prospectus", "manager"]
    assert change("prospectus", True) == ["prospectus", "manager"]
    assert change("manager", False) == ["prospectus"]
    assert change("manager", False) == ["prospectus"]
    with pytest.raises(RoleError, match=r"There is no role admin\. There are: prospectus, manager"):
        change("admin", True)
    with pytest.raises(RoleError, match="no adviser"):
        change("manager", True, email="nobody@onward.example")
    with reading(engine) as session:
        assert roles_of(session, "ann@onward.example")[1] == ["prospectus"]
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        assert [(event.action, event.detail["role"]) for event in events] == [
            ("gave_role", "manager"),
            ("gave_role", "prospectus"),
            ("took_role", "manager"),
        ]
    engine.dispose()
