"""A mail server in a thread, for one conversation after another: it takes messages, or misbehaves as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What it does next, and every message whose end it has seen.

    ``mood``: takes, refuses (the recipient), hangs (at the greeting), drops (before the message), cuts (in
    the middle of it), silent (has the whole message and closes without an answer).
    """

    port: int
    mood: str = "takes"
    seen: list[bytes] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=policy.default) for data in self.seen]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = MailServer(port=listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
        yield server


def _accept(listener: socket.socket, server: MailServer) -> None:
    while True:
        try:
            peer, _address = listener.accept()
        except OSError:
            return
        with peer:
            try:
                _converse(peer, server)
            except OSError:
                continue


def _converse(peer: socket.socket, server: MailServer) -> None:
    lines = peer.makefile("rb")
    if server.mood == "hangs":
        # Says nothing until the client gives up.
        lines.read()
        return
    peer.sendall(b"220 mail.test\r\n")
    for line in lines:
        verb = line[:4].upper().strip()
        if verb == b"RCPT" and server.mood == "refuses":
            peer.sendall(b"451 try later\r\n")
        elif verb == b"DATA":
            if server.mood == "drops":
                return
            peer.sendall(b"354 go on\r\n")
            if server.mood == "cuts":
                lines.readline()
                return
            server.seen.append(b"".join(iter(lines.readline, b".\r\n")))
            if server.mood == "silent":
                return
            peer.sendall(b"250 taken\r\n")
        else:
            peer.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 mail.test\r\n")
            if verb == b"QUIT":
                return
