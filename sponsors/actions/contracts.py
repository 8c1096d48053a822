"""What a signature rests on: an uploaded contract, or terms accepted with a click."""

import datetime as dt

from django.core.files.base import File
from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import Contract, ContractTerms, Sponsorship
from .rules import Refused, locked

Status = Sponsorship.Status


def require_contract(deal: Sponsorship) -> Contract:
    """What binds both sides; the caller holds the deal's lock."""
    end_outdated_click(deal)
    contract = deal.contracts.live().first()
    if contract is None:
        raise Refused(
            "A signature needs a contract: upload what was signed, or let them accept the "
            "terms on their own page.",
            "contract",
        )
    return contract


def end_contracts(deal: Sponsorship, now: dt.datetime) -> None:
    """Nothing binds a deal that is lost; what was agreed is kept and says until when it was."""
    deal.contracts.end(now)


def end_outdated_click(deal: Sponsorship) -> None:
    """Who accepted another package or another amount has not accepted this one."""
    contract = deal.contracts.live().first()
    if contract and contract.is_click and what_is_agreed(deal) != what_is_agreed(contract):
        deal.contracts.end(timezone.now())


def what_is_agreed(row: Sponsorship | Contract) -> dict:
    names = ("package_id", "amount", "in_kind_value", "in_kind_what")
    return {name: getattr(row, name) for name in names}


@retry
def upload_contract(pk: int, upload: File, name: str, *, by: User) -> Contract:
    """Keep the signed paper; it takes the place of what bound before."""
    deal = locked(pk)
    if deal.status == Status.LOST:
        raise Refused("This deal is lost. Begin it again first.", "contract")
    upload.seek(0)  # a repeated transaction reads it once more
    deal.contracts.end(timezone.now())
    return Contract.objects.create(
        deal=deal, **what_is_agreed(deal), file=upload, file_name=name, uploaded_by=by
    )


@retry
def accept_terms(pk: int, *, number: int, name: str, title: str, email: str) -> Contract:
    """Somebody there read the terms of this number and clicked that they accept them.

    Of two at once the first counts; the same person again changes nothing.
    """
    deal = locked(pk)
    terms = ContractTerms.objects.of(deal.conference)
    email = canonical_email(email)
    end_outdated_click(deal)
    if earlier := deal.contracts.live().first():
        if earlier.is_click and (earlier.accepted_name, earlier.accepted_email) == (name, email):
            return earlier
        raise Refused("The contract is made already; nothing is left to accept.")
    if deal.is_signed or deal.status == Status.LOST:
        raise Refused(f"This deal is {deal.get_status_display()}; there is nothing to accept.")
    if terms is None or terms.number != number:
        raise Refused("The terms were changed meanwhile. Please read them again.")
    return Contract.objects.create(
        deal=deal,
        **what_is_agreed(deal),
        terms=terms,
        accepted_name=name,
        accepted_title=title,
        accepted_email=email,
    )


@retry
def write_terms(conference: Conference, text: str, *, by: User) -> ContractTerms | None:
    """The text that sponsors accept from now on; empty: by click no more. Old ones are kept."""
    require_open(conference)
    Conference.objects.select_for_update().get(pk=conference.pk)
    latest = ContractTerms.objects.filter(conference=conference).order_by("-number").first()
    if (latest.text if latest else "") == text:
        return latest
    return ContractTerms.objects.create(
        conference=conference, number=latest.number + 1 if latest else 1, text=text, written_by=by
    )
