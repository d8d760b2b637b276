"""Free ports of the loopback interface."""

import random
import socket

LOOPBACK = "127.0.0.1"
# Below those that systems give to outgoing connections, of which one could take a port between its choice and
# its use, or while the server that keeps it starts again.
QUIET = range(20_000, 32_000)
QUIET_TRIES = 100


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still fading away counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nothing listens on, one that no outgoing connection is given where there is any."""
    port: int
    for port in random.SystemRandom().sample(QUIET, QUIET_TRIES):
        if port_is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
        return port


def next_free_port(wanted: int, tries: int = 100) -> int:
    """The wanted port, or the first free one of those that follow, or any."""
    for port in range(wanted, min(wanted + tries, 65_536)):
        if port_is_free(port):
            return port
    return free_port()
