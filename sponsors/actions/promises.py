"""What a deal promised: issued in one transaction, sent, checked, kept, or taken back.

`issue` and `take_back` run in the transaction of who holds the deal's lock.
Locks: the deal, its package, benefits by id, deliverables by id, then what lies below.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from cfp.actions import give_back_place, hold_place
from registration.models import CompAllowance
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from .. import deliveries
from ..models import Benefit, BenefitConflict, Deliverable, Package, Sponsorship
from .pass_codes import fit
from .rules import Refused, SoldOut

Status = Deliverable.Status
PROOF = ("proof_words", "proof_link", "proof_file", "proof_name")


def issue(deal: Sponsorship) -> None:
    """Everything that the package and the extras promise, or nothing where one is sold out."""
    wanted = promised_by(deal)
    require_no_clash(deal.package, set(wanted))
    for pk, quantity in sorted(wanted.items()):
        take(pk, quantity)
    kept = {row.benefit_id: row for row in deal.deliverables.select_for_update().order_by("pk")}
    benefits = Benefit.objects.filter(pk__in=wanted).select_related("conference")
    for benefit in benefits.order_by("pk"):
        put_down(deal, benefit, wanted[benefit.pk], kept.get(benefit.pk))
    fit(deal)


def promised_by(deal: Sponsorship) -> dict[int, int]:
    """{benefit: how many} of the package and the extras together."""
    wanted: dict[int, int] = {}
    for source in (deal.package.package_benefits, deal.extras):
        for pk, quantity in source.values_list("benefit", "quantity"):
            wanted[pk] = wanted.get(pk, 0) + quantity
    return wanted


def require_no_clash(package: Package, benefits: set[int]) -> None:
    """Refuses two things in one deal of which the catalogue says that they exclude each other."""
    clash = (
        BenefitConflict.objects.filter(Q(other__in=benefits) | Q(package=package))
        .filter(benefit__in=benefits)
        .select_related("benefit", "other", "package")
        .order_by("pk")
        .first()
    )
    if clash:
        raise Refused(f"“{clash.benefit}” and “{clash.other or clash.package}” exclude each other.")


def take(pk: int, quantity: int) -> None:
    """So many of the benefit, by one conditional UPDATE, so that none is promised twice."""
    enough = Q(size=None) | Q(size__gte=F("taken") + quantity)
    if Benefit.objects.filter(enough, pk=pk).update(taken=F("taken") + quantity):
        return
    benefit = Benefit.objects.get(pk=pk)
    left = benefit.left or 0
    raise SoldOut(
        f"“{benefit}” is all promised already."
        if left == 0
        else f"“{benefit}”: {left} left, and this deal needs {quantity}."
    )


def put_down(
    deal: Sponsorship, benefit: Benefit, quantity: int, kept: Deliverable | None
) -> Deliverable:
    """The copy of a benefit; one that was used before the deal was taken back lives again."""
    row = kept or Deliverable(deal=deal, benefit=benefit, owner_id=benefit.owner_id)
    row.owner_id = row.owner_id or deal.owner_id
    row.taken_back_at, row.quantity = None, quantity
    row.due_on = benefit.due_day
    for name in Benefit.TERMS:
        setattr(row, name, getattr(benefit, name))
    row.save()
    if row.kind == Deliverable.Kind.TALK and row.side == Deliverable.Side.US:
        hold_talks(row)
    return row


def hold_talks(row: Deliverable) -> None:
    deal = row.deal
    for n in range(1, row.quantity + 1):
        talk = hold_place(
            deal.conference,
            key=f"sponsorship:{deal.pk}:{row.benefit_id}:{n}",
            title=f"Talk of {deal.organization}"[:250],
            notes=f"Promised to {deal.organization} with {deal.package}: {row.name}. "
            "Ask them for title and speaker, then accept it.",
        )
        row.talks.add(talk)


def take_back(deal: Sponsorship) -> list[str]:
    """Every promise, and its stock; what was used stays, and comes back in words."""
    rows = deal.deliverables.select_for_update().filter(taken_back_at=None).order_by("pk")
    told = []
    for row in rows:
        row.deal = deal
        for pk in row.talks.order_by("pk").values_list("pk", flat=True):
            give_back_place(pk, reason=f"{deal.organization} is no sponsor any more.")
        used = uses(row)
        told += [f"{row.name}: {words}" for words in used]
        if used or row.talks.exists() or row.reminded.exists():
            row.taken_back_at = timezone.now()
            row.save(update_fields=["taken_back_at"])
        else:
            row.delete()
        give_back(row.benefit_id, row.quantity)
    fit(deal)
    return told


def add(deal: Sponsorship, benefit: Benefit, quantity: int) -> Deliverable:
    """More of a benefit for a deal that promises already; the caller holds its lock."""
    take(benefit.pk, quantity)
    row = deal.deliverables.select_for_update().filter(benefit=benefit).first()
    if row is None or row.taken_back_at:
        row = put_down(deal, benefit, quantity, row)
    else:
        row.quantity += quantity
        row.save(update_fields=["quantity"])
        if row.talks.exists():
            hold_talks(row)
    fit(deal)
    return row


def lessen(deal: Sponsorship, benefit: Benefit, quantity: int) -> None:
    """So many fewer; refused for what is used, or for more passes than are left."""
    row = deal.deliverables.select_for_update().filter(benefit=benefit, taken_back_at=None).first()
    if row is None:
        return
    rest = max(0, row.quantity - quantity)
    if row.kind != Deliverable.Kind.PASSES and (stands := uses(row)):
        raise Refused(f"“{row}” cannot be taken out: {', '.join(stands)}.")
    for talk in list(row.talks.order_by("pk"))[rest:]:
        give_back_place(talk.pk, reason=f"Not promised to {deal.organization} any more.")
        row.talks.remove(talk)
    give_back(benefit.pk, row.quantity - rest)
    if rest:
        row.quantity = rest
        row.save(update_fields=["quantity"])
    else:
        row.delete()
    if beyond := fit(deal).get(deal.source_of(row.pass_type_id)):
        n = max(0, quantity - beyond)
        raise Refused(f"“{row}” cannot be taken out: all but {n} are given already.")


def give_back(pk: int, quantity: int) -> None:
    Benefit.objects.filter(pk=pk, taken__gte=quantity).update(taken=F("taken") - quantity)


def uses(row: Deliverable) -> list[str]:
    """What of a promise is used already, in words; empty where nothing is."""
    found = []
    if row.kind == Deliverable.Kind.PASSES and (given := passes_given(row)):
        found.append(f"{given} given; registration can take them back")
    decided = row.talks.exclude(status__in=["submitted", "waitlisted", "withdrawn"])
    found += [f"“{talk}” is {talk.get_status_display()}" for talk in decided.order_by("pk")]
    if row.status != Status.OPEN:
        found.append(f"{row.get_status_display()} already")
    elif row.is_proved:
        found.append("proved already")
    return found


def passes_given(row: Deliverable) -> int:
    source = row.deal.source_of(row.pass_type_id)
    given = CompAllowance.objects.filter(conference=row.deal.conference_id, source=source)
    return given.aggregate(n=Sum("given"))["n"] or 0


def used_of(deal: Sponsorship) -> list[str]:
    """Beforehand: what `take_back` would leave and tell."""
    rows = deal.deliverables.filter(taken_back_at=None).select_related("deal")
    return [f"{row.name}: {words}" for row in rows for words in uses(row)]


# --- one promise -------------------------------------------------------------------------------


def held(pk: int) -> Deliverable:
    """The promise, locked after its deal, of an edition that is open."""
    found = Deliverable.objects.filter(pk=pk).values_list("deal", flat=True).first()
    deal = Sponsorship.objects.select_for_update().filter(pk=found or 0).first()
    row = Deliverable.objects.select_for_update().filter(pk=pk).first()
    if deal is None or row is None:
        raise Refused("This promise was taken back meanwhile.")
    require_open(deal.conference)
    if row.taken_back_at or not deal.is_promised:
        raise Refused("This promise is taken back.")
    row.deal = deal
    return row


@retry
def receive(pk: int, *, file=None, text: str = "", by: User | None = None) -> Deliverable:
    """What they owe has come: a file or words, checked; what came before is replaced.

    `by` is empty when they sent it themselves. Refused tells beside `file` or `text`.
    """
    row = held(pk)
    if row.wanted == Deliverable.Wanted.NOTHING:
        raise Refused(f"Nothing is to be sent for “{row}”.")
    if row.status in (Status.DONE, Status.WAIVED):
        raise Refused(f"“{row}” is settled: ask us to open it again.")
    wants_file = row.wanted in (Deliverable.Wanted.PICTURE, Deliverable.Wanted.PDF)
    if wants_file and file is None:
        raise Refused("Choose a file.", "file")
    changed = ["status", "arrived_at"]
    try:
        if wants_file:
            put_file(row, deliveries.checked_file(row, file), file)
            changed += ["file", "file_name"]
        else:
            row.text = deliveries.checked_text(row, text)
            changed += ["text"]
    except ValidationError as error:
        raise Refused(error.messages[0], "file" if wants_file else "text") from error
    row.status, row.arrived_at = Status.ARRIVED, timezone.now()
    row.save(update_fields=changed)
    return row


def put_file(row: Deliverable, clean, upload) -> None:
    old, storage = row.file.name, row.file.storage
    row.file.save(clean.name, clean, save=False)
    row.file_name = deliveries.shown_name(upload, clean)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@retry
def settle(pk: int, status: str, *, why: str = "") -> Deliverable:
    """Done, waived (why), or open again; what they sent stays with it."""
    row = held(pk)
    if status == Status.WAIVED and not why.strip():
        raise Refused("Say why they need not, or why we need not.", "why")
    if status == Status.ARRIVED and row.side == Deliverable.Side.US:
        raise Refused("What we owe cannot arrive here: mark it done.")
    if status == Status.OPEN and (row.file or row.text):
        status = Status.ARRIVED
    now = timezone.now()
    row.status = status
    row.done_at = now if status == Status.DONE else None
    row.why = why.strip()[:200] if status == Status.WAIVED else ""
    if status == Status.ARRIVED:
        row.arrived_at = row.arrived_at or now
    row.save(update_fields=["status", "done_at", "why", "arrived_at"])
    return row


@retry
def prove(pk: int, *, words: str, link: str, file=None, name: str = "", drop: bool = False):
    """What shows them that we kept it; an open promise is done by that.

    `file` is clean and replaces the one before; `drop` takes that away.
    """
    row = held(pk)
    if row.side != Deliverable.Side.US:
        raise Refused("What they owe arrives: it needs no proof.")
    row.proof_words, row.proof_link = words, link
    old, storage = row.proof_file.name, row.proof_file.storage
    if file:
        row.proof_file.save(file.name, file, save=False)
        row.proof_name = name
    elif drop:
        row.proof_file, row.proof_name = "", ""
    if row.is_proved and row.status == Status.OPEN and row.kind != Deliverable.Kind.PASSES:
        row.status, row.done_at = Status.DONE, timezone.now()
    row.save(update_fields=[*PROOF, "status", "done_at"])
    if old and old != row.proof_file.name:
        transaction.on_commit(lambda: storage.delete(old))
    return row


@retry
def send_again(pk: int) -> Deliverable:
    """What came will not do: it is thrown away, and they are asked once more."""
    row = held(pk)
    if row.status != Status.ARRIVED:
        raise Refused("Nothing has arrived that could be sent back.")
    old, storage = row.file.name, row.file.storage
    row.file, row.file_name, row.text = "", "", ""
    row.status, row.arrived_at = Status.OPEN, None
    row.save(update_fields=["file", "file_name", "text", "status", "arrived_at"])
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    return row


@retry
def assign(pk: int, *, owner: User | None, due_on: dt.date | None) -> Deliverable:
    """Who sees to it, and by when."""
    row = held(pk)
    row.owner, row.due_on = owner, due_on
    row.save(update_fields=["owner", "due_on"])
    return row
