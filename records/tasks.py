"""What the clock asks of the records room."""

from celery import shared_task

from records.anchors import anchor_head
from records.handlers import verification_request


@shared_task(name="records.tasks.history_anchor")
def history_anchor() -> None:
    anchor_head(source="the daily log")


@shared_task(name="records.tasks.history_verify")
def history_verify() -> None:
    verification_request(actor=None)
