"""Memory: the Parquet lake and the append-only ledger."""
