"""The same charts on paper: rendered by WeasyPrint with selectable text in our own font."""

import io
from typing import cast

import pypdf
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from common.gallery import SAMPLES, sample_charts
from tests.common.tokens import CSS as SHEETS


def test_charts_come_out_on_paper_with_their_words_as_text() -> None:
    fonts = FontConfiguration()
    sheets = [
        CSS(filename=SHEETS / f"{name}.css", font_config=fonts) for name in ("fonts", "tokens", "charts")
    ]
    with translation.override("en"):
        body = "".join(render_to_string("common/_chart.html", {"chart": c}) for c in sample_charts().values())
        made = HTML(string=f'<html lang="en"><title>Charts</title><body>{body}</body></html>').write_pdf(
            stylesheets=sheets, font_config=fonts
        )
    reader = pypdf.PdfReader(io.BytesIO(made))
    # pypdf guesses the spaces of text set piece by piece, so they are left out of the comparison.
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for words in (SAMPLES[0].name, "OAI", "Regulatory and quality", "up to 78.9", "still open"):
        assert words.replace(" ", "") in text
    assert any("Source-Sans-3" in name for page in reader.pages for name in font_names(page))


def font_names(page: pypdf.PageObject) -> set[str]:
    resources = cast("pypdf.generic.DictionaryObject", page["/Resources"])
    fonts = cast("pypdf.generic.DictionaryObject", resources["/Font"])
    return {
        str(cast("pypdf.generic.DictionaryObject", font.get_object())["/BaseFont"]) for font in fonts.values()
    }
