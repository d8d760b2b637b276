"""The Ishikawa diagram of a CAPA: six bones, the problem at the head, the cause on its bone."""

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.models import Capa
from common.charts import Chart, palette
from common.charts.chart import picture
from common.charts.svg import joined, line, rect, text

WIDTH, HEIGHT = 620.0, 230.0
SPINE, HEAD = 115.0, 500.0
C = Capa.Category
TOP = (C.PEOPLE, C.METHOD, C.MACHINE)
BOTTOM = (C.MATERIAL, C.MEASUREMENT, C.ENVIRONMENT)


def fishbone(capa: Capa) -> Chart:
    """The diagram with the bone of the root cause drawn strong; the same as a table."""
    parts = [line(20, SPINE, HEAD, SPINE, palette.stroke("c-axis"), 2)]
    for number, (above, below) in enumerate(zip(TOP, BOTTOM, strict=True)):
        foot = HEAD - 40 - 150 * number
        parts += [_bone(above, foot, 34, capa), _bone(below, foot, HEIGHT - 34, capa)]
    parts += [
        rect(HEAD, SPINE - 18, WIDTH - HEAD - 4, 36, palette.fill("c-band")),
        text(HEAD + 8, SPINE + 4, Truncator(capa.number).chars(16), size=12, bold=True),
    ]
    caption = _("The root cause lies in: %(category)s.") % {
        "category": capa.get_root_cause_category_display()
    }
    rows = tuple((str(each.label), capa.root_cause if each == capa.root_cause_category else "") for each in C)
    return Chart(
        svg=picture(parts, width=WIDTH, height=HEIGHT, caption=caption, description=capa.root_cause),
        caption=caption,
        columns=(_("Category"), _("Root cause")),
        rows=rows,
    )


def _bone(category: Capa.Category, foot: float, end: float, capa: Capa) -> SafeString:
    """A bone from the spine; the one of the root cause is strong and says so."""
    chosen = category == capa.root_cause_category
    tip = foot - 70
    label = f"● {category.label}" if chosen else str(category.label)
    above = end < SPINE
    return joined(
        [
            line(
                tip,
                end,
                foot,
                SPINE,
                palette.stroke("c-bar-line" if chosen else "c-axis"),
                3 if chosen else 1,
            ),
            text(tip, end - 8 if above else end + 18, label, size=12, anchor="middle", bold=chosen),
        ]
    )
