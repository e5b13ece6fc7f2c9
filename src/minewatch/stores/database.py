"""Databases at an address: SQLite files (WAL, full sync) or Postgres; their errors turned into ours, once, at the border."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from minewatch.model.errors import ConfigurationError, ConflictError, StoreError
from minewatch.model.text import Text


def open_engine(address: str | Path) -> Engine:
    """Return the engine of ``address``: a SQLAlchemy URL, or a path of an SQLite file.

    On SQLite a connection with the execution option ``writes=True`` takes the lock before it reads. Raises
    ``ConfigurationError`` for an address that cannot be used.
    """
    url = f"sqlite:///{address}" if isinstance(address, Path) or "://" not in address else address
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise ConfigurationError(
            Text(f"The database's address cannot be used: {error}.", f"数据库地址无法使用：{error}。"),
            remedy=Text(
                "Write a path, sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME (this needs the extra postgres).",
                "请写路径、sqlite:///路径 或 postgresql+psycopg://用户@主机/库名（需安装 postgres 附加组件）。",
            ),
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: we do, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock before it reads, so that what it decided on cannot change under it.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the driver's errors into ours; ``what`` names the database in them, for instance ``ledger``."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            Text(
                f"Somebody else wrote to the same place of the {what} at the same moment.",
                f"同一时刻有人写入了同一处（{what}）。",
            ),
            remedy=Text("Read it again, look at what changed, and decide anew.", "请重新读取，查看变化后再决定。"),
        ) from error
    except OperationalError as error:
        raise StoreError(
            Text(f"The {what} could not be read or written: {error.orig}.", f"无法读写（{what}）：{error.orig}。"),
            remedy=Text(
                "Check free disk space, permissions and that the database answers; nothing was half stored.",
                "请检查磁盘空间、权限和数据库是否响应；没有写入一半的内容。",
            ),
        ) from error
    except DBAPIError as error:
        raise StoreError(
            Text(
                f"The {what}'s database answered with an error: {error.orig}.",
                f"数据库（{what}）返回错误：{error.orig}。",
            ),
            remedy=Text(
                f"Check that the address is a minewatch {what}; run minewatch ledger verify.",
                f"请确认该地址是 minewatch 的数据库（{what}）；运行 minewatch ledger verify。",
            ),
        ) from error
