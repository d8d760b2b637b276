"""What the clock asks of the pages that combine rooms."""

from celery import shared_task

from workspace.news_letters import news_tell


@shared_task(name="workspace.tasks.tell_news")
def tell_news() -> None:
    news_tell()
