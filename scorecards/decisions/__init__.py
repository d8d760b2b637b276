"""The decision on a work package: written, signed by two people, in force, superseded by a revision."""
