"""What reviewers fill in, and who gives out the talks."""

from django import forms

from .fields import SHORT_TEXT, Line, Prose

WORDS = ("comment", "feedback", "audience", "note")
MARKS = [(1, "No"), (2, "Rather not"), (3, "Maybe"), (4, "Yes"), (5, "Must have")]
POINTS = [(1, "Poor"), (2, "Weak"), (3, "Fair"), (4, "Good"), (5, "Great")]


class Score(forms.TypedChoiceField):
    def __init__(self, *, label, choices):
        super().__init__(
            label=label,
            choices=choices,
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose a score from 1 to 5."},
        )


class ReviewForm(forms.Form):
    """One score, or one for each criterion; who abstains gives none."""

    comment = Prose(rows=5, required=False, max_length=SHORT_TEXT)
    feedback = Prose(
        label="For the speakers",
        rows=3,
        required=False,
        max_length=SHORT_TEXT,
        help_text="They read this when they know the decision, without your name and score.",
    )
    audience = forms.IntegerField(
        label="How many people would come?",
        required=False,
        min_value=0,
        max_value=100_000,
        help_text="Your guess helps to find a room that is large enough.",
    )
    note = Prose(
        label="Private note",
        rows=2,
        required=False,
        max_length=SHORT_TEXT,
        help_text="Only you ever see it.",
    )

    def __init__(self, data, *, review, criteria, tags, rules):
        super().__init__(data)
        if not rules.shares_feedback:
            del self.fields["feedback"]
        self.criteria = {f"criterion-{one.pk}": one for one in criteria}
        self.tags = list(tags)
        self.abstains = bool(data and data.get("abstain"))
        is_shared = rules.others != rules.Others.NEVER
        words = "the committee and the other reviewers" if is_shared else "the committee only"
        self.fields["comment"].help_text = f"For {words}."
        for name, criterion in self.criteria.items():
            self.fields[name] = Score(label=f"{criterion}", choices=POINTS)
        if not self.criteria:
            self.fields["score"] = Score(label="Should we take it?", choices=MARKS)
        if self.tags:
            self.fields["tags"] = forms.MultipleChoiceField(
                required=False,
                choices=[(str(tag.pk), tag.name) for tag in self.tags],
                widget=forms.CheckboxSelectMultiple,
            )
        if self.abstains:
            for name in self.asked:
                self.fields[name].required = False
        if review is not None:
            self.initial = self.said_before(review)

    @property
    def asked(self):
        return list(self.criteria) or ["score"]

    @property
    def questions(self):
        """The scores, for the page."""
        return [self[name] for name in self.asked]

    def said_before(self, review):
        marks = {f"criterion-{m.criterion_id}": m.score for m in review.marks.all()}
        said = {name: getattr(review, name) for name in WORDS} | marks
        if review.score is not None and review.score == int(review.score):
            said["score"] = int(review.score)
        return said | {"tags": [str(tag.pk) for tag in review.tags.all()]}

    def opinion(self):
        """What `review_talk` takes."""
        said = self.cleaned_data
        chosen = set(said.get("tags") or ())
        opinion = {
            "comment": said["comment"],
            "note": said["note"],
            "audience": said["audience"],
            "feedback": said.get("feedback"),
            "tags": [tag for tag in self.tags if str(tag.pk) in chosen],
        }
        if self.abstains:
            return opinion
        if self.criteria:
            return opinion | {"marks": {one: said[name] for name, one in self.criteria.items()}}
        return opinion | {"score": said["score"]}


class SuggestForm(forms.Form):
    """Another track for the talk."""

    track = forms.ModelChoiceField(None, label="Better in", empty_label="Choose a track")
    why = Prose(rows=2, required=False, max_length=SHORT_TEXT, label="Why?")

    def __init__(self, data, *, talk):
        super().__init__(data)
        tracks = talk.conference.tracks.exclude(pk=talk.track_id)
        self.fields["track"].queryset = tracks


class RedactForm(forms.Form):
    words = Prose(
        label="Words that reviewers do not see",
        rows=6,
        required=False,
        max_length=SHORT_TEXT,
        help_text="One a line, as they stand in the text. The speakers’ full names are hidden "
        "without being named here.",
    )


class SpreadForm(forms.Form):
    """How many reviewers each talk gets, in one track or all."""

    k = forms.IntegerField(label="Reviews a talk", min_value=1, max_value=20)
    track = forms.ModelChoiceField(None, required=False, empty_label="Every track")

    def __init__(self, data, *, tracks, initial=None):
        # Two forms of one page ask for a track.
        super().__init__(data, initial=initial, auto_id="spread_%s")
        self.fields["track"].queryset = tracks


class AssignForm(forms.Form):
    """One person, and a whole track or single talks."""

    reviewer = forms.TypedChoiceField(coerce=int)
    track = forms.ModelChoiceField(None, required=False, empty_label="No whole track")
    talks = Line(
        required=False,
        max_length=1000,
        label="Or talks by their codes",
        help_text="With blanks or commas between them.",
    )

    def __init__(self, data, *, people, tracks, rows):
        super().__init__(data)
        self.people = {one.user.pk: one for one in people}
        self.rows = rows
        self.fields["reviewer"].choices = [
            ("", "Choose a person"),
            *[(pk, str(one.user)) for pk, one in self.people.items()],
        ]
        self.fields["track"].queryset = tracks

    def clean(self):
        said = super().clean()
        codes = {one.upper() for one in (said.get("talks") or "").replace(",", " ").split()}
        if not codes and not said.get("track") and not self.errors:
            self.add_error("talks", "Choose a track, or name talks by their codes.")
        found = self.rows.filter(code__in=codes)
        if missing := codes - {talk.code for talk in found}:
            self.add_error("talks", f"There is no talk {', '.join(sorted(missing)[:5])}.")
        return said

    def wanted(self):
        """The talks that are meant."""
        if track := self.cleaned_data["track"]:
            return self.rows.in_review().filter(track=track)
        codes = self.cleaned_data["talks"].upper().replace(",", " ").split()
        return self.rows.filter(code__in=codes)

    def panelist(self):
        return self.people[self.cleaned_data["reviewer"]]
