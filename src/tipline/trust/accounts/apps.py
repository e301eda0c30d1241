"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`trust.accounts`, label `accounts`."""

    name = "tipline.trust.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Have every new connection told what its process may see; make the key of second factors known to `tipline keys`."""
        from django.contrib.auth.signals import user_logged_in
        from django.db.backends.signals import connection_created

        from tipline.trust.accounts import encryption  # noqa: F401 - registers its secret
        from tipline.trust.accounts.sessions import note_begin
        from tipline.trust.visibility import tell_new_connection

        connection_created.connect(tell_new_connection, dispatch_uid="tipline.visibility")
        user_logged_in.connect(note_begin, dispatch_uid="tipline.sessions")
