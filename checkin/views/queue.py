"""What the app on a device calls by itself: its queue, the tickets it needs, a search."""

import itertools
import zlib
from collections import defaultdict
from http import HTTPStatus

from django.core.serializers.json import DjangoJSONEncoder
from django.http import JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from registration.models import Ticket
from scale import throttle
from scale.auth import refuse_other_sites

from .. import actions, feed, queue, verdicts
from ..auth import door_page
from ..models import Station

TAKEN = queue.Refused("taken", "This id was used for another code or at another station.")
MOST_QUESTIONS = 120  # a minute
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
    lists = lists_for(station, sent)
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


def lists_for(station, sent):
    """By their pk: the station's own, and all others of the edition where a scan is for another."""
    own = station.checkin_list
    if all(queue.list_of(entry) == own.pk for entry in sent.scans):
        return {own.pk: own}
    return {one.pk: one for one in station.conference.checkin_lists.all()}


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


# --- tickets ---------------------------------------------------------------------------------


@require_GET
@door_page(*Station.SCANNING)
def tickets(request, station):
    """The tickets of the edition, or what changed since; one JSON object on each line."""
    found = feed.changes(station, request.GET.get("since", ""), timezone.now())
    texts = (spell(one) for one in itertools.chain([found.head], found.lines))
    answer = StreamingHttpResponse(content_type="application/x-ndjson")
    if accepts_gzip(request):
        texts = gzipped(texts)
        answer["Content-Encoding"] = "gzip"
    answer.streaming_content = texts
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


ENCODER = DjangoJSONEncoder(separators=(",", ":"), ensure_ascii=False)


def spell(line):
    return ENCODER.encode(line).encode() + b"\n"


def accepts_gzip(request):
    """`gzip;q=0` is a refusal."""
    for one in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, quality = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return quality.strip("0.") != "" or not quality
    return False


def gzipped(texts):
    """Sent in pieces as they come, so that a large edition needs no large memory."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for text in texts:
        if piece := packer.compress(text):
            yield piece
    yield packer.flush()


@require_GET
@door_page(*Station.SCANNING)
def search(request, station):
    """Somebody whom the device does not find by itself."""
    words = request.GET.get("q", "")
    if "@" in words and station.kind != Station.Kind.DESK:
        answer = {"error": "Only a desk looks people up by their e-mail address."}
        return JsonResponse(answer, status=HTTPStatus.FORBIDDEN)
    try:
        throttle.hit("door-search", str(station.pk), limit=MOST_QUESTIONS, seconds=60)
    except throttle.Throttled as error:
        answer = JsonResponse({"error": str(error)}, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(error.seconds)
        return answer
    found = Ticket.objects.find(station.conference, words)
    return JsonResponse({"found": feed.found_lines(station.conference, found)})
