"""The course catalogue of an area: providers, courses, runs, and search over them."""
