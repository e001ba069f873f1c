"""Every action, ready for an action server."""

from pathlib import Path

from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Engine

from actions.activity import Activity
from actions.applications import Applications
from actions.base import OnwardAction, Shelf
from actions.choosing import Affirm, Choose, Deny, DontKnow
from actions.course_facts import CourseFact
from actions.course_form import ValidateCourseForm
from actions.destinations import Plans
from actions.find_courses import FindCourses, MoreCourses
from actions.identity import AskLinkAnswer, CallMe, LinkDone, LinkMe, NewNumber, TryCode, ValidateLinkForm, WrongNumber
from actions.money import Money
from actions.money_check import AskMoneyAnswer, MoneyResult, ValidateMoneyForm
from actions.open_day import OpenDay
from actions.person import AskMatter, HandOver, ValidatePersonForm, WhoIsMyAdviser
from actions.put_right import RecordWrong
from actions.read_back import ReadBack
from actions.record_form import AskTold, CloseRecordForm, ValidateRecordForm
from actions.small_talk import Acknowledge, Greet, NotUnderstood, WhatCanYouDo
from actions.topics import SomeoneElse, Topic
from casework.activities.coding import Coding
from casework.followup.questions import Questions
from casework.money.schemes import Schemes
from prospectus.vocabulary import Vocabulary

ACTIONS: tuple[type[OnwardAction], ...] = (
    FindCourses,
    MoreCourses,
    ValidateCourseForm,
    CourseFact,
    OpenDay,
    Choose,
    Affirm,
    Deny,
    DontKnow,
    Topic,
    SomeoneElse,
    WhoIsMyAdviser,
    AskMatter,
    ValidatePersonForm,
    HandOver,
    Greet,
    WhatCanYouDo,
    Acknowledge,
    NotUnderstood,
    Plans,
    Applications,
    Activity,
    AskTold,
    ValidateRecordForm,
    CloseRecordForm,
    ReadBack,
    RecordWrong,
    Money,
    AskMoneyAnswer,
    ValidateMoneyForm,
    MoneyResult,
    LinkMe,
    AskLinkAnswer,
    ValidateLinkForm,
    LinkDone,
    TryCode,
    CallMe,
    NewNumber,
    WrongNumber,
)


def build_executor(engine: Engine, data_dir: Path, *, public_url: str | None = None) -> ActionExecutor:
    """An executor with every action, reading from ``engine``.

    ``public_url`` is where people reach the service's pages: what is said of a course then ends with a link to it.
    What actions need from ``data_dir`` is read once, here. Raises ``casework.yamlfile.BadData`` for a bad file.
    """
    shelf = Shelf(
        engine,
        Vocabulary.load(data_dir),
        public_url,
        coding=Coding.load(data_dir),
        schemes=Schemes.load(data_dir),
        questions=Questions.load(data_dir),
    )
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(shelf))
    return executor
