"""Models of the records room: the history as it is read, signatures, attachments."""

from records.models.attachment import Attachment, AttachmentContent
from records.models.history import Anchor, Batch, Entry
from records.models.revisable import Revisable
from records.models.signature import Signature

__all__ = ["Anchor", "Attachment", "AttachmentContent", "Batch", "Entry", "Revisable", "Signature"]
