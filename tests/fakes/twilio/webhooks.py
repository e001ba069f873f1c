"""Webhooks as Twilio sends them: the parameters, and the signature."""

from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator


def sign(url: str, params: dict[str, str], token: str) -> str:
    """The value of ``X-Twilio-Signature``."""
    signature: str = RequestValidator(token).compute_signature(url, params)
    return signature


def inbound_params(
    *,
    sid: str,
    from_: str,
    to: str,
    body: str,
    account: str,
    media: int = 0,
    opt_out_type: str | None = None,
) -> dict[str, str]:
    """What comes with an incoming text. Blank ones are sent too, and signed."""
    params = {
        "ToCountry": "GB",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": str(media),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": body,
        "FromCountry": "GB",
        "To": to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": account,
        "From": from_,
        "ApiVersion": "2010-04-01",
    }
    for index in range(media):
        params[f"MediaContentType{index}"] = "image/jpeg"
        params[f"MediaUrl{index}"] = (
            f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{index}"
        )
    if opt_out_type is not None:
        params["OptOutType"] = opt_out_type
    return params


def status_params(
    *, sid: str, status: str, to: str, from_: str | None, account: str, error_code: int | None = None
) -> dict[str, str]:
    """What comes with a status callback."""
    params = {
        "SmsSid": sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": to,
        "MessageSid": sid,
        "AccountSid": account,
        "From": from_ or "",
        "ApiVersion": "2010-04-01",
    }
    if error_code is not None:
        params["ErrorCode"] = str(error_code)
    if status in ("delivered", "undelivered"):
        params["RawDlrDoneDate"] = "2609010900"
    return params


async def post_signed(
    client: httpx.AsyncClient, url: str, params: dict[str, str], token: str, *, signed_url: str | None = None
) -> int:
    """Post a signed form and answer the HTTP status. ``signed_url``: the public address, where it differs."""
    response = await client.post(
        url,
        content=urlencode(params),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": sign(signed_url or url, params, token),
            "User-Agent": "TwilioProxy/1.1",
        },
    )
    return response.status_code
