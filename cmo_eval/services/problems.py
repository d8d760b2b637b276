"""What stops the servers from starting, said in one line."""


class ServicesProblem(Exception):
    """The embedded servers cannot run; the message is one line that says why and what to do."""


class PortTaken(Exception):
    """Another process took the port between the choice and the start."""
