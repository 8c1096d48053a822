"""A signature rests on a paper or on a click."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from scale import editions, privacy
from sponsors import actions
from sponsors import editions as ours
from sponsors.actions import Refused
from sponsors.models import Contract, ContractTerms
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def paper(name="contract.pdf", content=b"%PDF-1.7 signed"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def client(as_role):
    return as_role("sponsorship")


@pytest.fixture
def deal(conference):
    return sell.sponsorship(conference=conference, agreed=False)


def accept(deal, name="Jo", email="jo@example.org", number=1):
    return actions.accept_terms(deal.pk, number=number, name=name, title="CEO", email=email)


def test_nothing_is_signed_without_a_contract(deal):
    with pytest.raises(Refused) as refusal:
        actions.sign_sponsorship(deal.pk, signed_by="Jo")
    deal.refresh_from_db()
    deal.package.refresh_from_db()
    assert "A signature needs a contract" in str(refusal.value)
    assert (deal.status, deal.package.taken) == ("lead", 0)


def test_the_form_asks_for_the_paper_and_keeps_it(conference, client, deal):
    page = client.get(at("sign", conference, deal.pk))
    assert list(page.context["sign_form"].fields) == ["signed_by", "contract"]
    answer = client.post(at("sign", conference, deal.pk), {"signed_by": "Jo"})
    assert list(answer.context["sign_form"].errors) == ["contract"]
    assert 'value="Jo"' in answer.content.decode()
    sent = {"signed_by": "Jo", "contract": paper()}
    assert client.post(at("sign", conference, deal.pk), sent).status_code == 302
    deal.refresh_from_db()
    kept = deal.contracts.get()
    assert (deal.status, kept.file_name, kept.uploaded_by) == (
        "signed",
        "contract.pdf",
        client.user,
    )
    assert (kept.amount, kept.package) == (deal.amount, deal.package)
    answer = client.get(at("contract-file", conference, kept.pk))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed"
    assert answer["Content-Disposition"] == 'attachment; filename="contract.pdf"'


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (paper("contract.exe"), "This kind of file is not taken."),
        (paper("contract.pdf", b"MZ"), "This is no PDF file."),
        (paper("contract.txt", b"I sign"), "A contract is kept as a PDF."),
        (paper("contract.pdf", b""), "The submitted file is empty."),
        (paper("contract.pdf", b"%PDF-" + b"x" * 10_000_001), "The file is larger than 10 MB."),
    ],
    ids=["exe", "no pdf", "text", "empty", "huge"],
)
def test_what_is_no_contract_is_refused_beside_the_field(conference, client, deal, upload, says):
    answer = client.post(at("sign", conference, deal.pk), {"signed_by": "J", "contract": upload})
    assert answer.context["sign_form"].errors == {"contract": [says]}
    assert not Contract.objects.exists()


def test_a_paper_stays_kept_when_the_package_is_sold_out(conference, client):
    package = sell.package(conference=conference, size=1)
    sell.sponsorship(package=package, status="signed")
    deal = sell.sponsorship(package=package, agreed=False)
    sent = {"signed_by": "Jo", "contract": paper()}
    answer = client.post(at("sign", conference, deal.pk), sent)
    assert "sold out" in str(answer.context["sign_form"].errors)
    assert deal.contracts.live().count() == 1
    page = client.get(at("sign", conference, deal.pk))
    assert list(page.context["sign_form"].fields) == ["signed_by"]


def test_terms_accepted_with_a_click_are_a_contract(conference, client, deal):
    terms = sell.terms(conference)
    kept = accept(deal)
    assert (kept.terms, kept.accepted_name, kept.accepted_title) == (terms, "Jo", "CEO")
    page = client.get(at("sign", conference, deal.pk)).content.decode()
    assert "Terms 1 accepted" in page
    assert 'value="Jo"' in page
    client.post(at("sign", conference, deal.pk), {"signed_by": "Jo"})
    deal.refresh_from_db()
    assert deal.status == "signed"


def test_a_click_counts_for_what_was_accepted(conference, deal):
    sell.terms(conference)
    accept(deal)
    actions.change_sponsorship(deal.pk, package=deal.package, amount=deal.amount, owner=make.user())
    assert deal.contracts.live().exists()
    actions.change_sponsorship(deal.pk, package=deal.package, amount=1, owner=None)
    assert not deal.contracts.live().exists()
    with pytest.raises(Refused):
        actions.sign_sponsorship(deal.pk, signed_by="Jo")
    assert accept(deal).amount == 1
    assert deal.contracts.count() == 2


def test_terms_that_changed_meanwhile_must_be_read_again(conference, deal):
    sell.terms(conference)
    actions.write_terms(conference, "Other terms", by=make.user())
    with pytest.raises(Refused) as refusal:
        accept(deal)
    assert "changed meanwhile" in str(refusal.value)
    assert accept(deal, number=2).terms.text == "Other terms"


def test_a_click_is_taken_once(conference, deal):
    sell.terms(conference)
    first = accept(deal)
    assert accept(deal, email=" JO@example.org") == first
    with pytest.raises(Refused) as refusal:
        accept(deal, name="Eve")
    assert "made already" in str(refusal.value)


@pytest.mark.parametrize("status", ["signed", "lost"])
def test_nothing_is_accepted_that_is_over(conference, status):
    deal = sell.sponsorship(conference=conference, status=status, agreed=False)
    sell.terms(conference)
    with pytest.raises(Refused):
        accept(deal)


def test_another_paper_takes_the_place_of_the_first(conference, client, deal):
    for name in ("one.pdf", "two.pdf"):
        sent = {"contract": paper(name)}
        assert client.post(at("contract", conference, deal.pk), sent).status_code == 302
    assert [one.file_name for one in deal.contracts.live()] == ["two.pdf"]
    page = client.get(at("contract", conference, deal.pk)).content.decode()
    assert page.index("two.pdf") < page.index("one.pdf")
    assert "○ until" in page


def test_a_lost_deal_needs_a_new_contract_when_it_lives_again(conference):
    deal = sell.sponsorship(conference=conference)
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    actions.move_sponsorship(deal.pk, "lead")
    with pytest.raises(Refused):
        actions.sign_sponsorship(deal.pk, signed_by="Jo")
    assert deal.contracts.get().ended_at


def test_terms_are_numbered_and_never_changed(conference, client):
    for text in ("First", "First", "Second", ""):
        client.post(at("terms", conference), {"text": text})
    rows = ContractTerms.objects.order_by("number").values_list("number", "text")
    assert list(rows) == [(1, "First"), (2, "Second"), (3, "")]
    assert ContractTerms.objects.of(conference) is None
    answer = client.post(at("terms", conference), {"text": "x" * 50_001})
    assert list(answer.context["form"].errors) == ["text"]


def test_contracts_of_other_editions_are_not_there(conference, client):
    other = sell.sponsorship()
    kept = other.contracts.get()
    for name, pk in [("contract", other.pk), ("contract-file", kept.pk), ("lost", other.pk)]:
        assert client.get(at(name, conference, pk)).status_code == 404
    lost_file = sell.sponsorship(conference=conference).contracts.get()
    assert client.get(at("contract-file", conference, lost_file.pk)).status_code == 404


def test_a_closed_edition_takes_no_paper(conference, client, deal):
    editions.close(conference)
    answer = client.post(at("contract", conference, deal.pk), {"contract": paper()})
    assert "closed" in answer.content.decode()
    assert not Contract.objects.exists()


# --- one person's data -----------------------------------------------------------------------


def test_who_accepted_is_shown_and_erased(conference, deal):
    sell.terms(conference)
    kept = accept(deal)
    label = "Contact of an organization"
    assert privacy.show("jo@example.org")[label] == [
        f"Terms 1 of {conference} accepted for {deal.organization} as Jo, CEO"
    ]
    privacy.erase("jo@example.org")
    kept.refresh_from_db()
    assert (kept.accepted_name, kept.accepted_title, kept.accepted_email) == ("(erased)", "", "")
    assert privacy.show("jo@example.org") == {}


def test_an_erased_edition_forgets_who_accepted_and_the_papers(
    conference, deal, django_capture_on_commit_callbacks
):
    sell.terms(conference)
    click = accept(deal)
    other = sell.sponsorship(conference=conference, agreed=False)
    kept = actions.upload_contract(other.pk, paper(), "contract.pdf", by=make.user())
    storage, name = kept.file.storage, kept.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        ours.erase(conference)
    click.refresh_from_db()
    assert (click.accepted_name, click.accepted_email) == ("(erased)", "")
    assert not storage.exists(name)


def test_the_next_edition_begins_with_the_terms(conference):
    sell.terms(conference, "Old words", number=1)
    sell.terms(conference, "New words", number=2)
    new = editions.create_next(
        conference, slug="next", name="NEXT 1x", starts_on=conference.starts_on.replace(year=2099)
    )
    assert list(new.contract_terms.values_list("number", "text")) == [(1, "New words")]
