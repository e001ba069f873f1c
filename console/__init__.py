"""The advisers' web pages, rendered on the server."""
