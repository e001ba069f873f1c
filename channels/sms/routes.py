"""The SMS channel's two webhooks.

Set in Twilio: *a message comes in* to ``POST <public address>/channels/sms/inbound``. The address for status reports
is given with every text that is sent.
"""

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.routing import Route

from casework.clock import Clock
from channels.inbox import Inbox
from channels.sms.incoming import InboundWebhook
from channels.sms.reporting import StatusWebhook
from channels.sms.settings import SmsSettings
from channels.sms.signature import SignatureCheck

__all__ = ["SmsSettings", "sms_router"]


def sms_router(inbox: Inbox, engine: Engine, clock: Clock, settings: SmsSettings) -> APIRouter:
    """Routes to include in the application, before any with a wildcard."""
    check = SignatureCheck(settings.auth_token, settings.public_url, trust_proxy=settings.trust_proxy)
    return APIRouter(
        routes=[
            Route("/channels/sms/inbound", InboundWebhook(inbox, clock, check), methods=["POST"]),
            Route("/channels/sms/status/{message_id:int}", StatusWebhook(engine, clock, check), methods=["POST"]),
        ]
    )
