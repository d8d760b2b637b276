"""Views of the directory that people keep: a name for an address, for oneself or for everyone."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from partners.models import SavedView
from partners.policies import SitePolicy
from records.context import recorded

NOT_KEPT = ("page", "export", "columns", "rows", "compare")
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class DeletedView:
    """What a deleted view was, so that it can come back."""

    name: str
    query: str
    is_shared: bool


def views_of(user: User) -> list[SavedView]:
    """One's own views and those that others share, by name. One query."""
    return list(
        SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner").order_by("name")
    )


def plain_query(params: QueryDict) -> str:
    """The address of a view without what belongs to a moment (page, export, tray) or is empty."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in NOT_KEPT and (given := [value for value in values if value]):
            kept.setlist(name, given)
    return kept.urlencode()


def view_save(*, owner: User, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a view; one of the same name is replaced.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a name, or for an address that is too long.
    """
    SitePolicy.view.require(owner)
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the view a name.")})
    if len(query) > LONGEST:
        raise ValidationError({"query": _("This search is too long to be kept.")})
    kept = plain_query(QueryDict(query))
    with recorded(actor=owner):
        view = SavedView.objects.filter(owner=owner, name=name).first() or SavedView(owner=owner, name=name)
        view.query, view.is_shared = kept, is_shared
        view.full_clean()
        view.save()
    return view


def view_delete(*, view: SavedView, actor: User) -> DeletedView:
    """Delete one's own view; what it was is returned, for `view_save`."""
    SitePolicy.view.require(actor)
    was = DeletedView(view.name, view.query, view.is_shared)
    with recorded(actor=actor):
        view.delete()
    return was
