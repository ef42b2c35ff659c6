"""SQL of the triggers that keep a ledger append-only and a published edition as it is, for SQLite and PostgreSQL.

The database refuses what no action should ever try; a programmer's slip, an admin page and a shell are refused alike.
"""

from collections.abc import Sequence


def _function_sql(name: str, condition: str, message: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )


def refuse_sql(vendor: str, table: str, operation: str, *, when: str = "", label: str = "", message: str) -> list[str]:
    """Statements that make `operation` (UPDATE, DELETE, INSERT) on `table` fail with `message` where the condition `when` (on OLD/NEW) holds."""
    name = f"keep_{table}_{(label or operation).lower()}"
    if vendor == "sqlite":
        clause = f" WHEN {when}" if when else ""
        return [f"CREATE TRIGGER {name} BEFORE {operation} ON {table}{clause} BEGIN SELECT RAISE(ABORT, '{message}'); END"]
    return [
        _function_sql(name, when or "TRUE", message),
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def drop_sql(vendor: str, table: str, operation: str, *, label: str = "") -> list[str]:
    """Statements that take the trigger of `refuse_sql` away."""
    name = f"keep_{table}_{(label or operation).lower()}"
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}"]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]


def append_only_sql(vendor: str, tables: Sequence[str]) -> list[str]:
    """Statements that refuse every UPDATE and DELETE on the tables."""
    return [
        statement
        for table in tables
        for operation in ("UPDATE", "DELETE")
        for statement in refuse_sql(vendor, table, operation, message=f"{table} is append-only")
    ]
