import pytest
from django.db import connection
from django.urls import reverse

from sponsors.models import Organization
from sponsors.models.organizations import pks_with
from sponsors.models.search import holds, is_indexed
from tests.factories import scale as make
from tests.factories import sponsors as sell


def found(typed):
    return [row.name for row in Organization.objects.search(typed).order_by("name")]


def furnish():
    harbor = sell.organization(
        name="Harbor DB", website="https://www.moorings.example/", tags=["Local"]
    )
    sell.contact(organization=harbor, name="Will Ünsal", email="w.uensal@pier.example")
    loom = sell.organization(name="Loomstack IO", website="https://loom.example")
    sell.contact(organization=loom, name="Ada Harborough", email="ada@loom.example")
    sell.organization(name="北京开源")
    harbor.other_names.create(name="Dockside Data")


# (what is typed, what is found)
ASKED = [
    ("harb", ["Harbor DB", "Loomstack IO"]),
    ("HARBOR db", ["Harbor DB"]),
    ("loomstack io", ["Loomstack IO"]),
    ("io", ["Loomstack IO"]),
    ("moorings", ["Harbor DB"]),
    ("www.moorings.example", ["Harbor DB"]),
    ("pier.example", ["Harbor DB"]),
    ("ada@loom", ["Loomstack IO"]),
    ("will", ["Harbor DB"]),
    ("Ünsal", ["Harbor DB"]),
    ("local", ["Harbor DB"]),
    ("dockside", ["Harbor DB"]),
    ("harbor ada", ["Loomstack IO"]),
    ("开源", ["北京开源"]),
    ("orough", ["Loomstack IO"]),
    ("+harbor* -loom", ["Loomstack IO"]),
    ('"harbor', ["Harbor DB", "Loomstack IO"]),
    ("nothing like it", []),
    ("@", ["Harbor DB", "Loomstack IO"]),
    ("*", []),
    ("🎉", []),
]


@pytest.mark.django_db(transaction=True)
def test_words_are_found_by_the_indexes_of_words():
    """Full-text indexes know what is committed."""
    furnish()
    assert [(typed, found(typed)) for typed, _ in ASKED] == ASKED
    assert is_indexed("harbor") == (connection.vendor == "mysql")
    assert pks_with(["harb", "ada"], holds) == {Organization.objects.get(name="Loomstack IO").pk}


@pytest.mark.django_db
@pytest.mark.sqlite
def test_words_are_found_without_such_indexes():
    furnish()
    assert [(typed, found(typed)) for typed, _ in ASKED] == ASKED


@pytest.mark.django_db
def test_the_database_has_the_indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT index_name FROM information_schema.statistics "
            "WHERE table_schema = DATABASE() AND index_type = 'FULLTEXT'"
        )
        made = {name for (name,) in cursor.fetchall()}
    assert {"organization_words", "contact_words"} <= made


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize(
    "typed", ["\\", "%", "_", "'; DROP TABLE", "(((", '"', "~<>", "x" * 100, "a b " * 25]
)
def test_no_word_breaks_the_search(typed):
    furnish()
    assert isinstance(found(typed), list)


@pytest.mark.django_db
@pytest.mark.sqlite
def test_the_script_gets_the_rows_alone(conference, as_role):
    furnish()
    client, path = as_role("press"), reverse("sponsors:organizations", args=[conference.slug])
    part = client.get(path, {"q": "harbor db"}, headers={"X-Part": "list"}).content.decode()
    assert part.lstrip().startswith('<div data-number="1">')
    assert "Harbor DB" in part
    assert "<html" not in part
    whole = client.get(path, {"q": "harbor db"})
    assert "<html" in whole.content.decode()
    assert "X-Part" in whole["Vary"]


@pytest.mark.django_db
@pytest.mark.sqlite
def test_lists_are_narrowed_by_kind_and_tag(conference, as_role):
    client, path = as_role("press"), reverse("sponsors:organizations", args=[conference.slug])
    for name, kinds, tags in (
        ("A", ["company", "media"], ["Local", "Hiring"]),
        ("B", ["media"], []),
        ("C", ["project"], ["local"]),
    ):
        sell.organization(name=name, kinds=kinds, tags=tags)
    make.conference()
    listed = lambda **query: [  # noqa: E731
        row.name for row in client.get(path, query).context["page"]
    ]
    assert listed(kind="media") == ["A", "B"]
    assert listed(kind="company") == ["A"]
    assert listed(tag="local") == ["A", "C"]
    assert listed(tag="hiring", kind="media") == ["A"]
    assert listed(tag="nothing") == ["A", "B", "C"]
