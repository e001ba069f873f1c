"""How people reach Onward: SMS, web chat, and the inbox, turn runner and outbox that every channel shares."""
