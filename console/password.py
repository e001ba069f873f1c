"""An adviser's own password."""

from starlette.responses import RedirectResponse, Response

from casework import accounts
from console.rendering import BASE
from console.visit import Visit


def form(visit: Visit) -> Response:
    """The form, and that it was changed."""
    return _form(visit, done=visit.request.query_params.get("done") == "changed")


def change(visit: Visit) -> Response:
    """Change it: 422 with the form again where it cannot be, 429 after too many wrong tries."""
    current, new, again = (visit.form.get(name, "") for name in ("current", "new", "again"))
    errors: dict[str, str] = {}
    if not current:
        errors["current"] = "Enter your current password"
    if not new:
        errors["new"] = "Enter your new password"
    elif new != again:
        errors["again"] = "Enter the same new password both times"
    if errors:
        return _form(visit, status=422, errors=errors)
    address = visit.request.client.host if visit.request.client else "unknown"
    if visit.signed is None:
        raise PermissionError("nobody is signed in")
    try:
        accounts.change_password(visit.console.engine, visit.signed, current, new, address, visit.now)
    except accounts.PasswordError as refused:
        if refused.wait is None:
            return _form(visit, status=422, errors={refused.field: str(refused)})
        minutes = max(1, -(-int(refused.wait.total_seconds()) // 60))
        wait = f"Too many wrong tries. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again"
        answer = _form(visit, status=429, errors={"current": wait})
        answer.headers["Retry-After"] = str(minutes * 60)
        return answer
    return RedirectResponse(f"{BASE}/password?done=changed", status_code=303)


def _form(visit: Visit, *, status: int = 200, errors: dict[str, str] | None = None, done: bool = False) -> Response:
    return visit.page(
        "password.html", status=status, errors=errors or {}, done=done, shortest=accounts.SHORTEST_PASSWORD
    )
