"""The work of jobs of this room: letters with news of watched sites."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job
from jobs.registry import Finish, Progress, handler
from workspace.news_letters import JOB_KIND, is_reader, news_letter
from workspace.news_sending import handed_over, span_begin, span_end


@handler(JOB_KIND, _("News by e-mail"))
def news_mail(job: Job, progress: Progress) -> Finish:
    """Send one letter; none to whoever left or wants none in the meantime, and none about nothing."""
    user = User.objects.filter(pk=job.payload["user"]).first()
    if user is None or not is_reader(user):
        return lambda: {"sent": False}
    span = span_begin(user, datetime.fromisoformat(job.payload["until"]))
    message = None if span.is_empty else news_letter(user=user, span=span)
    sure = handed_over(user, message, span) if message else True

    def finish() -> dict[str, Any]:
        span_end(user, span, written=message is not None, sure=sure)
        return {"sent": message is not None, "sure": sure}

    return finish
