"""Handing messages to a mail server, and knowing afterwards whether it has them.

Between the last byte of a message and the server's answer nobody knows (RFC 1047): the server may have taken
it and its answer been lost. Whoever must not write twice has to know this case from a plain failure.
"""

from __future__ import annotations

import smtplib
from collections.abc import Buffer
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

END_OF_MESSAGE = b"\r\n.\r\n"


class DeliveryUnknown(smtplib.SMTPException):
    """The server has the whole message and did not say whether it takes it."""


class _Attentive(smtplib.SMTP):
    """Remembers whether the whole of a message left for the server."""

    _handed_over = False

    def send(self, s: Buffer | str) -> None:
        super().send(s)
        # Raised while sending, the end did not leave.
        self._handed_over = isinstance(s, bytes) and s.endswith(END_OF_MESSAGE)

    def data(self, msg: Buffer | str) -> tuple[int, bytes]:
        self._handed_over = False
        try:
            return super().data(msg)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if self._handed_over:
                raise DeliveryUnknown(str(error)) from error
            raise


class _AttentiveSsl(_Attentive, smtplib.SMTP_SSL):
    """The same over a connection that begins encrypted."""


class SmtpBackend(EmailBackend):
    """Django's, which raises `DeliveryUnknown` where it cannot say whether a message went out."""

    @property
    def connection_class(self) -> Any:
        return _AttentiveSsl if self.use_ssl else _Attentive
