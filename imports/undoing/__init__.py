"""Taking back a saved import: what it created goes, what it changed is as it was, all of it or nothing."""
