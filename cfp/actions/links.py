"""Where slides and recording of a talk are, which comes when everything else is settled."""

from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..errors import DecidedMeanwhile, NotEditable
from ..models import Talk


@retry
def set_links(
    talk: Talk, *, slides_url: str, recording_url: str, seen: str, speaker: User | None = None
) -> Talk:
    """Every public output shows them at once.

    `seen` is the talk's `content_mark(Talk.AFTERWARDS)` when the form was drawn: a recording that
    the crew added meanwhile is not wiped out by a speaker. `speaker` is given where one does it.
    """
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    if speaker and not Talk.objects.of(speaker).filter(pk=talk.pk).exists():
        raise NotEditable("This talk is not yours any more.")
    if locked.status not in Talk.ON_STAGE:
        raise NotEditable(f"This talk is {locked.get_status_display()}; it has no links.")
    if seen != locked.content_mark(Talk.AFTERWARDS):
        raise DecidedMeanwhile("Somebody else changed these links meanwhile. Look at them again.")
    locked.slides_url, locked.recording_url = slides_url, recording_url
    locked.save(update_fields=[*Talk.AFTERWARDS, "changed_at"])
    return locked
