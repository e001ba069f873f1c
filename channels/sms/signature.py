"""Whether a webhook comes from Twilio: its signature over our public address and every parameter.

The rule is Twilio's own ``RequestValidator``; here its sum is done once a request, and compared in constant time.
Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

import hmac
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.types import Scope
from twilio.request_validator import RequestValidator, get_signature_algorithm

MAX_FIELDS = 500
"""Most parameters read from one form; Twilio sends about 25."""


class BadForm(ValueError):
    """The body is not a form. The text is fit to be answered."""


class Form:
    """A form's parameters, in the shape that ``RequestValidator`` reads: every value, blank ones too, untrimmed."""

    def __init__(self, body: bytes) -> None:
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=True,
                errors="strict",
                max_num_fields=MAX_FIELDS,
            )
        except ValueError as error:
            raise BadForm("The form cannot be read.") from error
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return self._values[name]

    def get(self, name: str) -> str:
        """A parameter's first value, or an empty text."""
        values = self._values.get(name)
        return values[0] if values else ""


class SignatureCheck:
    """Checks requests against one token. ``trust_proxy`` only matters where there is no ``public_url``."""

    def __init__(self, auth_token: str | None, public_url: str | None, *, trust_proxy: bool = False) -> None:
        self._validator = RequestValidator(auth_token) if auth_token else None
        self._public_url = public_url.rstrip("/") if public_url else None
        self._trust_proxy = trust_proxy

    def holds(self, scope: Scope, headers: Mapping[str, str], form: Form) -> bool:
        """Whether the request carries the right signature. Anything that goes wrong on the way is a no."""
        try:
            return self._holds(scope, headers, form)
        except Exception:
            return False

    def _holds(self, scope: Scope, headers: Mapping[str, str], form: Form) -> bool:
        given = headers.get("x-twilio-signature", "")
        if self._validator is None or not given:
            return False
        algorithm = get_signature_algorithm(headers.get("x-twilio-webhooks-signature-settings"))
        url = self._base(scope, headers) + _raw_path(scope)
        return self._signs(url, form, algorithm, given) or self._signs(_other_port(url), form, algorithm, given)

    def _signs(self, url: str, form: Form, algorithm: str, given: str) -> bool:
        computed: str = self._validator.compute_signature(url, form, algorithm) if self._validator else ""
        return bool(computed) and hmac.compare_digest(computed.encode(), given.encode())

    def _base(self, scope: Scope, headers: Mapping[str, str]) -> str:
        if self._public_url is not None:
            return self._public_url
        scheme, host = scope["scheme"], headers["host"]
        if self._trust_proxy:
            scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
            host = headers.get("x-forwarded-host", host).split(",")[0].strip()
        return f"{scheme}://{host}"


def _raw_path(scope: Scope) -> str:
    # as it came over the wire: decoding and encoding again would change what was signed
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    path = raw.split(b"?", 1)[0].decode("latin-1")
    return f"{path}?{query.decode('latin-1')}" if query else path


def _other_port(url: str) -> str:
    # Twilio does not say whether it signs the port, and has done both: its own check tries each way
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None:
        host = f"{host}:{443 if parts.scheme == 'https' else 80}"
    return parts._replace(netloc=host).geturl()
