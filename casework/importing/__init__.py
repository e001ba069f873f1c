"""Reading a caseload into the record from a spreadsheet or a CSV file."""
