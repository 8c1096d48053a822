"""The bar at the top of pages that belong to no edition."""

import pytest

MINE = ["/my/talks/", "/my/profile/", "/my/orders/", "/account/email/"]


@pytest.mark.parametrize("path", MINE)
def test_ones_own_pages_lead_back_to_the_current_edition(conference, as_role, path):
    page = as_role().get(path).content.decode()
    slug = conference.slug
    assert f'<a class="brand py-3" href="/{slug}/">' in page
    assert f'<a href="/{slug}/schedule/">Schedule</a>' in page


def test_without_a_public_edition_there_is_the_way_to_the_root(conference, as_role):
    conference.is_public = False
    conference.save()
    page = as_role().get("/my/talks/").content.decode()
    assert '<a class="brand py-3" href="/">scale</a>' in page
    assert ">Schedule<" not in page
