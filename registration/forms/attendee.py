"""One ticket's block: badge facts, extras, questions; for buyers, group codes and the desk."""

from dataclasses import dataclass, replace

from django import forms
from django.utils.functional import cached_property

from scale import money
from scale.codes import digest
from scale.text import canonical_email, plain

from .. import seats
from ..actions import Attendee, Buyer
from ..models import AddOn, Asked, Consent, Lapsed, Question, SaleRules, by_choice
from . import sharing

OFFERED = ("on_sale", "few", "sold_out")
CONSENTS = [
    (Consent.LOGISTICS, "only what I need to know to attend"),
    (Consent.ANNOUNCEMENTS, "also news of this and later conferences"),
    (Consent.OFFERS, "also offers of sponsors, sent by the conference"),
]
GONE = {"invalid_choice": "This is not offered any more. Please choose again."}


class PlainBoundField(forms.BoundField):
    """Bootstrap's classes on the field itself; templates/registration/_field.html has the rest."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        kind = getattr(widget or self.field.widget, "input_type", "")
        css = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
        attrs["class"] = f"{css} is-invalid" if self.errors else css
        return attrs


class PlainForm(forms.Form):
    """Drawn field by field with plain templates: crispy takes ten times as long."""

    bound_field_class = PlainBoundField


class PlainTextField(forms.CharField):
    """One line as people mean it, without surplus white space."""

    def clean(self, value):
        return plain(super().clean(value))


class Options(forms.Select):
    """A select some of whose options can be seen but not chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.unavailable = set()

    def create_option(self, name, value, label, selected, *args, **kwargs):
        option = super().create_option(name, value, label, selected, *args, **kwargs)
        if str(value) in self.unavailable and not selected:
            option["attrs"]["disabled"] = True
        return option


@dataclass(frozen=True)
class Asks:
    """What an edition asks of each attendee, and what can be taken along with a ticket."""

    rules: SaleRules
    add_ons: list[AddOn]
    questions: list[Question]

    @classmethod
    def of(cls, conference, lapsed=None):
        add_ons = AddOn.objects.on_offer(conference, lapsed=lapsed or Lapsed(conference))
        questions = Question.objects.asked(conference)
        return cls(SaleRules.objects.of(conference), add_ons, questions)


class ExtrasForm(PlainForm):
    """What is taken along with one ticket, and the questions that go with it.

    `held` are the keys of extras that the ticket has already. Without a type nothing
    can be offered yet.
    """

    tells_left: tuple[str, ...] = ("few",)

    def __init__(self, *args, asks, ticket_type, held=(), run_out=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.asks, self.ticket_type = asks, ticket_type
        self.held, self.run_out = set(held), run_out
        self.extras, self.questions = {}, {}
        if ticket_type:
            self._offer_extras()
            self._ask_questions()

    def _offer_extras(self):
        """A select for those that exclude each other, else a box to tick."""
        for words, ones in by_choice(self.asks.add_ons):
            fitting = [
                one
                for one in ones
                if one.goes_with(self.ticket_type)
                and (one.state() in OFFERED or one.pk in self.held)
            ]
            if fitting and words:
                name = f"choice-{digest(words)[:8]}"
                self._add_choice(name, words, fitting)
                self.extras[name] = fitting
            else:
                for one in fitting:
                    self._add_box(f"extra-{one.pk}", one)
                    self.extras[f"extra-{one.pk}"] = [one]

    def _add_choice(self, name, words, ones):
        choices = [("", "none"), *((str(one.pk), self._words(one)) for one in ones)]
        chosen = next((str(one.pk) for one in ones if one.pk in self.held), "")
        self.fields[name] = forms.ChoiceField(
            label=words,
            choices=choices,
            initial=chosen,
            required=False,
            widget=Options,
            error_messages=GONE,
        )
        self.fields[name].widget.unavailable = {str(one.pk) for one in ones if self._is_gone(one)}

    def _add_box(self, name, one):
        self.fields[name] = forms.BooleanField(
            label=self._words(one),
            help_text=one.description,
            initial=one.pk in self.held,
            required=False,
        )
        if self._is_gone(one) and not self[name].value():
            self.fields[name].widget.attrs["disabled"] = True

    def _is_gone(self, one):
        return one.state() == "sold_out" and (self.run_out or one.pk not in self.held)

    def _words(self, one):
        """Size M, $20 (3 left)"""
        state, left = one.state(), one.left()
        tells = state in self.tells_left and left is not None
        more = " (sold out)" if state == "sold_out" else f" ({left} left)" if tells else ""
        return f"{one.name}, {money.show(one.price, one.conference.currency)}{more}"

    def _ask_questions(self):
        offered = [one for ones in self.extras.values() for one in ones]
        for question in self.asks.questions:
            if not question.is_for(self.ticket_type, offered):
                continue
            field = question_field(question)
            field.required = question.is_required and not question.extra_ids
            field.is_needed = question.is_required  # perhaps only of who takes an extra
            field.extras = " ".join(map(str, sorted(question.extra_ids)))
            name = f"question-{question.pk}"
            self.fields[name] = field
            self.questions[name] = question

    def extra_fields(self):
        return [self[name] for name in self.extras]

    def question_fields(self):
        return [self[name] for name in self.questions]

    def chosen_add_ons(self):
        """The extras that are chosen now, whether or not the rest of the form is right."""
        chosen = []
        for name, ones in self.extras.items():
            value = self[name].value()
            if name.startswith("choice-"):
                chosen += [one for one in ones if str(one.pk) == str(value)]
            elif value:
                chosen += ones
        return chosen

    def clean(self):
        said, chosen = super().clean(), self.chosen_add_ons()
        for name, question in self.questions.items():
            asked = question.is_for(self.ticket_type, chosen)
            if asked and question.is_required and not said.get(name) and name not in self.errors:
                self.add_error(name, "Please answer this.")
        if problem := seats.problem(chosen):
            self._add_beside(problem.add_on, problem.says)
        return said

    def add_gone(self, quota_id, left):
        """Say it beside the extra that takes from this quota; whether there is one."""
        for name, ones in self.extras.items():
            for one in ones:
                if one in self.chosen_add_ons() and any(
                    quota.pk == quota_id for quota in one.quotas.all()
                ):
                    self.add_error(name, gone_words(one, left))
                    return True
        return False

    def add_not_on_sale(self, error):
        """Say it beside the extra that cannot be had; whether it was chosen here."""
        return self._add_beside(error.thing, str(error))

    def _add_beside(self, add_on, says):
        for name, ones in self.extras.items():
            if add_on in ones and add_on in self.chosen_add_ons():
                self.add_error(name, says)
                return True
        return False

    @cached_property
    def answers(self):
        said, chosen = self.cleaned_data, self.chosen_add_ons()
        return {
            question: "\n".join(value) if isinstance(value := said[name], list) else value
            for name, question in self.questions.items()
            if question.is_for(self.ticket_type, chosen)
        }


class AttendeeForm(ExtrasForm):
    """The first of an order is the buyer where nothing else is said."""

    is_own = False
    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(
        max_length=190,
        label="E-mail address",
        required=False,
        help_text="All tickets go to the buyer, who can send each of them on.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    title = PlainTextField(max_length=120, label="Job title")
    organization = PlainTextField(max_length=120)
    pronouns = PlainTextField(max_length=40)
    postcode = PlainTextField(max_length=12)
    consent = forms.ChoiceField(
        label="We may write to you", choices=CONSENTS, initial=Consent.LOGISTICS, required=False
    )
    shares = sharing.shares_field()
    phone = sharing.PhoneField(help_text="For those exhibitors, and for nothing else.")
    no_photos = forms.BooleanField(required=False, label="No photos, please")
    is_minor = forms.BooleanField(required=False, label="Under 18 during the conference")
    guardian_name = PlainTextField(max_length=120, label="Guardian’s name", required=False)
    guardian_phone = PlainTextField(
        max_length=40,
        label="Guardian’s phone",
        required=False,
        help_text="We call it if something happens on the day.",
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    guardian_agrees = forms.BooleanField(
        required=False, label="The guardian agrees that this person attends"
    )
    accessibility_needs = forms.CharField(
        max_length=1000,
        required=False,
        label="What do you need to take part?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, is_buyer=False, may_stay_open=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_buyer = is_buyer and not self.ticket_type.for_minors
        self._ask_for_badge(self.asks.rules)
        self._ask_to_share(self.asks.rules)
        if self.is_buyer:
            self.fields["name"].required = False
            self.fields["name"].help_text = "Leave it empty if the ticket is for you."
        typed = str(self.data.get(self.add_prefix("name"), "")).strip()
        self.stays_open = may_stay_open and self.is_bound and not typed
        if self.stays_open:
            for field in self.fields.values():
                field.required = False

    def _ask_for_badge(self, rules):
        for name in ("title", "organization", "pronouns", "postcode"):
            asked = getattr(rules, f"ask_{name}")
            if asked == Asked.NO:
                del self.fields[name]
            else:
                self.fields[name].required = asked == Asked.REQUIRED
        if self.ticket_type.for_minors:
            del self.fields["is_minor"]
            self.fields["consent"].choices = CONSENTS[:2]
        if not rules.ask_accessibility:
            del self.fields["accessibility_needs"]

    def _ask_to_share(self, rules):
        """Only of who fills it in for themself."""
        for_self = self.is_buyer or self.is_own
        if not rules.exhibitors_scan or not for_self or self.ticket_type.for_minors:
            del self.fields["shares"], self.fields["phone"]

    # What the template lays out.

    def badge_fields(self):
        names = ("name", "email", "title", "organization", "pronouns", "postcode")
        return [self[name] for name in names if name in self.fields]

    @property
    def needs_guardian(self):
        return self.ticket_type.for_minors

    def clean(self):
        if self.stays_open:
            if self.chosen_add_ons():
                self.add_error("name", "Name who takes the extras, or leave them out for now.")
            return self.cleaned_data
        said = super().clean()
        if self._is_minor(said):
            self._clean_guardian(said)
            if said.get("shares"):
                self.add_error("shares", sharing.TOO_YOUNG)
        if sharing.phone_missing(said, self.errors):
            self.add_error("phone", sharing.NO_PHONE)
        return said

    def is_somebody_else(self, buyer):
        """Whether another person than the buyer is named; needs what both forms said."""
        name, email = self.cleaned_data.get("name"), self.cleaned_data.get("email")
        if not name or (email and canonical_email(email) == buyer.get("buyer_email")):
            return False
        return name.casefold() != buyer.get("buyer_name", "").casefold()

    def _is_minor(self, said):
        return self.ticket_type.for_minors or bool(said.get("is_minor"))

    def _clean_guardian(self, said):
        for name in ("guardian_name", "guardian_phone", "guardian_agrees"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, "We need this for everyone under 18.")
        phone = said.get("guardian_phone", "")
        if phone and sum(letter.isdigit() for letter in phone) < 6:
            self.add_error("guardian_phone", "A phone number has at least six digits.")

    def attendee(self, buyer: Buyer | None = None) -> Attendee:
        said = self.cleaned_data
        if self.stays_open:
            return Attendee(ticket_type=self.ticket_type, name="")
        badge = ("title", "organization", "pronouns", "postcode", "accessibility_needs")
        facts = {name: said.get(name, "") for name in ("name", "email", *badge)}
        if buyer and self.is_buyer and not facts["name"]:
            facts |= {"name": buyer.name, "email": facts["email"] or buyer.email}
        minor, shares = self._is_minor(said), said.get("shares", ())
        return Attendee(
            ticket_type=self.ticket_type,
            **facts,
            no_photos=said["no_photos"],
            consent=said["consent"] or Consent.LOGISTICS,
            is_minor=minor,
            guardian_name=said["guardian_name"] if minor else "",
            guardian_phone=said["guardian_phone"] if minor else "",
            shares=shares,
            phone=said["phone"] if sharing.PHONE in shares else "",
            add_ons=self.chosen_add_ons(),
            answers=self.answers,
        )


class GroupForm(AttendeeForm):
    """Someone takes a place that is paid already; extras only where they cost nothing."""

    is_own = True

    def __init__(self, *args, conference, ticket_type, **kwargs):
        asks = Asks.of(conference)
        free = replace(asks, add_ons=[one for one in asks.add_ons if not one.price])
        super().__init__(*args, asks=free, ticket_type=ticket_type, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = "The ticket goes there."


def gone_words(add_on, left):
    if left <= 0:
        return f"{add_on} is sold out now. Please choose something else, or leave it out."
    return f"Of {add_on} only {left} can be had now. Please choose something else for one of you."


def question_field(question):
    kinds = Question.Kind
    options = [(one, one) for one in question.options()]
    common = {"label": question.text, "help_text": question.help_text, "error_messages": GONE}
    if question.kind == kinds.SEVERAL:
        field = forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple, **common
        )
    elif question.kind == kinds.CHOICE:
        field = forms.ChoiceField(choices=[("", "please choose"), *options], **common)
    elif question.kind == kinds.YES_NO:
        choices = [("", "please choose"), ("yes", "yes"), ("no", "no")]
        field = forms.ChoiceField(choices=choices, **common)
    else:
        del common["error_messages"]
        field = forms.CharField(max_length=1000, **common)
    return field
