"""Charts as SVG made on the server: one picture for screen and paper, its figures as a table beside it."""

from common.charts.bands import Band, band_chart
from common.charts.chart import Chart
from common.charts.contributions import Breakdown, contribution_chart
from common.charts.events import Event, event_timeline
from common.charts.heat import Cell, CriterionRow, heat_map
from common.charts.ranking import CandidateBar, Standing, rank_chart
from common.charts.spans import Fill, Limit, Stage, Stretch, span_chart
from common.charts.waterfall import Step, waterfall_chart
from common.charts.years import YearRange, YearValue, column_chart, fan_chart

__all__ = [
    "Band",
    "Breakdown",
    "CandidateBar",
    "Cell",
    "Chart",
    "CriterionRow",
    "Event",
    "Fill",
    "Limit",
    "Stage",
    "Standing",
    "Step",
    "Stretch",
    "YearRange",
    "YearValue",
    "band_chart",
    "column_chart",
    "contribution_chart",
    "event_timeline",
    "fan_chart",
    "heat_map",
    "rank_chart",
    "span_chart",
    "waterfall_chart",
]
