import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sponsors.models import Sponsorship
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def paper(name="contract.pdf", content=b"%PDF-1.7 signed"):
    return SimpleUploadedFile(name, content)


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer, form="form"):
    return {name: list(found) for name, found in answer.context[form].errors.items()}


@pytest.fixture
def client(as_role):
    return as_role("sponsorship")


def test_a_deal_from_lead_to_the_public_page(conference, client):
    row = sell.organization(name="Harbor DB")
    package = sell.package(conference=conference, name="Gold", price=5000, size=1)
    client.post(
        at("deal-new", conference, row.pk),
        {"package": package.pk, "amount": "", "owner": client.user.pk},
    )
    deal = Sponsorship.objects.get()
    assert (deal.status, deal.amount, deal.owner) == ("lead", 5000, client.user)
    client.post(at("move", conference, deal.pk), {"status": "contract"})
    client.post(at("sign", conference, deal.pk), {"signed_by": "Jo Lindqvist", "contract": paper()})
    deal.refresh_from_db()
    assert (deal.status, deal.signed_by) == ("signed", "Jo Lindqvist")
    assert b"Harbor DB" in client.get(at("sponsors", conference)).content
    client.post(at("lost", conference, deal.pk), {"lost_why": "budget"})
    assert b"Harbor DB" not in client.get(at("sponsors", conference)).content
    package.refresh_from_db()
    assert package.taken == 0


def buttons(client, deal):
    page = client.get(at("organization", deal.conference, deal.organization_id))
    return [words for _, words, _ in page.context["steps"]], "sign_form" in page.context


@pytest.mark.parametrize(
    ("status", "words", "sign"),
    [
        ("lead", ["We asked them", "They are interested", "Contract sent", "Lost"], True),
        ("contract", ["Back to lead", "We asked them", "They are interested", "Lost"], True),
        ("signed", ["Take the signature back", "They paid", "Lost"], False),
        ("paid", ["Not paid after all"], False),
        ("lost", ["Try again"], False),
    ],
)
def test_the_page_offers_the_moves_of_the_table(conference, client, status, words, sign):
    deal = sell.sponsorship(conference=conference, status=status)
    assert buttons(client, deal) == (words, sign)


def test_a_sold_out_package_is_said_beside_the_signature(conference, client):
    package = sell.package(conference=conference, name="Diamond", size=1)
    sell.sponsorship(package=package, status="signed")
    deal = sell.sponsorship(package=package)
    answer = client.post(at("sign", conference, deal.pk), {"signed_by": "Jo"})
    page = answer.content.decode()
    assert errors(answer, "sign_form") == {"__all__": ["Diamond is sold out: all 1 are signed."]}
    assert "Diamond is sold out: all 1 are signed." in page
    assert 'value="Jo"' in page


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_signature_needs_a_name(conference, client, name):
    deal = sell.sponsorship(conference=conference)
    answer = client.post(at("sign", conference, deal.pk), {"signed_by": name})
    deal.refresh_from_db()
    assert list(errors(answer, "sign_form")) == ["signed_by"]
    assert deal.status == "lead"


def test_signing_again_changes_nothing(conference, client):
    deal = sell.sponsorship(conference=conference)
    for name in ("Jo", "Someone Else"):
        answer = client.post(at("sign", conference, deal.pk), {"signed_by": name})
        assert answer.status_code == 302
    deal.refresh_from_db()
    deal.package.refresh_from_db()
    assert (deal.signed_by, deal.package.taken) == ("Jo", 1)


def test_moves_that_the_table_does_not_know_are_said_in_a_sentence(conference, client):
    deal = sell.sponsorship(conference=conference, status="paid")
    answer = client.post(at("move", conference, deal.pk), {"status": "lead"}, follow=True)
    assert "A deal that is paid cannot become lead." in answer.content.decode()
    for status in ("", "maybe"):
        assert client.post(at("move", conference, deal.pk), {"status": status}).status_code == 400
    deal.refresh_from_db()
    assert deal.status == "paid"


def test_a_signed_deal_keeps_its_package(conference, client):
    deal = sell.sponsorship(
        conference=conference,
        status="signed",
        package=sell.package(conference=conference, name="Gold"),
    )
    other = sell.package(conference=conference)
    answer = client.post(
        at("deal-edit", conference, deal.pk), {"package": other.pk, "amount": "7", "owner": ""}
    )
    assert errors(answer) == {
        "package": [
            "This deal is signed for Gold. Take the signature back first, "
            "then choose another package."
        ]
    }
    client.post(
        at("deal-edit", conference, deal.pk),
        {"package": deal.package_id, "amount": "7.25", "owner": ""},
    )
    deal.refresh_from_db()
    assert (deal.package.name, str(deal.amount)) == ("Gold", "7.25")


def test_a_second_deal_is_refused_in_a_sentence(conference, client):
    deal = sell.sponsorship(conference=conference, organization=sell.organization(name="Harbor DB"))
    answer = client.post(
        at("deal-new", conference, deal.organization_id), {"package": deal.package_id}
    )
    assert errors(answer) == {"__all__": ["Harbor DB has a deal in this edition already."]}
    assert Sponsorship.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"package": ""}, "package"),
        ({"package": "999999"}, "package"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": "999999999999"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"owner": "999999"}, "owner"),
    ],
)
def test_a_bad_deal_is_refused_beside_the_field(conference, client, bad, field):
    row, package = sell.organization(), sell.package(conference=conference)
    answer = client.post(
        at("deal-new", conference, row.pk), {"package": package.pk, "amount": "5"} | bad
    )
    assert list(errors(answer)) == [field]
    assert not Sponsorship.objects.exists()


def test_packages_of_other_editions_cannot_be_chosen(conference, client):
    row, package = sell.organization(), sell.package()
    answer = client.post(at("deal-new", conference, row.pk), {"package": package.pk})
    assert list(errors(answer)) == ["package"]


def test_without_packages_the_form_says_what_to_do(conference, client):
    page = client.get(at("deal-new", conference, sell.organization().pk)).content.decode()
    assert "There is no package yet." in page
    assert f"/admin/sponsors/package/?conference__id__exact={conference.pk}" in page


def test_nothing_given_is_not_called_free(conference, client):
    deal = sell.sponsorship(conference=conference, amount=0)
    page = client.get(at("organization", conference, deal.organization_id)).content.decode()
    assert "no money" in page
    assert "Free" not in page
