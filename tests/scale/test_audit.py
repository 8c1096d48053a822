"""What someone did to a row, and why, is kept beside what changed in it."""

from scale.models import AuditEntry
from tests.factories import scale as make


def test_tells_who_did_what_and_why(conference):
    person = make.user(name="Priya")
    AuditEntry.objects.tell(conference, "moved", why="The hall is larger.", by=person)
    AuditEntry.objects.tell(make.conference(), "moved", why="Another.", by=None)
    entry = AuditEntry.objects.of_rows([conference]).first()
    assert entry.says() == "moved: The hall is larger."
    assert (entry.actor, entry.conference) == (person, conference)


def test_rows_of_several_tables_are_told_of_together(conference):
    role = make.staff_role(make.user(), conference, "door")
    AuditEntry.objects.tell(conference, "first", why="a", by=None)
    AuditEntry.objects.tell(role, "second", why="b", by=None)
    found = AuditEntry.objects.of_rows([conference, role])
    assert [entry.says() for entry in found][:2] == ["second: b", "first: a"]
    assert list(AuditEntry.objects.of_rows([])) == []
