"""Search across the rooms: sites, programs, audits, CAPAs, letters, people, and the rooms themselves."""
