"""The kinds of rows of a distribution plan, one declaration each."""
