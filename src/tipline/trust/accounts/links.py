"""Which person here a person of a single sign-on provider is."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

_LONGEST_SUBJECT = 191  # of the column; OpenID Connect allows 255 and providers use far less


@transaction.atomic
def person_of(provider: str, subject: str, verified_email: str) -> User | None:
    """The person, by an earlier link or else by the e-mail address, which is then linked once and for all.

    Nobody is made. People who may no longer sign in are nobody, and so is somebody whose account is linked to another
    person of the provider.

    Parameters
    ----------
    verified_email
        the address if the provider says that it verified it; otherwise empty.
    """
    people = User.objects.select_related("agency").filter(is_active=True)
    link = SocialAccount.objects.filter(provider=provider, uid=subject).first()
    if link is not None:
        return people.filter(pk=link.user_id).first()
    person = (
        people.select_for_update(of=("self",)).filter(email=verified_email.lower()).first() if verified_email else None
    )
    if person is None or not subject or len(subject) > _LONGEST_SUBJECT:
        return None
    if SocialAccount.objects.filter(provider=provider, user_id=person.pk).exists():
        return None
    SocialAccount.objects.create(provider=provider, uid=subject, user_id=person.pk, extra_data={})
    record(person.actor, [Act("account.single_sign_on_linked", "user", person.pk, {"provider": provider})])
    return person
