"""The history of the record's tables. ``onward.migrate`` runs it; ``tools/new-migration`` adds to it."""
