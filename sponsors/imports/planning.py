"""What each line of a list would do, judged against what is known; nothing is written here."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scale.codes import digest

from ..likeness import Likeness
from ..models import Contact, Organization, OtherName, Tag
from ..models.organizations import tag_slug
from .facts import Facts, Fault, facts_of, name_of

FIELDS = ("website", "address", "owner")
WORDS = {"website": "website", "address": "address", "owner": "owner"}
MOST_SHOWN = 200


@dataclass
class Person:
    """A contact that is known (`pk`) or will be."""

    pk: int | None
    name: str
    email: str
    phone: str
    roles: set[str]
    changes: set[str] = field(default_factory=set)
    said: dict[str, tuple[int, Any]] = field(default_factory=dict)


@dataclass
class Draft:
    """An organization that is known (`pk`) or will be, with what the list says of it."""

    pk: int | None
    name: str
    values: dict[str, Any]
    kinds: set[str]
    tags: dict[str, str]
    people: list[Person] = field(default_factory=list)
    changes: set[str] = field(default_factory=set)
    new_tags: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    said: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def same_person(self, email: str, name: str) -> Person | None:
        """By the address; by the name where one of the two has no address."""
        for one in self.people:
            if email and one.email == email:
                return one
        for one in self.people:
            if name_of(one.name) == name_of(name) and not (email and one.email):
                return one
        return None


@dataclass
class Question:
    """A name that may be one that is known: which lines wait for the answer."""

    key: str
    name: str
    candidates: dict[str, str]
    lines: list[int] = field(default_factory=list)


@dataclass
class Plan:
    drafts: list[Draft] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    shown: list[tuple[int, str, str]] = field(default_factory=list)

    def as_json(self) -> dict:
        return {
            "counts": {
                what: self.counts[what] for what in ("new", "changed", "same", "waiting", "error")
            },
            "problems": self.problems[: 5 * MOST_SHOWN],
            "questions": [
                {
                    "key": one.key,
                    "name": one.name,
                    "lines": one.lines[:20],
                    "candidates": list(one.candidates.items())[:10],
                }
                for one in list(self.questions.values())[: 5 * MOST_SHOWN]
            ],
            "shown": self.shown,
        }


class Planner:
    """`choices` are the answers to earlier questions, by the key of the name."""

    def __init__(self, choices: dict[str, str], owners: dict[str, int]) -> None:
        self.choices, self.owners = choices, owners
        self.plan = Plan()
        self.by_pk: dict[int, Draft] = {}
        self.by_name: dict[str, Draft] = {}
        self.likeness = Likeness()
        self.fresh: list[Draft] = []
        self.load()

    def load(self) -> None:
        """Everything that lines are compared with, in five statements."""
        emails: dict[int, list[str]] = defaultdict(list)
        tags = defaultdict(dict)
        links = Organization.tags.through.objects.values_list("organization_id", "tag_id")
        slugs = dict(Tag.objects.values_list("pk", "slug"))
        for pk, tag in links:
            tags[pk][slugs[tag]] = ""
        kinds = [f"is_{kind}" for kind in Organization.Kind.values]
        rows = Organization.objects.order_by("-pk").values_list(
            "pk", "name", "website", "address", "owner_id", *kinds
        )
        for pk, name, website, address, owner, *flags in rows:
            values = {"website": website, "address": address, "owner": owner}
            held = {kind for kind, on in zip(Organization.Kind.values, flags, strict=True) if on}
            self.by_pk[pk] = self.by_name[name_of(name)] = Draft(
                pk, name, values, held, tags.get(pk, {})
            )
        for pk, name in OtherName.objects.values_list("organization", "name"):
            self.by_name.setdefault(name_of(name), self.by_pk[pk])
        self.load_people(emails)
        for pk, draft in self.by_pk.items():
            self.likeness.add(pk, draft.name, draft.values["website"], emails[pk])

    def load_people(self, emails) -> None:
        roles = [f"is_{role}" for role in Contact.Role.values]
        rows = Contact.objects.order_by("pk").values_list(
            "pk", "organization", "name", "email", "phone", *roles
        )
        for pk, organization, name, email, phone, *flags in rows:
            held = {role for role, on in zip(Contact.Role.values, flags, strict=True) if on}
            self.by_pk[organization].people.append(Person(pk, name, email, phone, held))
            emails[organization].append(email)

    def run(self, lines: Iterable[tuple[int, dict[str, str]]]) -> Plan:
        for number, cells in lines:
            try:
                what = self.judge(number, facts_of(cells, self.owners))
            except Fault as fault:
                self.plan.problems.append((number, str(fault)))
                what = "error"
            self.plan.counts[what] += 1
        self.plan.drafts = [
            draft
            for draft in [*self.by_pk.values(), *self.fresh]
            if draft.pk is None
            or draft.changes
            or draft.new_tags
            or draft.also
            or any(one.pk is None or one.changes for one in draft.people)
        ]
        return self.plan

    def judge(self, number: int, facts: Facts) -> str:
        """new, changed, same or waiting; the drafts then hold what the line says."""
        draft = self.draft_of(number, facts)
        if draft is None:
            return "waiting"
        is_new = draft.pk is None and not draft.said
        self.refuse_contradictions(number, draft, facts)
        draft.said.setdefault("line", (number, None))
        changes = [*self.organization(draft, facts), *self.person(number, draft, facts)]
        what = "new" if is_new or "a new contact" in changes else "changed" if changes else "same"
        if what != "same" and len(self.plan.shown) < MOST_SHOWN:
            words = "a new organization" if is_new else ", ".join(changes)
            self.plan.shown.append((number, draft.name, words))
        return what

    def draft_of(self, number: int, facts: Facts) -> Draft | None:
        """The organization that the line means; None while nobody has said which."""
        if draft := self.by_name.get(facts.key):
            return draft
        key = digest(facts.key)[:16]
        candidates = self.likeness.find(facts.name, facts.website, [facts.email])
        if draft := self.chosen(self.choices.get(key, "")):
            draft.also[facts.key] = facts.name
        elif candidates and self.choices.get(key) != "other":
            question = self.plan.questions.setdefault(
                key, Question(key, facts.name, self.named(candidates))
            )
            question.lines.append(number)
            return None
        else:
            draft = Draft(None, facts.name, dict.fromkeys(("website", "address"), ""), set(), {})
            draft.values["owner"] = None
            self.fresh.append(draft)
            self.likeness.add(-len(self.fresh), facts.name, facts.website, [facts.email])
        self.by_name[facts.key] = draft
        return draft

    def chosen(self, choice: str) -> Draft | None:
        what, _, which = choice.partition(":")
        if what == "pk":
            return self.by_pk.get(int(which))
        if what == "key":
            return next((d for d in self.fresh if digest(name_of(d.name))[:16] == which), None)
        return None

    def named(self, candidates: dict[int, str]) -> dict[str, str]:
        """{what the answer says: words for it}"""
        found = {}
        for pk, why in candidates.items():
            if pk > 0:
                found[f"pk:{pk}"] = f"{self.by_pk[pk].name} ({why})"
            else:
                draft = self.fresh[-pk - 1]
                found[f"key:{digest(name_of(draft.name))[:16]}"] = (
                    f"{draft.name}, new in this list ({why})"
                )
        return found

    def refuse_contradictions(self, number: int, draft: Draft, facts: Facts) -> None:
        """A list that says two things of one would change something each time it is read."""
        for name in FIELDS:
            value = getattr(facts, name)
            line, earlier = draft.said.get(name, (number, value))
            if value and earlier != value:
                raise Fault(f"Line {line} says another {WORDS[name]} of {draft.name}.")
        if facts.contact and (person := draft.same_person(facts.email, facts.contact)):
            for name, value in (("name", facts.contact), ("phone", facts.phone)):
                line, earlier = person.said.get(name, (number, value))
                if value and earlier != value:
                    raise Fault(f"Line {line} says another {name} of this contact.")
        for name in FIELDS:
            if getattr(facts, name):
                draft.said.setdefault(name, (number, getattr(facts, name)))

    def organization(self, draft: Draft, facts: Facts) -> list[str]:
        """Words for what the line changes; what it leaves empty stays."""
        found = []
        for name in FIELDS:
            value = getattr(facts, name)
            if value and draft.values[name] != value:
                draft.values[name] = value
                draft.changes.add(name)
                found.append(WORDS[name])
        if facts.kinds - draft.kinds:
            draft.kinds |= facts.kinds
            draft.changes |= {f"is_{kind}" for kind in facts.kinds}
            found.append("kind")
        fresh = {tag_slug(name): name for name in facts.tags}
        fresh = {slug: name for slug, name in fresh.items() if slug not in draft.tags}
        if fresh:
            draft.tags |= fresh
            draft.new_tags |= fresh
            found.append("tags")
        return found

    def person(self, number: int, draft: Draft, facts: Facts) -> list[str]:
        if not facts.contact:
            return []
        one = draft.same_person(facts.email, facts.contact)
        said = {"name": facts.contact, "phone": facts.phone}
        if one is None:
            one = Person(None, facts.contact, facts.email, facts.phone, set(facts.roles))
            draft.people.append(one)
            found = ["a new contact"]
        else:
            found = self.changes_of(one, facts)
        for name, value in said.items():
            if value:
                one.said.setdefault(name, (number, value))
        return found

    def changes_of(self, one: Person, facts: Facts) -> list[str]:
        wanted = {"name": facts.contact, "email": facts.email, "phone": facts.phone}
        if facts.contact == facts.email[:120]:  # the list has no name for them
            del wanted["name"]
        changed = {name for name, value in wanted.items() if value and getattr(one, name) != value}
        for name in changed:
            setattr(one, name, wanted[name])
        if facts.roles - one.roles:
            one.roles |= facts.roles
            changed |= {f"is_{role}" for role in facts.roles}
        if one.pk is not None:
            one.changes |= changed
        return ["a contact"] if changed else []
