"""The work of jobs of this room: letters to the assessors of a panel."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import Finish, Progress, handler
from scorecards.panels.inviting import JOB_KIND, invitation


@handler(JOB_KIND, _("Letter to an assessor"))
def panel_mail(job: Job, progress: Progress) -> Finish:
    """Send one letter; none to who left the panel or its program in the meantime."""
    message = invitation(job.payload["seat"], job.payload["version"])
    if message:
        message.send()

    def finish() -> dict[str, Any]:
        return {"sent": message is not None}

    return finish
