"""Imported once by the server that all parts are forked from."""

# ruff: noqa: F401

import uvicorn

import channels.sms.routes
import channels.sms.twilio
import onward.assembly
import prospectus.tables
import tests.fakes.bot
