"""Pages of the portal and pages of the staff behind it."""
