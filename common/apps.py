"""Shared abstract pieces; no tables and no URLs of its own."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
