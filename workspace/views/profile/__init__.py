"""Views of the profile: lists, records, many at once, undo, documents."""
