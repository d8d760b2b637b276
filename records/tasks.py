"""What the clock asks of the records room."""

from celery import shared_task

from records.anchors import anchor_head


@shared_task(name="records.tasks.history_anchor")
def history_anchor() -> None:
    anchor_head(source="the daily log")
