"""What an adviser may do beside their caseload. Nobody may anything that was not given to them."""

from casework.tables import Adviser
from console.visit import NotHere, Visit

PROSPECTUS = "prospectus"
"""May edit courses and see what was read in."""
MANAGER = "manager"
"""May see what was asked for and missed, everybody in the registers, and every report of a provider. Runs campaigns."""


def has(adviser: Adviser, role: str) -> bool:
    """Whether the adviser was given a role."""
    return role in (adviser.roles or ())


def need(visit: Visit, role: str) -> None:
    """Go on only for somebody with a role. Raises ``NotHere``, which says which role it takes."""
    if not has(visit.adviser, role):
        raise NotHere(f"needs {role}", needs=role)
