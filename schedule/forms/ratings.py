from django import forms

from cfp.forms.fields import Prose
from scale.forms import helper

from ..models import Rating

STARS = [(5, "5 ★ Excellent"), (4, "4 ★ Good"), (3, "3 ★ All right"), (2, "2 ★ Not so good")]
STARS += [(1, "1 ★ Poor")]


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label="How was it?",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "How many stars? Please choose."},
    )
    comment = Prose(
        label="A few words (if you like)",
        required=False,
        max_length=Rating.LONGEST,
        help_text="The speakers and the program committee read it, without your name. Nobody else.",
    )
    helper = helper("Send")
