"""The look is tested by itself: with the addresses of a page's frame and no other."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def addresses_of_the_frame(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.common.urls"
