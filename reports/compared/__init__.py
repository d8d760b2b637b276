"""What a comparison says in words and tables, in the active language, whichever file it becomes."""
