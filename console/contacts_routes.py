"""Where the pages of follow-up are: one young person's contacts, and the weeks for managers."""

from console import contacts, contacts_change, followup
from console.visit import Handler

LOOKED_AT: dict[str, Handler] = {
    "/people/{ref}/contacts": contacts.listed,
    "/people/{ref}/contacts/{contact:int}": contacts.one,
    "/follow-up": followup.overview,
}
SENT: dict[str, Handler] = {
    "/people/{ref}/contacts/measure": contacts_change.measure,
    "/people/{ref}/contacts/remind": contacts_change.remind,
    "/people/{ref}/contacts/text": contacts_change.text,
    "/people/{ref}/contacts/{contact:int}/take-off": contacts_change.take_off,
    "/people/{ref}/contacts/{contact:int}/cancel": contacts_change.cancel,
    "/people/{ref}/contacts/{contact:int}/now": contacts_change.now,
}
