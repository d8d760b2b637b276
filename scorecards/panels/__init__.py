"""Scoring panels: blind scores against written anchors, what they agree on, how that is moderated."""
