import pytest
from sqlalchemy import insert, select, text

from minewatch.model.errors import ConfigurationError, ConflictError, StoreError
from minewatch.stores.database import open_engine, translated
from minewatch.stores.ledger_schema import METADATA, PERSONAL


def test_an_sqlite_file_is_synced_and_lets_readers_go_on_while_one_writes(tmp_path):
    engine = open_engine(tmp_path / "a.db")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    with engine.connect().execution_options(writes=True) as writer, writer.begin():
        writer.execute(insert(PERSONAL).values(key="a", data="{}"))
        with engine.connect() as reader:
            assert reader.execute(select(PERSONAL)).all() == []
    with engine.connect() as reader:
        assert len(reader.execute(select(PERSONAL)).all()) == 1
    engine.dispose()


@pytest.mark.parametrize("address", ["nothing://here", "postgresql+nodriver://x/y"])
def test_an_address_of_no_database_is_refused_with_examples(address):
    with pytest.raises(ConfigurationError, match="postgresql") as told:
        open_engine(address)
    assert "sqlite:///" in told.value.remedy


def test_errors_of_the_driver_become_ours(tmp_path):
    engine = open_engine(tmp_path / "a.db")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(PERSONAL).values(key="a", data="{}"))
    with pytest.raises(ConflictError, match="register"), translated("register"), engine.begin() as connection:
        connection.execute(insert(PERSONAL).values(key="a", data="{}"))
    with pytest.raises(StoreError, match="no such table"), translated("register"), engine.begin() as connection:
        connection.execute(text("SELECT * FROM absent"))
    engine.dispose()
