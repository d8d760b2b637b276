"""What the clock asks of the audits room."""

from celery import shared_task

from audits.reminding import reminders_send


@shared_task(name="audits.tasks.remind")
def remind() -> None:
    reminders_send()
