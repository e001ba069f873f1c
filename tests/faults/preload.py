"""Imported once by the server that all parts are forked from: the modules, and the data files already read."""

# ruff: noqa: F401

from pathlib import Path

import uvicorn

import channels.sms.routes
import channels.sms.twilio
import onward.assembly
import prospectus.tables
import tests.fakes.bot
from casework.followup.people import Reader
from casework.guard import Guard
from casework.language import Languages
from casework.voice import Voice

DATA = Path(__file__).parents[2] / "data"
VOICE, GUARD, LANGUAGES = Voice.load(DATA), Guard.load(DATA), Languages.load(DATA)
READER = Reader.load(DATA)
