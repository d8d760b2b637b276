"""Every template that the product brings; the first one holds where nobody chose."""

from scorecards import default_template, logistics_template
from scorecards.template_plan import TemplatePlan

TEMPLATES: tuple[TemplatePlan, ...] = (default_template.PLAN, logistics_template.PLAN)
