"""What the stories of this room share."""

import pytest

from factories.calls import Centre, open_centre


@pytest.fixture
def centre(db: None) -> Centre:
    """A centre that works by the county's protocol, with one unit of each kind on duty."""
    return open_centre()


@pytest.fixture
def bare(db: None) -> Centre:
    """The same centre with nobody on duty."""
    return open_centre(staffed=False)
