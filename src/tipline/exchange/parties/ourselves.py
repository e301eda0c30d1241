"""What this installation is to others: its name, its address, its keys, and the descriptor that says all of that, signed."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pyrage
from django.db import transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConfigurationError, ConflictError, InvalidInputError
from tipline.core.files import write_private
from tipline.core.keys import listed_keys, signing_key
from tipline.exchange.parties.descriptor import DescribedKey, Descriptor, Desk, check_url, sign
from tipline.exchange.parties.models import OwnName, Peer, RemoteDesk
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.audit.tree import origin

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME = 40


def our_name() -> str:
    """What this installation is called in every identifier that others keep: as set, or else by its log, whose name was made with the database."""
    named = OwnName.objects.values_list("name", flat=True).first()
    return str(named) if named else origin().removeprefix("tipline/audit/")


@transaction.atomic
def set_our_name(name: str, url: str, actor: Actor) -> None:
    """Say what this installation is called, and where it is reached. The name stays once peers know it.

    Raises
    ------
    InvalidInputError
        for a name or an address that is none.
    ConflictError
        when peers know it by another name.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InvalidInputError(
            f"{name[:60]!r} is no name of an installation: small letters, digits and single hyphens, {LONGEST_NAME} at most"
        )
    if url:
        check_url(url)
    known = OwnName.objects.select_for_update().first()
    if known and known.name != name and Peer.objects.exists():
        raise ConflictError(f"peers know this installation as {known.name}: its name stays")
    OwnName.objects.update_or_create(one=True, defaults={"name": name, "url": url.rstrip("/"), "set_at": now()})
    record(actor, [Act("exchange.named", "installation", name, {"url": url})])


def age_key_file(settings: Config) -> Path:
    """Where the key lies that opens what is encrypted to this installation."""
    return settings.secrets_dir / "exchange" / "age.key"


def our_age_identity(settings: Config) -> pyrage.x25519.Identity:
    """The key that opens packages encrypted to this installation; made at first use. Sealed evidence is never encrypted to it.

    Raises
    ------
    ConfigurationError
        when the file cannot be read.
    """
    path = age_key_file(settings)
    if not path.exists():
        write_private(path, str(pyrage.x25519.Identity.generate()) + "\n")
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"the key {path} can be read by others: chmod 600, and tell your peers a new one")
        return pyrage.x25519.Identity.from_str(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the key {path} cannot be read: restore it from a backup") from error


def our_keys(settings: Config) -> tuple[DescribedKey, ...]:
    """Every signing key that this installation has or had, as peers are told of them; the first is made when it is first asked for."""
    signing_key(settings)
    return tuple(DescribedKey(**asdict(one)) for one in listed_keys(settings))


def describe(settings: Config) -> Descriptor:
    """The descriptor of this installation: what a peer needs to know of it, signed by the key in use."""
    key = signing_key(settings)
    own = OwnName.objects.first()
    elsewhere = RemoteDesk.objects.values("agency_id")
    desks = Agency.objects.filter(active=True).exclude(pk__in=elsewhere).order_by("code")
    return sign(
        Descriptor(
            name=our_name(),
            url=own.url if own else "",
            keys=our_keys(settings),
            age_recipient=str(our_age_identity(settings).to_public()),
            agencies=tuple(Desk(code=one.code, name=one.name, kind=one.kind) for one in desks),
            made_at=now(),
        ),
        key,
    )
