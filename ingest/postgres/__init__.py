"""An index that lies in PostgreSQL (15 or newer) with pgvector (0.8 or newer)."""

from ingest.errors import needing

with needing("postgres"):
    import pgvector  # noqa: F401
    import psycopg  # noqa: F401
    import psycopg_pool  # noqa: F401
