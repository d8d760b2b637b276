"""Ask for a report, watch it being made, fetch it, find it again."""
