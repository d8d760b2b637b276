"""Questions about reports, answered in a fixed number of queries."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch

from accounts.models import User
from partners.models import Site
from programs.models import Candidate, Program
from reports.models import Report, ReportCandidate, ReportFile
from reports.querysets import ReportQuerySet


def reports_listed(user: User) -> ReportQuerySet:
    """Every report of the person's programs with whom it is about, person and job. One query."""
    names = ReportCandidate.objects.filter(report=OuterRef("pk")).order_by("position").values("site__name")
    return (
        Report.objects.visible_to(user)
        .select_related("program", "package", "site", "run", "decision", "audit__site", "requested_by", "job")
        .annotate(compared_names=ArraySubquery(names))
    )


def reports_with_files(user: User) -> ReportQuerySet:
    """The same for the library, with the files, whose content stays where it is. Two queries."""
    return reports_listed(user).prefetch_related(Prefetch("files", ReportFile.objects.defer("content")))


def programs_to_report_on(user: User) -> list[Program]:
    """The person's programs that have candidates in play. One query."""
    in_play = Candidate.objects.exclude(stage=Candidate.Stage.DECLINED)
    programs = in_play.values("work_package__program_id")
    return list(Program.objects.visible_to(user).filter(pk__in=programs).order_by("code"))


def sites_to_report_on(program: Program) -> list[Site]:
    """The candidates of a program that are in play, by name. One query."""
    return list(
        Site.objects.filter(
            pk__in=Candidate.objects.filter(work_package__program=program)
            .exclude(stage=Candidate.Stage.DECLINED)
            .values("site_id")
        ).order_by("name_key", "id")
    )
