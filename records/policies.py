"""Who may read the history, see files and sign."""

from accounts.policies import SIGNED_IN, allow
from accounts.roles import Role


class AttachmentPolicy:
    """Files on records. Which records a person sees, and who adds files, is said by each declaration."""

    view = SIGNED_IN


class SignaturePolicy:
    """Signatures. Who signs which record in which meaning is said by each declaration."""

    sign = SIGNED_IN


class HistoryPolicy:
    # Of one record: whoever may see the record itself.
    view = SIGNED_IN
    # Of everything, across all programs.
    view_all = allow(Role.ADMINISTRATOR)
