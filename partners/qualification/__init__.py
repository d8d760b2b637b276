"""The qualification file of a site: its standing, quality agreements, what is missing for supply."""
