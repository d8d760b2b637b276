"""Letters of plain text, in the language of whoever reads them: of what falls due, of comments."""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audits.models import CapaComment, Reminder
from audits.reminding import DueThing
from common.numbers import day_text

Step = Reminder.Step


def reminder_letter(*, reminder: Reminder, thing: DueThing, email: str, name: str) -> EmailMessage:
    """The message, in the language that is active. Sending it twice gives the same Message-ID."""
    subject = _subject(reminder) % {"title": thing.title, "day": day_text(reminder.due_on)}
    told = {
        "kind": capfirst(str(thing.kind)),
        "title": thing.title,
        "site": thing.site,
        "day": day_text(reminder.due_on),
    }
    lines = [
        _("Dear %(name)s,") % {"name": name},
        "",
        _sentence(reminder, thing) % told,
        "",
        _("%(kind)s: %(title)s") % told,
        *([_("Site: %(site)s") % told] if thing.site else []),
        _("Due: %(day)s") % told,
    ]
    lines += ["", whole_address(thing.url) if thing.url else _("To answer, open the link of our invitation.")]
    lines += ["", _("CMO Eval sends each reminder once. This message needs no answer.")]
    return letter(subject, lines, email, f"reminder-{reminder.pk}")


def comment_letter(*, comment: CapaComment, email: str, name: str) -> EmailMessage:
    """What the other side wrote about a CAPA. A contact comes in by their link, our people by its address."""
    capa = comment.capa
    told = {"who": comment.author_name, "capa": str(capa), "site": capa.site.name}
    lines = [
        _("Dear %(name)s,") % {"name": name},
        "",
        _("%(who)s wrote about %(capa)s (%(site)s):") % told,
        "",
        *(f"> {line}" for line in comment.text.splitlines()),
        "",
        _("To answer, open the link of our invitation.")
        if comment.author_id
        else whole_address(str(capa.get_absolute_url())),
    ]
    return letter(_("Comment on %(number)s") % {"number": capa.number}, lines, email, f"comment-{comment.pk}")


def letter(
    subject: str, lines: list[str], email: str, key: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """A message of plain text, to which HTML may be added. The same key and address give the same Message-ID.

    It says that no person wrote it (RFC 3834), so that no absence note comes back.
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] or "localhost"
    return EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body="\n".join(lines),
        to=[email],
        headers={
            "Message-ID": f"<{key}-{_mailbox(email)}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    )


def _subject(reminder: Reminder) -> str:
    if reminder.step == Step.ESCALATED:
        return _("More than a week late: %(title)s, due %(day)s")
    if reminder.step == Step.LATE:
        return _("Late: %(title)s, due %(day)s")
    return _("Due %(day)s: %(title)s")


def _sentence(reminder: Reminder, thing: DueThing) -> str:
    """What is asked. Only what our own people are reminded of is told to the QA leads after a week."""
    if reminder.step == Step.ESCALATED:
        return _(
            "This is more than a week late. It is told to its owner and to the QA leads. "
            "Somebody decides now: finish it, or ask for more time with a reason."
        )
    if reminder.step == Step.LATE and not thing.url:
        return _("This was due on %(day)s, and your answer has not arrived.")
    if reminder.step == Step.LATE and not thing.told_further:
        return _("This was due on %(day)s and is not finished.")
    if reminder.step == Step.LATE:
        return _("This was due on %(day)s and is not finished. After a week it is told to the QA leads.")
    return _("This falls due on %(day)s.")


def whole_address(path: str) -> str:
    """The whole address where the server knows its own; else the path."""
    origins = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return f"{origins[0].rstrip('/')}{path}" if origins else path


def _mailbox(email: str) -> str:
    return "".join(sign for sign in email.lower().replace("@", ".at.") if sign.isalnum() or sign in ".-")
