"""The door's codes. The code and the HTTP status hang on the class; the message goes to the provider."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from tipline.core.errors import TiplineError
from tipline.intake.doors.calls import Fault


class WireError(TiplineError):
    """An answer other than success. `faults`: what is wrong with a document, each by itself."""

    code: ClassVar[int]
    status: ClassVar[int]

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class ServerFaultError(WireError):
    """Something broke on our side; the Request-ID leads to it."""

    code, status = 1000, 500


class SaveFailedError(WireError):
    """It could not be stored; the same call may work later."""

    code, status = 1100, 500


class UploadFailedError(WireError):
    """The upload could not be put on the record; the same call may work later."""

    code, status = 1110, 500


class UpdateFailedError(WireError):
    """A change of a report could not be stored; the same call may work later."""

    code, status = 1300, 500


class FileUploadFailedError(WireError):
    """The file could not be stored; the same call may work later."""

    code, status = 1111, 500


class ResourceNotFoundError(WireError):
    """There is no such call."""

    code, status = 1210, 404


class AuthenticationRequiredError(WireError):
    """No credentials, or wrong ones. Answered with an empty body."""

    code, status = 2000, 401


class NotAuthorizedError(WireError):
    """The credentials are right, but not from there."""

    code, status = 3000, 403


class SubmissionNotAuthorizedError(WireError):
    """As `NotAuthorizedError`, of a submission."""

    code, status = 3100, 403


class UpdateNotAuthorizedError(WireError):
    """As `NotAuthorizedError`, of what adds to a report or ends it."""

    code, status = 3300, 403


class TooManyCallsError(WireError):
    """More than the provider's rate or quota; nothing is wrong with the call."""

    code, status = 1000, 503

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.retry_after = max(1, math.ceil(seconds))


class InvalidRequestError(WireError):
    """The call itself is wrong: a part missing, too large, or unreadable."""

    code, status = 4000, 400


class MethodNotAllowedError(WireError):
    """The call exists, but not with this method."""

    code, status = 4000, 405


class ValidationFailedError(WireError):
    """The document is XML, but not what the schema wants."""

    code, status = 4100, 422


class MalformedXmlError(WireError):
    """The document is not XML that can be read safely."""

    code, status = 4110, 400


class MalformedFileError(WireError):
    """The file cannot be one: it is empty."""

    code, status = 4200, 400


class ReportDoesNotExistError(WireError):
    """No such report of this provider."""

    code, status = 5001, 404


class FileDoesNotExistError(WireError):
    """No such file in the report."""

    code, status = 5002, 404


class AlreadyRetractedError(WireError):
    """The report was retracted."""

    code, status = 5101, 409


class AlreadyFinishedError(WireError):
    """The report is finished."""

    code, status = 5102, 409
