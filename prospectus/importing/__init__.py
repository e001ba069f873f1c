"""Reading course feeds into the catalogue: XCRI-CAP, the National Careers Service's CSV, JSON-LD and spreadsheets."""
