"""The console's tables: accounts, sessions, tokens of the API, and who saw what.

They lie beside the ledger, not in it: a password's hash must be replaceable and a session must end. Changes and exports
are events of the ledger; ``sights`` holds what was only looked at. Times are UTC texts as the ledger writes them; an
empty text is no time. Secrets are kept as digests only.
"""

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, Text, insert, select

from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text as Told

METADATA = MetaData()
VERSION = 1

ACCOUNTS = Table(
    "console_accounts",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("password", Text, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("locked_until", String(27), nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("created_at", String(27), nullable=False),
    Index("console_accounts_by_subject", "subject"),
)

SESSIONS = Table(
    "console_sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("seen_at", String(27), nullable=False),
    Index("console_sessions_by_name", "name"),
)

TOKENS = Table(
    "console_tokens",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("used_at", String(27), nullable=False),
    Index("console_tokens_by_name", "name"),
)

SIGHTS = Table(
    "console_sights",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("method", String(8), nullable=False),
    Column("route", String(120), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("status", Integer, nullable=False),
    Column("address", String(60), nullable=False),
    Index("console_sights_by_time", "at"),
    Index("console_sights_by_actor", "actor", "at"),
    Index("console_sights_by_subject", "subject", "at"),
)

SCHEMA = Table(
    "console_schema",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)


def migrate(connection: Connection) -> None:
    """Make the tables where they are missing; ``ConfigurationError`` for a database of a newer program."""
    METADATA.create_all(connection)
    found = connection.execute(select(SCHEMA.c.version)).scalar_one_or_none()
    if found is None:
        connection.execute(insert(SCHEMA).values(id=1, version=VERSION))
    elif found > VERSION:
        raise ConfigurationError(
            Told(
                f"The console's database was written by a newer minewatch (schema {found}, this program knows {VERSION}).",
                f"控制台数据库由更新版本的 minewatch 写入（结构版本 {found}，本程序支持 {VERSION}）。",
            ),
            remedy=Told("Install the newer version.", "请安装新版本。"),
        )
