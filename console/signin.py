"""Signing in and out."""

import secrets

from starlette.responses import RedirectResponse, Response

from casework import accounts
from console.rendering import BASE
from console.visit import COOKIE, FORM_COOKIE, Visit, form_token

HOME = BASE + "/conversations"
WRONG = "The email address or the password is not right"


def form(visit: Visit) -> Response:
    """The sign-in form."""
    if visit.signed is not None:
        return RedirectResponse(HOME, status_code=303)
    return _form(visit, visit.request.query_params.get("next", ""), email="", error=None, status=200)


def sign_in(visit: Visit) -> Response:
    """Try what was typed in. Wrong: 422 with the form again; too many tries: 429 with how long to wait."""
    email, password, after = (visit.form.get(name, "") for name in ("email", "password", "next"))
    if not email.strip() or not password:
        errors = {}
        if not email.strip():
            errors["email"] = "Enter your email address"
        if not password:
            errors["password"] = "Enter your password"  # noqa: S105 - what is asked for, not a password
        return _form(visit, after, email, error=errors, status=422)
    address = visit.request.client.host if visit.request.client else "unknown"
    result = accounts.sign_in(visit.console.engine, email, password, address, visit.now)
    if isinstance(result, accounts.NotSignedIn):
        if result.wait is None:
            return _form(visit, after, email, error={"email": WRONG}, status=422)
        minutes = max(1, -(-int(result.wait.total_seconds()) // 60))
        wait = f"Too many wrong tries. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again"
        answer = _form(visit, after, email, error={"email": wait}, status=429)
        answer.headers["Retry-After"] = str(minutes * 60)
        return answer
    answer = RedirectResponse(_safe(after), status_code=303)
    _set(visit, answer, COOKIE, result.token, int(accounts.SESSION_LENGTH.total_seconds()))
    _forget(visit, answer, FORM_COOKIE)
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.signed is not None:
        accounts.sign_out(visit.console.engine, visit.signed, visit.now)
    answer = RedirectResponse(f"{BASE}/sign-in?done=signed-out", status_code=303)
    _forget(visit, answer, COOKIE)
    return answer


def _form(visit: Visit, after: str, email: str, error: dict[str, str] | None, status: int) -> Response:
    nonce = visit.request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    answer = visit.page(
        "sign_in.html",
        status=status,
        form_csrf=form_token(visit.console, nonce),
        after=_safe(after) if after else "",
        email=email[:200],
        errors=error or {},
        signed_out=visit.request.query_params.get("done") == "signed-out",
    )
    _set(visit, answer, FORM_COOKIE, nonce, None)
    return answer


def _safe(after: str) -> str:
    """Where to go after signing in: only ever a page of the console."""
    ours = after.startswith(BASE + "/") and "\\" not in after and after.isprintable()
    return after if ours else HOME


def _set(visit: Visit, answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=BASE,
        secure=visit.console.cookie_secure,
        httponly=True,
        samesite="lax",
    )


def _forget(visit: Visit, answer: Response, name: str) -> None:
    answer.delete_cookie(name, path=BASE, secure=visit.console.cookie_secure, httponly=True, samesite="lax")
