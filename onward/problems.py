"""Telling a person at a terminal what is wrong and what to do about it."""


class Problem(Exception):
    """Something that stops a command, in plain words. ``remedy`` says what to do; ``status`` is the exit status."""

    def __init__(self, what: str, remedy: str = "", *, status: int = 1) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.status = status

    def lines(self) -> list[str]:
        """What is printed, to standard error."""
        return [self.what, self.remedy] if self.remedy else [self.what]
