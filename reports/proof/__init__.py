"""Whether an issued report was altered: what it carries, computed again and set beside what it says."""
