"""The work of jobs of this room: letters that remind, and that tell of comments."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.capas.commenting import COMMENT_JOB
from audits.letters import comment_letter, reminder_letter
from audits.models import CapaComment, Reminder
from audits.reminding import JOB_KIND, source_of
from jobs.models import Job
from jobs.registry import Finish, Progress, handler


@handler(JOB_KIND, _("Reminder by e-mail"))
def reminder_mail(job: Job, progress: Progress) -> Finish:
    """Send one letter; nothing is sent of what was finished or moved to another day in the meantime."""
    reminder = Reminder.objects.get(pk=job.payload["reminder"])
    source = source_of(reminder.record_model)
    thing = source.one(reminder.record_id) if source else None
    sent = thing is not None and thing.due_on == reminder.due_on
    if thing is not None and sent:
        reminder_letter(
            reminder=reminder, thing=thing, email=job.payload["email"], name=job.payload["name"]
        ).send()

    def finish() -> dict[str, Any]:
        return {"sent": sent}

    return finish


@handler(COMMENT_JOB, _("Notice of a comment by e-mail"))
def comment_mail(job: Job, progress: Progress) -> Finish:
    """Tell one person of a comment of the other side."""
    comment = CapaComment.objects.select_related("capa__site", "author").get(pk=job.payload["comment"])
    comment_letter(comment=comment, email=job.payload["email"], name=job.payload["name"]).send()
    return lambda: {"sent": True}
