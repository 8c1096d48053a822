"""Changes after the deadline, and what a yes says besides."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions, diffs
from cfp.errors import NotEditable, OwnTalk
from cfp.letters import confirm_path
from cfp.models import Talk, TalkChange
from scale import editions, privacy
from scale.models import AuditEntry, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status
S = TalkChange.Status


@pytest.fixture
def late(ana, conference, at):
    """A talk of Ana's after the deadline."""
    call = cfp.call(conference)
    talk = cfp.talk_of(
        ana.user, conference, title="Old title", abstract="old words", track=cfp.track(conference)
    )
    at(call.closes_at)
    ana.force_login(ana.user)
    return talk


def page(talk):
    return reverse("cfp:change", args=[talk.code])


def listed(conference):
    return reverse("cfp:changes", args=[conference.slug])


def reply(change):
    return reverse("cfp:change-answer", args=[change.talk.conference.slug, change.pk])


def fields(client, talk, **changed):
    form = client.get(page(talk)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


@pytest.mark.sqlite
def test_change_is_asked_seen_as_a_difference_and_accepted(ana, late, as_role, sent, conference):
    assert (
        "Ask for a change" in ana.get(reverse("cfp:talk-edit", args=[late.code])).content.decode()
    )
    ana.post(page(late), fields(ana, late, title="New title", abstract="new words", why="Typo"))
    late.refresh_from_db()
    assert late.title == "Old title"
    program = as_role(Role.PROGRAM)
    change = late.changes.get()
    shown = program.get(listed(conference)).content.decode()
    assert "<del>old</del><ins>new</ins> words" in shown and "Typo" in shown
    program.post(reply(change), {"do": "accept", "seen": change.seen, "answer": "Fine"})
    late.refresh_from_db()
    assert (late.title, late.abstract) == ("New title", "new words")
    assert sent() == [("change answered", ana.user.email)]
    assert "Fine" in OutgoingEmail.objects.get().text


def test_committee_is_told_of_a_wish_and_may_refuse(ana, late, as_role, sent):
    program = as_role(Role.PROGRAM)
    ana.post(page(late), fields(ana, late, title="New title"))
    assert sent() == [("change asked", program.user.email)]
    change = late.changes.get()
    program.post(reply(change), {"do": "refuse", "seen": change.seen})
    late.refresh_from_db()
    change.refresh_from_db()
    assert (late.title, change.status, change.answered_by) == (
        "Old title", S.REFUSED, program.user
    )  # fmt: skip
    answer = program.post(reply(change), {"do": "accept", "seen": change.seen})
    assert answer.status_code == 200
    late.refresh_from_db()
    assert late.title == "Old title"


def test_later_wish_replaces_the_one_that_waits(ana, late):
    for title in ("Second", "Third"):
        ana.post(page(late), fields(ana, late, title=title))
    assert "waits for an answer" in ana.get(page(late)).content.decode()
    assert [(c.status, c.after["title"]) for c in late.changes.all()] == [
        (S.WAITING, "Third"),
        (S.REPLACED, "Second"),
    ]


def test_accepted_talk_is_corrected_at_once_but_for_its_title(ana, late, as_role, conference):
    Talk.objects.filter(pk=late.pk).update(status=Status.CONFIRMED)
    ana.post(page(late), fields(ana, late, title="New title", abstract="better words"))
    late.refresh_from_db()
    assert (late.title, late.abstract) == ("Old title", "better words")
    assert {(c.status, *c.after) for c in late.changes.all()} == {
        (S.MADE, "abstract"),
        (S.WAITING, "title"),
    }
    shown = as_role(Role.PROGRAM).get(listed(conference)).content.decode()
    assert "<del>old</del><ins>better</ins> words" in shown


def test_nothing_different_asks_nobody(ana, late):
    answer = ana.post(page(late), fields(ana, late), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert not late.changes.exists()


def test_bad_input_gets_an_error_beside_its_field(ana, late):
    answer = ana.post(page(late), fields(ana, late, title="", abstract="x" * 1201, language=""))
    assert set(answer.context["form"].errors) == {"title", "abstract", "language"}
    assert not late.changes.exists()


def test_talk_changed_meanwhile_is_looked_at_again(late, ana, as_role):
    [change] = actions.change_talk(late, {"title": "New title"}, by=ana.user)
    seen = change.mark(Talk.objects.get(pk=late.pk))
    actions.rename_talk(late, "Renamed by the chair")
    program = as_role(Role.PROGRAM)
    answer = program.post(reply(change), {"do": "accept", "seen": seen, "answer": "Kept"})
    assert (
        "Look at the difference again" in answer.content.decode()
        and "Kept" in answer.content.decode()
    )
    assert "<del>Renamed</del>" in answer.content.decode()
    late.refresh_from_db()
    assert late.title == "Renamed by the chair"


@pytest.mark.parametrize("data", [{}, {"do": "maybe", "seen": "x"}, {"do": "accept"}])
def test_answer_that_is_none_changes_nothing(late, as_role, data):
    change = cfp.change(late)
    assert "Say yes or no" in as_role(Role.PROGRAM).post(reply(change), data).content.decode()
    change.refresh_from_db()
    assert change.status == S.WAITING


def test_nobody_agrees_to_a_change_of_their_own(late, ana):
    change = cfp.change(late, by=ana.user)
    with pytest.raises(OwnTalk):
        actions.answer_change(change, by=ana.user, agreed=True, seen=change.seen)


def test_changes_reach_their_own_committee_only(late, as_track, as_role, conference):
    change = cfp.change(late)
    for client, status in [
        (as_track(late.track), 200),
        (as_role(Role.PROGRAM), 200),
        (as_track(cfp.track(conference)), 404),
        (as_track(late.track, "reviewer"), 403),
        (as_role(Role.REVIEWER), 403),
    ]:
        assert client.post(reply(change), {}).status_code == status
    assert (
        "Old title" not in as_track(cfp.track(conference)).get(listed(conference)).content.decode()
    )


def test_others_ask_for_nothing(late, as_role, ana):
    sent = fields(ana, late, title="Stolen")
    for client in (as_role(), as_role(Role.CHAIR)):
        assert client.get(page(late)).status_code == 404
        assert client.post(page(late), sent).status_code == 404
    with pytest.raises(NotEditable):
        actions.change_talk(late, {"title": "Stolen"}, by=scale.user())
    assert not late.changes.exists()


@pytest.mark.parametrize("status", ["draft", "rejected", "withdrawn", "cancelled", "declined"])
def test_talk_that_is_over_stays_as_it_is(late, ana, status):
    Talk.objects.filter(pk=late.pk).update(status=status)
    assert ana.get(page(late)).url == reverse("cfp:talk-edit", args=[late.code])
    with pytest.raises(NotEditable):
        actions.change_talk(late, {"title": "x"}, by=ana.user)


def test_until_the_deadline_the_form_is_the_way(ana, conference, open_call):
    talk = cfp.talk_of(ana.user, conference)
    assert ana.get(page(talk)).url == reverse("cfp:talk-edit", args=[talk.code])


def test_closed_edition_changes_nothing(late, ana, conference):
    change = cfp.change(late)
    conference.closed_at = timezone.now()
    conference.save()
    with pytest.raises(editions.EditionClosed):
        actions.answer_change(change, by=scale.user(), agreed=True, seen=change.seen)
    with pytest.raises(editions.EditionClosed):
        actions.change_talk(late, {"title": "x"}, by=ana.user)


def test_list_costs_the_same_with_more_changes(
    conference, as_role, django_assert_num_queries, django_assert_max_num_queries
):
    program, user = as_role(Role.PROGRAM), scale.user()
    cfp.change(cfp.talk(conference), by=user)
    with django_assert_max_num_queries(50) as one:
        program.get(listed(conference))
    for _ in range(3):
        cfp.change(cfp.talk(conference), by=user)
    with django_assert_num_queries(len(one)):
        program.get(listed(conference))


def test_difference_reads_as_both_texts():
    for old, new in [("a b c", "a x c"), ("", "x"), ("x", ""), ("w " * 2000, "w " * 1999 + "v")]:
        pieces = list(diffs.pieces(old, new))
        assert "".join(text for kind, text in pieces if kind != "ins") == old
        assert "".join(text for kind, text in pieces if kind != "del") == new


def test_words_of_wishes_go_with_the_edition(late, conference):
    change = cfp.change(late, why="My wedding", answer="Congratulations")
    editions.erase_personal_data(conference)
    change.refresh_from_db()
    assert (change.why, change.answer) == ("", "")


# --- what a yes says ---------------------------------------------------------------------------


@pytest.fixture
def accepted(conference):
    people = [cfp.speaker(name="Ana", email="ana@example.org"), cfp.speaker(name="Bea")]
    return cfp.talk(conference, status=Status.ACCEPTED, speakers=people)


def test_yes_keeps_phone_licence_and_shirts(client, accepted):
    first, second = accepted.talk_speakers.all()
    said = {"do": "confirm", "may_record": "on", "licence": "cc-by", "day_phone": "+1 626 555"}
    said |= {f"shirt-{first.pk}": "m", f"shirt-{second.pk}": ""}
    client.post(confirm_path(accepted), said)
    accepted.refresh_from_db()
    assert (accepted.status, accepted.licence, accepted.day_phone) == (
        "confirmed", "cc-by", "+1 626 555"
    )  # fmt: skip
    assert [link.shirt for link in accepted.talk_speakers.all()] == ["m", ""]
    assert "626 555" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_who_is_not_recorded_gives_no_licence(client, accepted):
    client.post(confirm_path(accepted), {"do": "confirm", "licence": "cc-by"})
    accepted.refresh_from_db()
    assert (accepted.may_record, accepted.licence) == (False, "")


def test_nonsense_in_a_yes_confirms_nothing(client, accepted):
    link = accepted.talk_speakers.first()
    for wrong in ({"licence": "x"}, {f"shirt-{link.pk}": "x"}, {"day_phone": "1" * 41}):
        answer = client.post(confirm_path(accepted), {"do": "confirm", **wrong})
        assert set(answer.context["form"].errors) == set(wrong)
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_phone_and_shirt_are_shown_and_erased(conference, accepted):
    actions.confirm_talk(
        accepted,
        may_record=True,
        day_phone="555 0100",
        shirts={accepted.talk_speakers.first().pk: "xl"},
    )
    assert "555 0100" in str(privacy.show("ana@example.org"))
    privacy.erase("ana@example.org")
    accepted.refresh_from_db()
    assert accepted.day_phone == "" and accepted.talk_speakers.first().shirt == ""
    Talk.objects.update(day_phone="1")
    accepted.talk_speakers.update(shirt="s")
    editions.erase_personal_data(conference)
    accepted.refresh_from_db()
    assert accepted.day_phone == ""
    assert {link.shirt for link in accepted.talk_speakers.all()} == {""}
