import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from scale import editions
from scale.models import AuditEntry
from sponsors import imports
from sponsors.imports.reading import MOST_LINES, guess_columns, guess_encoding, read
from sponsors.models import Contact, Organization, OrganizationImport, OtherName
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
Status = OrganizationImport.Status
HEAD = "Company,Type,Web,Tags,Owner,Person,Mail,Telephone,Role\n"


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def send(client, conference, text, name="list.csv"):
    """Upload it; the run, or the form's errors."""
    data = text if isinstance(text, bytes) else text.encode()
    answer = client.post(
        at("organization-imports", conference), {"file": SimpleUploadedFile(name, data)}
    )
    if answer.status_code == 200:
        return answer.context["form"].errors
    return OrganizationImport.objects.first()


def press(client, run, django_capture_on_commit_callbacks, **data):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at("organization-import", run.conference, run.pk), data)
    run.refresh_from_db()
    return answer


@pytest.fixture
def bring(conference, as_role, django_capture_on_commit_callbacks):
    """Upload, try and bring in a list with these answers; the run."""
    client = as_role("community")

    def steps(text, for_real=True, **answers):
        run = send(client, conference, text)
        columns = {f"column{n}": name for n, name in enumerate(run.mapping)}
        press(
            client,
            run,
            django_capture_on_commit_callbacks,
            columns=1,
            encoding=run.encoding,
            **columns,
        )
        assert run.status == Status.TRIED, run.error
        for question in run.report["questions"] if answers else []:
            press(
                client,
                run,
                django_capture_on_commit_callbacks,
                **{"try": 1, f"is-{question['key']}": answers[question["name"]]},
            )
        if for_real:
            press(client, run, django_capture_on_commit_callbacks, apply=1)
            assert run.status == Status.DONE, run.error
        return run

    steps.client = client
    return steps


def counts(run):
    return {name: number for name, number in run.report["counts"].items() if number}


LIST = HEAD + (
    'Harbor DB,company; media,harbor.example,"gold, local",,Ada,ADA@harbor.example,+1 5,'
    "primary/billing\n"
    "Harbor DB,,,,,Bea,bea@harbor.example,,press\n"
    "Penguins e.V.,non-profit,https://penguins.example,,,,,,\n"
)


def test_a_list_is_tried_then_brought_in_and_the_second_time_all_is_the_same(bring):
    run = bring(LIST, for_real=False)
    assert counts(run) == {"new": 3}
    assert not Organization.objects.exists()
    assert counts(bring(LIST)) == {"new": 3}
    row = Organization.objects.get(name="Harbor DB")
    assert (row.kinds, row.website) == (["company", "media"], "https://harbor.example")
    assert sorted(tag.name for tag in row.tags.all()) == ["gold", "local"]
    assert [(one.name, one.email, one.phone, one.roles) for one in row.contacts.all()] == [
        ("Ada", "ada@harbor.example", "+1 5", ["primary", "billing"]),
        ("Bea", "bea@harbor.example", "", ["press"]),
    ]
    assert Organization.objects.get(name="Penguins e.V.").kinds == ["project"]
    assert counts(bring(LIST)) == {"same": 3}
    assert (Organization.objects.count(), Contact.objects.count()) == (2, 2)


def test_what_a_list_says_anew_is_changed_and_what_it_leaves_empty_stays(bring):
    bring(LIST)
    run = bring("Company,Web,Mail,Telephone,Tags\nHARBOR db,,ada@harbor.example,+1 6,silver\n")
    assert counts(run) == {"changed": 1}
    row = Organization.objects.get(name="Harbor DB")
    assert row.website == "https://harbor.example"
    assert row.contacts.get(name="Ada").phone == "+1 6"
    assert row.tags.count() == 3


def test_the_edition_is_not_asked_about_doubles_that_are_named_the_same(bring):
    sell.organization(name="Harbor  DB".replace("  ", " "))
    assert counts(bring("Company\nharbor   db\n")) == {"same": 1}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Harbor DB Inc.,,", "nearly the same name"),
        ("Harbour DB,,", "nearly the same name"),
        ("Hárbor D.B. GmbH,,", "nearly the same name"),
        ("Else,www.harbor.example/about,", "the same domain"),
        ("Else,,sales@harbor.example", "the same domain"),
        ("Else,,ada@home.example", "a contact with the same address"),
    ],
)
def test_what_may_be_one_that_is_known_waits_for_an_answer(bring, line, why):
    row = sell.organization(name="Harbor DB", website="https://harbor.example/")
    sell.contact(organization=row, email="ada@home.example")
    text = f"Company,Web,Mail\n{line}\n"
    run = bring(text)
    assert counts(run) == {"waiting": 1}
    assert Organization.objects.count() == 1
    question = run.report["questions"][0]
    assert question["candidates"] == [[f"pk:{row.pk}", f"Harbor DB ({why})"]]


def test_the_same_one_is_remembered_by_its_other_name(bring):
    row = sell.organization(name="Harbor DB")
    text = "Company,Web\nHarbor DB Inc.,harbor.example\n"
    run = bring(text, **{"Harbor DB Inc.": f"pk:{row.pk}"})
    assert counts(run) == {"changed": 1}
    row.refresh_from_db()
    assert row.website == "https://harbor.example"
    assert OtherName.objects.get().name == "Harbor DB Inc."
    assert counts(bring(text)) == {"same": 1}


def test_another_one_is_added_and_not_asked_about_again(bring):
    sell.organization(name="Harbor DB")
    text = "Company\nHarbor DB Inc.\n"
    assert counts(bring(text, **{"Harbor DB Inc.": "other"})) == {"new": 1}
    assert counts(bring(text)) == {"same": 1}
    assert Organization.objects.count() == 2


def test_two_names_in_one_list_that_are_alike_are_asked_about(bring):
    text = "Company,Mail\nHarbor DB,a@example.org\nHarbor DB LLC,b@example.org\n"
    run = bring(text, for_real=False)
    assert counts(run) == {"new": 1, "waiting": 1}
    answer = run.report["questions"][0]["candidates"][0][0]
    assert counts(bring(text, **{"Harbor DB LLC": answer})) == {"new": 2}
    assert Organization.objects.get().contacts.count() == 2
    assert counts(bring(text)) == {"same": 2}


def test_numbers_that_differ_are_no_likeness(bring):
    sell.organization(name="Studio 54")
    assert counts(bring("Company\nStudio 55\n")) == {"new": 1}


BAD = [
    (",,,,,Ada,,,", "The name of the organization is missing."),
    ("x" * 161 + ",,,,,,,,", "The organization is longer than 160 letters."),
    ("A,cartel,,,,,,,", "“cartel” is no kind that we know."),
    ("A,,javascript://alert(1),,,,,,", "“javascript://alert(1)” is no web address."),
    ("A,,,,nobody@example.org,,,,", "“nobody@example.org” is nobody of the committees."),
    ("A,,,,,Ada,nobody,,", "“nobody” is no e-mail address."),
    ("A,,,,,,,+1 5,", "The contact has neither a name nor an e-mail address."),
    ("A,,,,,Ada,,,boss", "“boss” is no role that we know."),
    ("A,,," + "x" * 41 + ",,,,,", f"“{'x' * 40}…” is longer than 40 letters."),
]


@pytest.mark.parametrize(("line", "says"), BAD)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_brought_in(bring, line, says):
    run = bring(f"{HEAD}Good one,,,,,,,,\n{line}\n")
    assert run.report["problems"] == [[3, says]]
    assert [row.name for row in Organization.objects.all()] == ["Good one"]


def test_a_list_that_contradicts_itself_is_told_so(bring):
    text = "Company,Web\nHarbor,a.example\nHarbor,b.example\n"
    assert bring(text).report["problems"] == [[3, "Line 2 says another website of Harbor."]]
    assert counts(bring(text)) == {"same": 1, "error": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_letters_and_separators_are_found_out(encoding, delimiter):
    text = f"Name{delimiter}Contact\nBücherei Süd{delimiter}Zoë Núñez\n"
    data = text.encode(encoding)
    table = read(data, guess_encoding(data))
    assert table.header == ["Name", "Contact"]
    assert table.lines == [(2, ["Bücherei Süd", "Zoë Núñez"])]


def test_columns_are_known_by_many_names():
    assert guess_columns(["COMPANY NAME", "web-site", "E-Mail Address", "Shoe size", "Name"]) == [
        *("organization", "website", "email", "", ""),
    ]


def test_how_columns_were_named_is_remembered(bring, conference):
    client = bring.client
    run = send(client, conference, "Ding,Netz\nHarbor DB,harbor.example\n")
    assert run.mapping == ["", ""]
    answer = client.post(
        at("organization-import", conference, run.pk), {"columns": 1, "encoding": "utf-8"}
    )
    assert "Say which column has the name" in answer.content.decode()
    data = {"columns": 1, "encoding": "utf-8", "column0": "organization", "column1": "website"}
    client.post(at("organization-import", conference, run.pk), data)
    again = send(client, conference, "DING,netz\nLoomstack,\n")
    assert again.mapping == ["organization", "website"]


def test_one_column_cannot_be_named_twice(bring, conference):
    run = send(bring.client, conference, "A,B\nx,y\n")
    answer = bring.client.post(
        at("organization-import", conference, run.pk),
        {"columns": 1, "encoding": "utf-8", "column0": "organization", "column1": "organization"},
    )
    assert "Two columns cannot both be “Organization”." in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The submitted file is empty."),
        (b"Company\n", "There is no line below the one that names the columns."),
        (b'Company\n"open', "This is no table of lines with commas"),
        (("Company\n" + "x\n" * (MOST_LINES + 1)).encode(), "10,001 lines are too many"),
        (("a," * 61 + "\nx\n").encode(), "62 columns are too many"),
        (b"Company\n" + b"x" * 10_000_000, "The file is larger than 10 MB."),
    ],
)
def test_what_is_no_list_is_refused_beside_the_file(bring, conference, data, says):
    assert says in str(send(bring.client, conference, data)["file"])
    assert not OrganizationImport.objects.exists()


def test_the_file_goes_once_it_is_brought_in_or_forgotten(bring, conference):
    done = bring(LIST)
    assert not done.file
    left = send(bring.client, conference, LIST)
    storage, name = left.file.storage, left.file.name
    OrganizationImport.objects.filter(pk=left.pk).update(
        changed_at=timezone.now() - timezone.timedelta(days=15)
    )
    send(bring.client, conference, LIST)
    left.refresh_from_db()
    assert not left.file
    assert not storage.exists(name)


def test_a_second_click_brings_nothing_in_twice(bring, django_capture_on_commit_callbacks):
    run = bring(LIST)
    press(bring.client, run, django_capture_on_commit_callbacks, apply=1)
    assert run.status == Status.DONE
    assert Organization.objects.count() == 2


def test_a_closed_edition_takes_no_list(bring, conference):
    run = send(bring.client, conference, LIST)
    editions.close(conference)
    assert "is closed and can only be read" in str(send(bring.client, conference, LIST)["file"])
    imports.work(run.pk)
    assert not Organization.objects.exists()


def test_a_list_of_another_edition_is_not_there(bring, as_role, conference):
    run = send(bring.client, conference, LIST)
    other = make.conference()
    client = as_role("community", edition=other)
    assert client.get(at("organization-import", other, run.pk)).status_code == 404


def test_what_goes_out_comes_in_as_the_same(bring, conference):
    bring(LIST)
    sell.organization(name="=SUM(1)", address="Pier 5\nDock 2", owner=bring.client.user)
    answer = bring.client.get(at("organizations-file", conference))
    data = b"".join(answer.streaming_content)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 5
    run = bring(data)
    assert counts(run) == {"same": 4}
    assert any("exported" in entry.says() for entry in AuditEntry.objects.of_rows([conference]))


def test_a_long_list_takes_few_statements(bring, django_assert_max_num_queries, conference):
    text = "Company,Mail\n" + "".join(
        f"Firm number {n},p{n}@firm{n}.example\n" for n in range(1_200)
    )
    run = send(bring.client, conference, text)
    OrganizationImport.objects.filter(pk=run.pk).update(status=Status.WAITING, for_real=True)
    with django_assert_max_num_queries(50):  # 40 on MariaDB; SQLite takes fewer rows at once
        imports.work(run.pk)
    assert Contact.objects.count() == 1_200
