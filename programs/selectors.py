"""Questions about programs, answered with plain data in a fixed number of queries."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q

from accounts.models import User
from accounts.roles import STAFF
from programs.models import Candidate, Program, WorkPackage
from programs.querysets import ProgramQuerySet


def programs_listed(user: User) -> ProgramQuerySet:
    """The person's programs with `candidate_count` and `member_count`. Lazy: one query when read."""
    return (
        Program.objects.visible_to(user)
        .annotate(
            candidate_count=Count(
                "packages__candidates",
                filter=~Q(packages__candidates__stage=Candidate.Stage.DECLINED),
                distinct=True,
            ),
            member_count=Count("memberships", distinct=True),
        )
        .order_by("code")
    )


def default_package(program: Program) -> WorkPackage:
    """The program's first work package. One query."""
    return WorkPackage.objects.filter(program=program).earliest("position")


def candidates_of(package: WorkPackage) -> list[Candidate]:
    """The package's candidates with site and organization, by stage reached and name. One query."""
    found = Candidate.objects.filter(work_package=package).select_related("site__organization")
    order = {stage: place for place, stage in enumerate(_STAGE_ORDER)}
    return sorted(found, key=lambda row: (order[Candidate.Stage(row.stage)], row.site.name_key, row.pk))


_STAGE_ORDER = (
    Candidate.Stage.SELECTED,
    Candidate.Stage.FINALIST,
    Candidate.Stage.SHORTLIST,
    Candidate.Stage.LONGLIST,
    Candidate.Stage.DECLINED,
)


def candidate_site_ids(package: WorkPackage) -> set[int]:
    """The sites that are candidates already. One query."""
    return set(Candidate.objects.filter(work_package=package).values_list("site_id", flat=True))


def members_of(program: Program) -> list[User]:
    """The people who work on the program, by name. One query."""
    return list(User.objects.filter(memberships__program=program).order_by("full_name", "pk"))


def members_possible(program: Program) -> list[User]:
    """Active people of the company who are not members yet, by name. One query."""
    return list(
        User.objects.filter(is_active=True, role__in=STAFF)
        .exclude(memberships__program=program)
        .order_by("full_name", "pk")
    )


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A site's part in one program that the person may see."""

    code: str
    name: str
    stage: str
    is_in_play: bool


def candidacies_of(*, site_id: int, user: User) -> tuple[list[Candidacy], list[Program]]:
    """The programs a site is a candidate of, and the others, as far as the person may see them. One query."""
    stages = Candidate.objects.filter(site_id=site_id, work_package__program=OuterRef("pk"))
    programs = list(
        Program.objects.visible_to(user)
        .annotate(stages=ArraySubquery(stages.order_by("work_package__position").values("stage")))
        .only("code", "name")
        .order_by("code")
    )
    reached = {program.pk: list(getattr(program, "stages", ())) for program in programs}
    taken = [
        Candidacy(
            program.code,
            program.name,
            str(Candidate.Stage(stage).label),
            stage != Candidate.Stage.DECLINED,
        )
        for program in programs
        for stage in reached[program.pk]
    ]
    return taken, [program for program in programs if not reached[program.pk]]
