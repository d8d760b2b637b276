"""The work of jobs of this room: letters with news of watched sites."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job
from jobs.registry import Finish, Progress, handler
from workspace.news_letters import JOB_KIND, news_letter


@handler(JOB_KIND, _("News by e-mail"))
def news_mail(job: Job, progress: Progress) -> Finish:
    """Send one letter; none to whoever left in the meantime, and none about nothing."""
    user = User.objects.filter(pk=job.payload["user"], is_active=True).first()
    since, until = (datetime.fromisoformat(job.payload[name]) for name in ("since", "until"))
    message = news_letter(user=user, since=since, until=until) if user else None
    if message:
        message.send()

    def finish() -> dict[str, Any]:
        return {"sent": message is not None}

    return finish
