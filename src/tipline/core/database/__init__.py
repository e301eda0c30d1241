"""PostgreSQL: one that is given, or one that Tipline runs itself under its data directory."""

from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.roles import grant_application_rights, shares_owner_role
from tipline.core.database.running import database_running
from tipline.core.database.urls import DatabaseUrls, database_urls, django_database, without_password

__all__ = [
    "DatabaseUrls",
    "EmbeddedPostgres",
    "database_running",
    "database_urls",
    "django_database",
    "grant_application_rights",
    "shares_owner_role",
    "without_password",
]
