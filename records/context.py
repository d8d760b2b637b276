"""The way to write: `with recorded(actor=…, reason=…)`. See `common.recording`."""

from common.recording import Origin, acting, origin_of, recorded

__all__ = ["Origin", "acting", "origin_of", "recorded"]
