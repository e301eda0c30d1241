"""Signatures of calls and answers: HTTP message signatures (RFC 9421), Ed25519, by the installation's signing key.

A call covers its method, its path, whom it is for, and the digest of its body; with the moment, a nonce and the key that signed. It names
its receiver by name and not by host, so that a proxy in front changes nothing, and what was signed for one peer is worth nothing at another.
An answer covers its status, its digest, and the nonce of the call that it answers.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature

from tipline.core.clock import now
from tipline.core.errors import NotPermittedError
from tipline.core.keys import SigningKey, VerifyingKey

CLOCKS_DIFFER = timedelta(minutes=5)
TAG = "tipline-federation"
VERSIONS_TAG = "tipline-versions"  # of an answer that anybody may ask for: never to be taken for one to a call
TO, FROM, NONCE = "tipline-to", "tipline-from", "tipline-nonce"
_LATEST = 253_402_300_800  # the year 10000
_CALL = ("@method", "@path", TO, FROM, "content-digest")
_ANSWER = ("@status", NONCE, "content-digest")


@dataclass(slots=True)
class Call:
    """A request, as its signature sees it."""

    method: str
    url: str
    headers: MutableMapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Answer:
    """A response, as its signature sees it."""

    status_code: int
    headers: MutableMapping[str, str] = field(default_factory=dict)
    request: Call | None = None


class _Own(HTTPSignatureKeyResolver):
    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key.private


class _Theirs(HTTPSignatureKeyResolver):
    def __init__(self, keys: Mapping[str, VerifyingKey]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        found = self._keys.get(key_id)
        return Ed25519PublicKey.from_public_bytes(found.raw) if found else None


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = CLOCKS_DIFFER

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Whether it was signed about now, by the one clock of the house; else what both clocks say, for whoever looks why a link is down."""
        stated, here = sig_input.params.get("created"), now()
        if type(stated) is not int or not 0 <= stated < _LATEST:
            raise InvalidSignature("it does not say when it was made")
        there = datetime.fromtimestamp(stated, UTC)
        if not -CLOCKS_DIFFER <= here - there <= 2 * CLOCKS_DIFFER:  # it may have been minutes on its way
            raise InvalidSignature(
                f"the clocks differ, or it is an old one: signed at {there:%Y-%m-%d %H:%M:%S} UTC, here it is {here:%Y-%m-%d %H:%M:%S} UTC"
            )
        if "expires" in sig_input.params:
            super().validate_created_and_expires(sig_input, max_age)  # type: ignore[no-untyped-call]  # the library has no types


def _sign(
    key: SigningKey, message: Call | Answer, body: bytes, covered: tuple[str, ...], tag: str, nonce: str | None = None
) -> None:
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Own(key))
    signer.sign(
        message, key_id=str(key.public), created=now(), nonce=nonce, tag=tag, covered_component_ids=covered, body=body, label="tipline"
    )  # fmt: skip


def sign_call(key: SigningKey, call: Call, body: bytes, *, us: str, them: str) -> str:
    """Sign a call in place; returns its nonce."""
    nonce = secrets.token_urlsafe(24)
    call.headers.update({TO: them, FROM: us})
    _sign(key, call, body, _CALL, TAG, nonce)
    return nonce


def sign_answer(key: SigningKey, answer: Answer, body: bytes, nonce: str, *, tag: str = TAG) -> None:
    """Sign an answer in place."""
    answer.headers[NONCE] = nonce
    _sign(key, answer, body, _ANSWER, tag)


def check_call(keys: Mapping[str, VerifyingKey], call: Call, body: bytes, *, us: str) -> str:
    """Whether one of these keys signed this very call for us, now. Returns its nonce.

    Raises
    ------
    NotPermittedError
        when it did not; the sentence says what is wrong.
    """
    result = _check(keys, call, body, _CALL)
    if call.headers.get(TO) != us:
        raise NotPermittedError(f"the call is signed for {call.headers.get(TO, '')[:40]!r}; this is {us}")
    if not result or len(result) > 64:
        raise NotPermittedError("the signature has no nonce of 1 to 64 characters")
    return result


def check_answer(keys: Mapping[str, VerifyingKey], answer: Answer, body: bytes, nonce: str, *, tag: str = TAG) -> None:
    """Whether one of these keys signed this answer to the call with this nonce.

    Raises
    ------
    NotPermittedError
        when it did not.
    """
    _check(keys, answer, body, _ANSWER, tag)
    if answer.headers.get(NONCE) != nonce:
        raise NotPermittedError("the answer is one to another call")


def _check(
    keys: Mapping[str, VerifyingKey], message: Call | Answer, body: bytes, covered: tuple[str, ...], tag: str = TAG
) -> str:
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Theirs(keys))
    try:
        [result] = verifier.verify(
            message, max_age=CLOCKS_DIFFER, expect_tag=tag, require_components=covered, body=body
        )
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise NotPermittedError(f"the signature is not believed: {str(error)[:200]}") from error
    return str(result.nonce or "")
