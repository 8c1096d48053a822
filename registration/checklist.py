"""What is left to do before an edition's sale is set up, step by step, in people's words."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from scale.models import Conference

from .models import AddOn, GroupCode, PromoCode, Question, Quota, SaleRules, Terms, TicketType

DONE, TODO, OPTIONAL = "done", "todo", "optional"


@dataclass(frozen=True)
class Step:
    """`links` are (words, address), the first one for what is left to do."""

    label: str
    state: str
    says: list[str]
    links: list[tuple[str, str]]


def steps(conference: Conference) -> list[Step]:
    types = list(
        TicketType.objects.filter(conference=conference).prefetch_related(
            "prices", Prefetch("quotas", Quota.objects.only("pk"))
        )
    )
    for one in types:
        one.conference = conference
    return [
        _places(conference, types),
        _types(conference, types),
        _prices(conference, types),
        _extras(conference),
        _questions(conference),
        _codes(conference),
        _rules(conference),
        _terms(conference),
        _look(conference, types),
    ]


def _table(model: str, conference: Conference) -> str:
    page = reverse(f"admin:registration_{model}_changelist")
    return f"{page}?conference__id__exact={conference.pk}"


def _new(model: str, conference: Conference, **more: str) -> str:
    page = reverse(f"admin:registration_{model}_add")
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{page}?conference={conference.pk}{extra}"


def _counted(n: int, one: str, many: str = "") -> str:
    return f"1 {one}" if n == 1 else f"{n} {many or one + 's'}"


def _names(things: list) -> str:
    shown = ", ".join(str(thing) for thing in things[:4])
    return f"{shown} and {len(things) - 4} more" if len(things) > 4 else shown


def _places(conference: Conference, types: list[TicketType]) -> Step:
    quotas = conference.quotas.count()
    links = [("Add a number of places", _new("quota", conference))]
    if not quotas:
        says = ["Say how many fit: the building, the tutorial room, the T-shirts of a size."]
        return Step("Places", TODO, says, links)
    free = [one for one in types if not one.quotas.all()]
    says = [f"{_counted(quotas, 'number')} of places."]
    if free:
        says.append(f"Sold without any limit: {_names(free)}.")
    links.append(("All places", _table("quota", conference)))
    return Step("Places", TODO if free else DONE, says, links)


def _types(conference: Conference, types: list[TicketType]) -> Step:
    links = [("Add a ticket type", _new("tickettype", conference))]
    if not types:
        return Step("Ticket types", TODO, ["Nothing is for sale yet."], links)
    hidden = [one for one in types if one.is_hidden]
    says = [f"{_counted(len(types), 'type')}: {_names(types)}."]
    if hidden:
        says.append(f"Not on the tickets page: {_names(hidden)}.")
    links.append(("All types", _table("tickettype", conference)))
    return Step("Ticket types", DONE if len(types) > len(hidden) else TODO, says, links)


def _prices(conference: Conference, types: list[TicketType]) -> Step:
    shown = [one for one in types if not one.is_hidden]
    bare = [one for one in shown if not one.prices.all()]
    links = [
        (f"Price of {one}", reverse("admin:registration_tickettype_change", args=[one.pk]))
        for one in (bare or shown)[:4]
    ]
    if not shown:
        return Step("Prices", TODO, ["First make a ticket type; its prices are below it."], links)
    says = []
    if bare:
        says.append(f"Without a price, so not for sale: {_names(bare)}.")
    now = timezone.now()
    later = [one for one in shown if one.prices.all() and one.state(now) == "soon"]
    over = [one for one in shown if one.prices.all() and one.state(now) == "closed"]
    if later:
        says.append(f"The sale is to begin: {_names(later)}.")
    if over:
        says.append(f"The sale is over: {_names(over)}.")
    return Step("Prices", TODO if bare else DONE, says or ["Every type has its price."], links)


def _extras(conference: Conference) -> Step:
    extras = AddOn.objects.filter(conference=conference)
    total, free = extras.count(), list(extras.filter(quotas=None, is_hidden=False))
    links = [("Add an extra", _new("addon", conference))]
    if not total:
        says = ["T-shirts by size, tutorials, the party. You can sell without any."]
        return Step("Extras", OPTIONAL, says, links)
    says = [f"{_counted(total, 'extra')}."]
    if free:
        says.append(f"Sold without any limit: {_names(free)}.")
    return Step("Extras", DONE, says, [*links, ("All extras", _table("addon", conference))])


def _questions(conference: Conference) -> Step:
    n = Question.objects.filter(conference=conference).count()
    links = [("Add a question", _new("question", conference))]
    if not n:
        says = ["What else you need to know: food, experience, how they heard of you."]
        return Step("Questions", OPTIONAL, says, links)
    links.append(("All questions", _table("question", conference)))
    return Step("Questions", DONE, [f"{_counted(n, 'question')}."], links)


def _codes(conference: Conference) -> Step:
    promos = PromoCode.objects.filter(conference=conference)
    total, idle = promos.count(), promos.filter(is_active=False).count()
    groups = GroupCode.objects.filter(conference=conference).count()
    links = [("Add a promo code", _new("promocode", conference))]
    if not total and not groups:
        says = ["Discounts for friends, students or a newsletter; places that a company pays for."]
        return Step("Codes", OPTIONAL, says, links)
    says = [f"{_counted(total, 'promo code')}, {_counted(groups, 'group code')}."]
    if idle:
        words = "is one of them" if idle == 1 else f"are {idle} of them"
        says.append(f"Not in use {words}: look at the dates, then tick “in use”.")
    links.append(("All promo codes", _table("promocode", conference)))
    links.append(("Group codes", _table("groupcode", conference)))
    return Step("Codes", TODO if idle else DONE, says, links)


def _rules(conference: Conference) -> Step:
    rules = SaleRules.objects.filter(conference=conference).first()
    if rules is None:
        says = ["What is asked for the badge, and until when people may change their tickets."]
        links = [("Set the rules", _new("salerules", conference))]
        return Step("Rules", TODO, [*says, "Until then the usual rules hold."], links)
    page = reverse("admin:registration_salerules_change", args=[rules.pk])
    says = ["The rules are set."]
    unread = rules.ask_accessibility and not rules.accessibility_readers.exists()
    if unread:
        says.append("Accessibility needs are asked for, but nobody is named who sees them.")
    links = [("Look at the rules", page)]
    return Step("Rules", TODO if unread else DONE, says, links)


def _terms(conference: Conference) -> Step:
    known = Terms.objects.in_force(conference)
    missing = [kind for kind in Terms.Kind if kind not in known]
    says = [f"{known[kind]}." for kind in Terms.Kind if kind in known]
    says += [f"No {kind.label} yet." for kind in missing]
    links = [
        (f"Write the {kind.label}", _new("terms", conference, kind=kind.value))
        for kind in (missing or Terms.Kind)
    ]
    return Step("Terms", TODO if missing else DONE, says, links)


def _look(conference: Conference, types: list[TicketType]) -> Step:
    links = [("Look at the tickets page", reverse("registration:tickets", args=[conference.slug]))]
    on_sale = [one for one in types if not one.is_hidden and one.state() in ("on_sale", "few")]
    says = [f"On sale now: {_names(on_sale)}."] if on_sale else ["Nothing is on sale right now."]
    if not conference.is_public:
        says.append("Only staff see it: the edition is not public yet.")
        links.append(
            ("Make it public", reverse("admin:scale_conference_change", args=[conference.pk]))
        )
    ready = on_sale and conference.is_public
    return Step("The tickets page", DONE if ready else TODO, says, links)
