"""What a backup or restore refuses."""


class BackupRefused(Exception):
    """Nothing was done; the message says why, in one line."""
