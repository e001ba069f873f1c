"""The island's own code: a pure-function channel for Rasa, and two small components that understand.

It runs on Python 3.10 beside Rasa 3.6 and imports nothing of the application.
"""
