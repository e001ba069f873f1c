"""The course catalogue of an area: providers, courses, runs, and search over them."""

# whoever can write to the catalogue's tables must also mark it as changed
from prospectus import changes as changes
