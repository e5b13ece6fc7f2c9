"""The tables of ``findings.db``: findings of runs, and what the ledger says of their meters, laid out to be filtered.

The file is derived: runs can be made again by screening, decisions are folded from the ledger. It stands on SQLite in the
workspace whatever database the ledger stands on. ``PRAGMA user_version`` holds the number of the last migration.
"""

from collections.abc import Callable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    desc,
    inspect,
)

from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text as Told

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("detector", String(64), nullable=False),
    Column("input", String(64), nullable=False),
    Column("findings", Integer, nullable=False),
    Column("noticed", Integer, nullable=False),
    Column("simulated", Integer, nullable=False),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("prevalence", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("model", String(40), nullable=False, server_default=""),
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("run", String(40), nullable=False),
    Column("meter", String(200), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("kw", Float),
    Column("kw_low", Float),
    Column("kw_high", Float),
    Column("since", String(26)),
    Column("until", String(26)),
    Column("mean_kw", Float),
    Column("coverage", Float, nullable=False),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("slots", Integer, nullable=False),
    Column("pattern", String(10), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("division", String(6), nullable=False),
    Column("customer", String(200), nullable=False),
    Column("declared_use", String(100), nullable=False),
    Column("node", String(200), nullable=False),
    Column("words", Text, nullable=False),
    PrimaryKeyConstraint("run", "meter"),
    Index("findings_by_probability", "run", desc("probability"), "meter"),
    Index("findings_by_kw", "run", desc("kw"), "meter"),
    Index("findings_by_since", "run", desc("since"), "meter"),
    Index("findings_by_size", "run", "mean_kw", "declared_use", "probability", "meter"),
    Index("findings_by_division", "run", "division", "probability"),
    Index("findings_by_customer", "run", "customer", "meter"),
)

RECORDS = Table(
    "records",
    METADATA,
    Column("run", String(40), nullable=False),
    Column("meter", String(200), nullable=False),
    Column("record", Text, nullable=False),
    PrimaryKeyConstraint("run", "meter"),
)
"""What else the detector said, apart from what is filtered and sorted by, so that lists are read quickly."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("meter", String(200), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("run", String(40), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(27), nullable=False),
    Column("probability", Float),
    Column("kw", Float),
    Column("version", Integer, nullable=False),
    Column("division", String(6), nullable=False),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("mine", Integer),
    Column("digest", String(64), nullable=False),
    Column("event", String(220), nullable=False),
)

CASES = Table(
    "cases_of",
    METADATA,
    Column("meter", String(200), primary_key=True),
    Column("case_id", String(200), nullable=False),
    Column("closed", String(27), nullable=False),
    Column("division", String(12), nullable=False),
    Index("cases_of_by_case", "case_id"),
)

VISITS = Table(
    "visits",
    METADATA,
    Column("meter", String(200), primary_key=True),
    Column("division", String(12), nullable=False),
    Column("mine", Integer, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(27), nullable=False),
    Column("event", String(220), nullable=False),
    Column("digest", String(64), nullable=False),
)

FOLDED = Table(
    "folded",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)


def _tables_anew(operations: Operations) -> None:
    """Make all tables; what an earlier version held is dropped, because screening and the ledger give it again."""
    connection = operations.get_bind()
    METADATA.drop_all(connection)
    METADATA.create_all(connection)
    operations.bulk_insert(FOLDED, [{"id": 1, "position": 0, "hash": ""}])


def _model_of_a_run(operations: Operations) -> None:
    """Add to each run the model that judged; a file made from nothing just now has the column already."""
    if "model" not in {column["name"] for column in inspect(operations.get_bind()).get_columns("runs")}:
        operations.add_column("runs", Column("model", String(40), nullable=False, server_default=""))


MIGRATIONS: tuple[Callable[[Operations], None], ...] = (_tables_anew, _tables_anew, _model_of_a_run)
"""One function a version, applied in order, in one transaction. Version 2: the detector's words in a table of their own;
version 3: the model of a run."""


def version_of(connection: Connection) -> int:
    """Return the number of the last migration applied to the file; 0 for a new one."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def migrate(connection: Connection) -> None:
    """Bring the file to this program's version inside the caller's transaction.

    Raises ``ConfigurationError`` when it was written by a newer program.
    """
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise ConfigurationError(
            Told(
                f"The findings were written by a newer minewatch (schema {version}, this program knows {len(MIGRATIONS)}).",
                f"疑点由更新版本的 minewatch 写入（结构版本 {version}，本程序支持 {len(MIGRATIONS)}）。",
            ),
            remedy=Told(
                "Install the newer version, or move findings.db away and screen again: decisions stay in the ledger.",
                "请安装新版本，或移走 findings.db 后重新筛查：研判记录仍在台账中。",
            ),
        )
    operations = Operations(MigrationContext.configure(connection))
    for migration in MIGRATIONS[version:]:
        migration(operations)
    connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")
