"""From cleaned rows to the database: staged by COPY, compared and written as sets, in one transaction."""
