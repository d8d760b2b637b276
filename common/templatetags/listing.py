"""What a list page needs beside its table: chips of the active filters and addresses that keep the view."""

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.http import HttpRequest, QueryDict

register = template.Library()

NOT_FILTERS = ("page", "export")


@dataclass(frozen=True)
class Chip:
    """An active filter: what it is, what it is set to, and the address without it."""

    label: str
    value: str
    remove_url: str


def _replaced(request: HttpRequest, **changes: object) -> str:
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The query string of this page with `changes`; an empty value takes a parameter out.

    {% query page=2 %} or {% query export="csv" page="" %}
    """
    return _replaced(context["request"], **changes)


@register.simple_tag(takes_context=True)
def sort_query(context: dict[str, Any], table: Any, column: Any) -> str:
    """The query string that sorts `table` by `column` (reversed if it does so already), from page 1."""
    changes = {table.prefixed_order_by_field: column.order_by_alias.next, table.prefixed_page_field: None}
    return _replaced(context["request"], **changes)


@register.simple_tag(takes_context=True)
def page_query(context: dict[str, Any], table: Any, number: int) -> str:
    """The query string of another page of `table`."""
    return _replaced(context["request"], **{table.prefixed_page_field: number})


@register.simple_tag(takes_context=True)
def query_except(context: dict[str, Any], *names: str) -> list[tuple[str, str]]:
    """The parameters of this page but `names`, as pairs for hidden inputs of a GET form."""
    params: QueryDict = context["request"].GET
    return [
        (name, value)
        for name, values in params.lists()
        if name not in names and name not in NOT_FILTERS
        for value in values
    ]


@register.simple_tag(takes_context=True)
def query_outside_form(context: dict[str, Any], form: forms.BaseForm) -> list[tuple[str, str]]:
    """The parameters of this page that `form` does not carry, so that filtering keeps the sort order."""
    own = {key for name in form.fields for key in _parameters(form, name)}
    return query_except(context, *own)


def _parameters(form: forms.BaseForm, name: str) -> list[str]:
    """The names under which a field stands in the address: one, or one per part of a range."""
    full = form.add_prefix(name)
    widget = form.fields[name].widget
    suffixes = getattr(widget, "suffixes", None)
    if suffixes:
        return [f"{full}_{suffix}" for suffix in suffixes]
    if isinstance(widget, forms.MultiWidget):
        return [f"{full}{part}" for part in widget.widgets_names]  # type: ignore[attr-defined]
    return [full]


def _shown(field: forms.Field, value: str) -> str:
    """The words a choice is shown with, or the value itself."""
    for key, label in getattr(field, "choices", None) or ():
        if isinstance(label, list | tuple):
            for inner, inner_label in label:
                if str(inner) == value:
                    return str(inner_label)
        elif str(key) == value:
            return str(label)
    return value


def filter_chips(form: forms.BaseForm, request: HttpRequest) -> list[Chip]:
    """One chip per value that `form` filters by, in the order of the form."""
    chips = []
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.HiddenInput):
            continue
        for parameter in _parameters(form, name):
            for value in request.GET.getlist(parameter):
                if value == "":
                    continue
                rest = request.GET.copy()
                rest.setlist(parameter, [other for other in rest.getlist(parameter) if other != value])
                for gone in NOT_FILTERS:
                    rest.pop(gone, None)
                label = form[name].label or name
                chips.append(Chip(str(label), _shown(field, value), f"{request.path}?{rest.urlencode()}"))
    return chips


@register.simple_tag(takes_context=True)
def chips(context: dict[str, Any], form: forms.BaseForm) -> list[Chip]:
    """The chips of a filter form: {% chips filter.form as active %}."""
    return filter_chips(form, context["request"])


@register.filter
def as_input(field: forms.BoundField) -> str:
    """A field of a filter bar with the class its kind of widget needs."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    return field.as_widget(attrs={"class": css})
