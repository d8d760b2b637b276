"""Starts, shares and stops the embedded PostgreSQL and Valkey. Imports nothing of Django.

servers = EmbeddedServers(Path("var"))
urls = servers.ensure()
...
servers.release()
"""

from cmo_eval.services.embedded import EmbeddedServers, ServersStatus, ServiceUrls
from cmo_eval.services.problems import ServicesProblem

__all__ = ["EmbeddedServers", "ServersStatus", "ServiceUrls", "ServicesProblem"]
