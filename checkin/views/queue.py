"""What the app on a device calls by itself: its queue, the tickets it needs, a search."""

from collections import defaultdict
from http import HTTPStatus

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from scale.auth import refuse_other_sites

from .. import actions, queue, verdicts
from ..auth import door_page
from ..models import Station

TAKEN = queue.Refused("taken", "This id was used for another code or at another station.")
SLOW = queue.Refused("slow", "Too many unknown codes came from this station.")


@csrf_exempt
@require_POST
@door_page(*Station.SCANNING)
def scans(request, station):
    """A queue of scans, each taken once. One that cannot be taken stands in nobody's way."""
    refuse_other_sites(request)
    now = timezone.now()
    try:
        if request.content_type != "application/json":
            raise queue.Unreadable("This is no JSON.")
        sent = queue.read(request.body, station, now)
    except queue.Unreadable as error:
        return JsonResponse({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
    station.note_report(sent.version, sent.queued)
    return JsonResponse(
        {"now": now.isoformat(), "answers": taken(station, sent), "undone": undone(station, sent)}
    )


def taken(station, sent):
    """An answer for each scan, in the order sent."""
    lists = {one.pk: one for one in station.conference.checkin_lists.all()} if sent.scans else {}
    groups, read = defaultdict(dict), []
    for entry in sent.scans:
        try:
            checkin_list, attempt = queue.scan_of(entry, lists, sent.clock)
        except queue.Refused as error:
            read.append((entry, error))
            continue
        first = next((g[attempt.scan_id] for g in groups.values() if attempt.scan_id in g), None)
        if first is None:
            groups[checkin_list.pk][attempt.scan_id] = attempt
        elif first.key != attempt.key:
            read.append((entry, TAKEN))
            continue
        read.append((entry, attempt))
    found = {}
    for pk, group in groups.items():
        found |= actions.take(station, lists[pk], list(group.values()))
    return [answer(entry, one, found) for entry, one in read]


def answer(entry, one, found):
    result = one if isinstance(one, queue.Refused) else found[one.scan_id]
    if isinstance(result, actions.ScanIdTaken):
        result = TAKEN
    elif isinstance(result, actions.TooManyUnknown):
        result = SLOW
    if isinstance(result, queue.Refused):
        return refusal(entry, result)
    screen = verdicts.screen(result)
    return {
        "id": queue.entry_id(entry),
        "verdict": screen["verdict"],
        "conflict": result.is_conflict,
        "screen": screen,
    }


def refusal(entry, error):
    return {"id": queue.entry_id(entry), "error": str(error), "why": error.why}


def undone(station, sent):
    answers = []
    for entry in sent.undos:
        try:
            found = actions.undo(
                station, queue.scan_id_of(entry), at=queue.moment_of(entry, sent.clock)
            )
        except queue.Refused as error:
            answers.append(refusal(entry, error))
        except actions.CannotUndo as error:
            why = "late" if error.late else "nothing"
            answers.append(refusal(entry, queue.Refused(why, str(error))))
        else:
            screen = verdicts.screen(found)
            given = queue.entry_id(entry)
            answers.append({"id": given, "verdict": screen["verdict"], "screen": screen})
    return answers
