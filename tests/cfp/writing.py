"""How a speaker fills the steps of a submission, for the tests."""

from django.urls import reverse


def page(talk, step="talk-edit"):
    return reverse(f"cfp:{step}", args=[talk.code])


def fields_of(client, talk, step="talk-edit", **changed):
    """What the form of a step would send back unchanged."""
    form = client.get(page(talk, step)).context["form"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            sent[name] = "on" if value is True else value
    return {**sent, **changed}


def save(client, talk, step="talk-edit", **changed):
    return client.post(page(talk, step), fields_of(client, talk, step, **changed))


def hand_in(client, talk):
    """As the last step does it, with what the page shows."""
    seen = client.get(page(talk, "check")).context["mark"]
    return client.post(page(talk, "check"), {"seen": seen})
