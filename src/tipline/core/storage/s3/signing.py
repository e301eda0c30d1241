"""AWS Signature Version 4 for S3, in headers.

Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header", whose worked examples are the unit test.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from tipline.core.storage.settings import Credentials

_ALGORITHM = "AWS4-HMAC-SHA256"


def canonical_query(query: Sequence[tuple[str, str]]) -> str:
    """The query as it is signed, and as it is sent."""
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query))


def canonical_path(path: str) -> str:
    """The path as it is signed, and as it is sent."""
    return quote(path, safe="/-_.~")


def signed_headers(
    method: str,
    path: str,
    query: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    body_sha256: str,
    *,
    credentials: Credentials,
    region: str,
    at: datetime,
) -> dict[str, str]:
    """The headers with date, digest of the body and signature. `headers` has the host; all of them are signed."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    every = {
        **{name.lower(): " ".join(value.split()) for name, value in headers.items()},
        "x-amz-content-sha256": body_sha256,
        "x-amz-date": stamp,
    }
    names = ";".join(sorted(every))
    canonical = "\n".join(
        [
            method, canonical_path(path), canonical_query(query),
            *(f"{name}:{every[name]}" for name in sorted(every)), "",
            names, body_sha256,
        ]
    )  # fmt: skip
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join([_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    every["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.key_id}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return every
