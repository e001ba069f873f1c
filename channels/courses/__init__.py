"""The prospectus as public pages: a search and a page for each course. No scripts, no cookies, nobody followed."""
