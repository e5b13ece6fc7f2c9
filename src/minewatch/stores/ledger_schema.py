"""The ledger's tables, and the migrations that lead to them.

``events`` is append-only. ``heads`` holds one row, the last position and hash, written with every append. ``personal``
holds personal data by key and is the one table from which rows may be deleted. ``read_rows`` holds every read model as
(table, key) -> JSON, changed in the transaction of the events that change it, and can be rebuilt from them.
"""

from collections.abc import Callable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)

from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text as Told

METADATA = MetaData()

EVENTS = Table(
    "events",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(100), nullable=False),
    Column("at", String(27), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("cause", String(200), nullable=False),
    Column("rule", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("stream_previous", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("stream", "version", name="one_writer_a_version"),
)

HEADS = Table(
    "heads",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

PERSONAL = Table(
    "personal",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("data", Text, nullable=False),
)

READ_ROWS = Table(
    "read_rows",
    METADATA,
    Column("table_name", String(60), nullable=False),
    Column("key", String(200), nullable=False),
    Column("data", Text, nullable=False),
    Column("updated_position", BigInteger, nullable=False),
    PrimaryKeyConstraint("table_name", "key"),
    Index("read_rows_by_update", "table_name", "updated_position"),
)

SCHEMA_VERSION = Table(
    "ledger_schema",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)


def _first_tables(operations: Operations) -> None:
    for table in (EVENTS, HEADS, PERSONAL, READ_ROWS):
        table.create(operations.get_bind())


def _search_indexes(operations: Operations) -> None:
    operations.create_index("events_by_time", "events", ["at", "position"])
    operations.create_index("events_by_actor", "events", ["actor", "at"])


MIGRATIONS: tuple[Callable[[Operations], None], ...] = (_first_tables, _search_indexes)
"""One function a version, applied in order, each in the transaction that records it."""


def migrate(connection: Connection) -> int:
    """Bring the database to this program's version inside the caller's transaction; return that version.

    Raises ``ConfigurationError`` when the database was written by a newer program.
    """
    SCHEMA_VERSION.create(connection, checkfirst=True)
    found = connection.execute(select(SCHEMA_VERSION.c.version)).scalar_one_or_none()
    version = found or 0
    if version > len(MIGRATIONS):
        raise ConfigurationError(
            Told(
                f"The ledger was written by a newer minewatch (schema {version}, this program knows {len(MIGRATIONS)}).",
                f"台账由更新版本的 minewatch 写入（结构版本 {version}，本程序支持 {len(MIGRATIONS)}）。",
            ),
            remedy=Told(
                "Install the newer version, or open the ledger on the machine that wrote it.",
                "请安装新版本，或在写入该台账的机器上打开。",
            ),
        )
    operations = Operations(MigrationContext.configure(connection))
    for migration in MIGRATIONS[version:]:
        migration(operations)
    if found is None:
        connection.execute(insert(SCHEMA_VERSION).values(id=1, version=len(MIGRATIONS)))
        connection.execute(insert(HEADS).values(id=1, position=0, hash=""))
    elif version < len(MIGRATIONS):
        connection.execute(update(SCHEMA_VERSION).values(version=len(MIGRATIONS)))
    return len(MIGRATIONS)
