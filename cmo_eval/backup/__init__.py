"""A copy of the whole instance in one file, and an instance made from it again."""

from cmo_eval.backup.making import BackupMade, backup_make
from cmo_eval.backup.problems import BackupRefused
from cmo_eval.backup.restoring import Restored, backup_restore

__all__ = ["BackupMade", "BackupRefused", "Restored", "backup_make", "backup_restore"]
