"""Files that a form sends. Small ones stay in memory; a larger one goes to a temporary file, and only where a view says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
_TOO_LARGE = "tipline.too_large"


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let the form of a view send a file of up to this size; the outermost decorator. Elsewhere 2.5 MB are kept, and larger ones dropped."""

    def marked(view: View) -> View:
        view.most_upload_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return marked


def too_large(request: HttpRequest) -> bool:
    """Whether the form sent more than its view takes: then its file was dropped as it came."""
    return bool(request.META.get(_TOO_LARGE))


class SpooledUploads(TemporaryFileUploadHandler):
    """What is too large for memory, from a person who signed in, up to what the view takes. The file goes with the request."""

    activated = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's word
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        request = self.request
        match = getattr(request, "resolver_match", None)
        most = getattr(match.func, "most_upload_bytes", 0) if match else 0
        user = getattr(request, "user", None)
        if request is None or not most or user is None or not user.is_authenticated:
            return
        self.activated = content_length <= most
        if not self.activated:
            request.META[_TOO_LARGE] = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.activated:
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.activated:
            return raw_data
        super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> Any:
        return super().file_complete(file_size) if self.activated else None

    def upload_interrupted(self) -> None:
        if self.activated:
            super().upload_interrupted()
