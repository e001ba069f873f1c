"""The record and its rules: plain functions over SQLModel tables. Knows no web framework, no Rasa and no Twilio."""
