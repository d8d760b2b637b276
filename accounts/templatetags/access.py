"""Whether a link is worth showing: asks the permission that the view behind it declares."""

from typing import Any

from django import template
from django.urls import resolve, reverse

from accounts.policies import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def may_open(context: dict[str, Any], url_name: str) -> bool:
    """Whether the person may open an address that takes no arguments: `{% may_open "app:name" as may %}`."""
    view: Any = resolve(reverse(url_name)).func
    permission: Permission = (view if hasattr(view, "permission") else view.view_class).permission
    return permission.allows(context["user"])
