"""What speakers answered to the questions of their call."""

from ..models import CallAnswer, Talk


def differing(talk: Talk, answers: dict[int, str]) -> list[str]:
    """The names of the questions that are answered otherwise by now."""
    said = dict(talk.answers.values_list("question_id", "value"))
    return [f"question-{pk}" for pk, value in answers.items() if said.get(pk, "") != value]


def write_answers(talk: Talk, answers: dict[int, str]) -> None:
    """The caller holds the talk's lock. An empty answer is none."""
    rows = {row.question_id: row for row in talk.answers.all()}
    for pk, value in answers.items():
        row = rows.get(pk)
        if row and not value:
            row.delete()
        elif value and (row is None or row.value != value):
            CallAnswer.objects.update_or_create(
                talk=talk, question_id=pk, defaults={"value": value}
            )


def forget_unasked(talk: Talk) -> None:
    """What is asked of another track or kind; the caller holds the talk's lock."""
    rows = talk.answers.select_related("question")
    for row in rows.prefetch_related("question__tracks", "question__kinds"):
        if not row.question.is_for(talk.track, talk.kind):
            row.delete()
