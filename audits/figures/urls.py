"""Address of the quality figures, below /quality/."""

from django.urls import path

from audits.figures.views import quality_page

app_name = "quality"
urlpatterns = [path("", quality_page, name="figures")]
