"""What anybody may know of the log: the keys it is signed with, and its newest signed head. Neither says what is in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tipline.core.config import config
from tipline.core.keys import listed_keys, published_keys
from tipline.trust.audit.models import StoredCheckpoint

_A_MOMENT = {"Cache-Control": "public, max-age=10", "Cross-Origin-Resource-Policy": "cross-origin"}


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The signed list of public keys with their validity. A stranger's question makes no key."""
    settings = config()
    if not listed_keys(settings):
        return JsonResponse({"error": "nothing was signed yet"}, status=404)
    return JsonResponse(published_keys(settings), headers=_A_MOMENT, json_dumps_params={"indent": 2})


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, as it was signed."""
    note = StoredCheckpoint.objects.order_by("-size", "-id").values_list("note", flat=True).first()
    if note is None:
        return HttpResponse("nothing was signed yet\n", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(note, content_type="text/plain; charset=utf-8", headers=_A_MOMENT)
