"""Roles, reviews, words and stakeholders."""

from django.utils.translation import gettext_lazy as _

from logistics.kinds.kind import Kind
from logistics.kinds.transport import PARTIES
from logistics.models import Consequence, PlanReview, Responsibility, Term
from partners.profile.section import FieldGroup

ROLES = Kind(
    key="roles",
    chapter="people",
    model=Responsibility,
    title=_("Responsibilities"),
    add=_("Add a responsibility"),
    groups=(FieldGroup(_("Responsibility"), (("task",), ("function", "part"), ("person",))),),
    shown=("task", "function", "part", "person"),
    nothing=_("No responsibility yet"),
    why=_("Give each task one function that is accountable and at least one that does it."),
)

REVIEWS = Kind(
    key="reviews",
    chapter="people",
    model=PlanReview,
    title=_("Reviews"),
    add=_("Add a review"),
    groups=(FieldGroup(_("Review"), (("held_on",), ("participants",), ("decisions",), ("consequences",))),),
    shown=("held_on", "participants", "decisions", "consequences"),
    nothing=_("No review yet"),
    why=_("Functions meet regularly, decide, and say what that changes for the others downstream."),
    helps={"consequences": _("Such as a larger pack that no longer fits the freezers of care sites.")},
)

GLOSSARY = Kind(
    key="glossary",
    chapter="people",
    model=Term,
    title=_("Glossary"),
    add=_("Add a word"),
    groups=(FieldGroup(_("Word"), (("kind",), ("word",), ("meaning",))),),
    shown=("word", "kind", "meaning"),
    nothing=_("No word explained yet"),
    why=_("An order can be four things. Name each, explain cryogenic words, have every party agree."),
)

STAKEHOLDERS = Kind(
    key="stakeholders",
    chapter="people",
    model=Consequence,
    title=_("Stakeholders"),
    add=_("Add an assessment"),
    groups=(
        FieldGroup(_("Assessment"), (("topic",), ("finding",), ("answer",), ("settled_on",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("topic", "finding", "answer", "settled_on", "owner"),
    nothing=_("No assessment yet"),
    why=_("Write down what the product means for patients, places, opinion leaders and whoever pays."),
)

KINDS = (PARTIES, ROLES, REVIEWS, GLOSSARY, STAKEHOLDERS)
