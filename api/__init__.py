"""The HTTP API: what other systems read and hand in, in the name of a person with an access token."""
