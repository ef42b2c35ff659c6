"""How long it takes to verify a ledger of a million lines. Run: python bench/ledger.py [LINES]

Fills a database of its own (SQLite in a temporary folder, under BENCH_DIR where that is set; PostgreSQL where TEST_DATABASE_URL is set; gone afterwards) with lines as claims write
them: 94% awards, 3% corrections, 2% reversals, half of these reinstated, some names erased. People and participations are numbers only: foreign keys are
not asked for while filling, and verifying does not read those tables. Then runs `manage.py verify_ledger` in a process of its own, and prints wall time,
CPU time and the most memory that it had. The same with a tenth of the lines tells whether memory grows with them.
"""

import json
import os
import random
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
URL = os.environ.get("TEST_DATABASE_URL", "")
if URL:
    URL = URL.rpartition("/")[0] + f"/bench_ledger_{os.getpid()}"
PLACE = tempfile.TemporaryDirectory(prefix="bench-ledger-", dir=os.environ.get("BENCH_DIR"))
os.environ |= {"VAR_DIR": PLACE.name, "SECRET_KEY": "only-for-benchmarks", "DJANGO_SETTINGS_MODULE": "config.settings"}
os.environ["DATABASE_URL"] = URL or f"sqlite:///{PLACE.name}/bench.sqlite3"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from preceptor.credit.actions import seal_ledger  # noqa: E402
from preceptor.credit.rules import GENESIS, commitment, line_hash  # noqa: E402
from preceptor.kernel.hashing import canonical_json, sha256_of  # noqa: E402
from preceptor.kernel.serials import grouped, new_serial  # noqa: E402

LINES, LIMIT_S, LIMIT_MB, BATCH = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, 60, 25, 10_000
BEGIN = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
STATEMENT = (
    "In support of improving patient care, Sample CME Provider is jointly accredited by the Accreditation Council for Continuing Medical Education"
    " (ACCME), the Accreditation Council for Pharmacy Education (ACPE), and the American Nurses Credentialing Center (ANCC), to provide continuing"
    " education for the healthcare team."
)
AWARD = (
    "id", "uuid", "serial", "participation_id", "user_id", "activity_id", "edition_id", "system", "slot", "amount", "completed_on", "claimed_at",
    "frozen", "frozen_sha256", "supersedes_id", "request_key", "status_index",
)  # fmt: skip
LINE = ("number", "kind", "award_id", "at", "by", "reason", "commitments", "erased", "previous", "hash")
PART = ("award_id", "kind", "salt", "data")
STANDING = ("user_id", "activity_id", "system", "participation_id", "slot", "award_id")
TABLES = {"credit_award": AWARD, "credit_ledgerline": LINE, "credit_personalpart": PART, "credit_standing": STANDING}


def frozen(serial: str, system: str, amount: str, at: datetime) -> str:
    """What is printed on one certificate, as long as it is in the house."""
    credit = "*AMA PRA Category 1 Credits*™" if system == "ama_pra_1" else "contact hours"
    return canonical_json(
        {
            "version": 2, "serial": serial, "supersedes": "", "slot": "credit", "verify_url": f"https://cme.sample.example/verify/{grouped(serial)}/",
            "title": "Advances in treating breast cancer: Choosing and sequencing", "activity": "breast-cancer", "edition": 1,
            "activity_number": "SAMPLE-000001", "format": "enduring_material", "format_label": "Enduring material", "format_statement": "enduring material",
            "provider": {"name": "Sample CME Provider", "address": "1 Sample Street, Sample City, NY 10001", "email": "office@sample.example", "phone": ""},
            "completed_on": f"{at:%Y-%m-%d}", "claimed_at": at.isoformat(), "system": system, "system_label": credit, "is_credit": True,
            "amount": amount, "unit": credit, "unit_one": credit, "unit_many": credit, "certificate_title": "Certificate of Credit",
            "offer_number": "", "offer_number_label": "Approval number", "sub_amounts": [], "is_sample": True,
            "statements": {
                "accreditation": [STATEMENT],
                "designation": f"Sample CME Provider designates this enduring material for a maximum of 1.00 {credit}. Physicians should claim only the"
                " credit commensurate with the extent of their participation in the activity.",
                "designated": f"The activity was designated for 1.00 {credit}.",
            },
        }
    ).decode()  # fmt: skip


class Builder:
    """Rows of a ledger, line upon line."""

    def __init__(self) -> None:
        self.chance = random.Random(4)
        self.number, self.previous, self.awards = 0, GENESIS, 0
        self.bits = list(range(LINES * 2 + 1000))
        self.chance.shuffle(self.bits)
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}

    def award(self, at: datetime, corrected: SimpleNamespace | None = None) -> SimpleNamespace:
        """A claim that was granted, or corrected."""
        self.awards += 1
        key, serial, amount = self.awards, new_serial(), self.chance.choice(("0.25", "0.50", "0.75", "1.00"))
        system = self.chance.choice(("ama_pra_1", "ama_pra_1", "ama_pra_1", "ancc"))
        text = frozen(serial, system, amount, at)
        whose = (corrected.participation_id, corrected.user_id) if corrected else (key, key)
        made = SimpleNamespace(
            id=key, uuid=UUID(int=self.chance.getrandbits(128)), serial=serial, participation_id=whose[0], user_id=whose[1], activity_id=1, edition_id=1,
            system=system, slot="credit", amount=Decimal(amount), completed_on=date(at.year, at.month, at.day), claimed_at=at, frozen=text,
            frozen_sha256=sha256_of(text), supersedes_id=corrected.id if corrected else None, request_key=secrets.token_hex(16), status_index=self.bits[key],
        )  # fmt: skip
        name = {"printed_name": f"Riley Sample {key}, MD", "name": f"Riley Sample {key}", "credentials": "MD"}
        parts = {
            "identifiers": {"identifiers": {"npi": "0000000000"} if key % 3 else {}},
            "name": {**name, "profession": "physician", "profession_label": "Physician"},
        }
        made.parts = {kind: (secrets.token_hex(32), canonical_json(data).decode()) for kind, data in parts.items()}
        self.rows["credit_award"].append(tuple(getattr(made, column) for column in AWARD))
        return made

    def line(self, kind: str, award: SimpleNamespace, at: datetime, *, erased: str = "") -> None:
        """One line at the end."""
        self.number += 1
        told = {kind: commitment(*part) for kind, part in award.parts.items()}
        row = SimpleNamespace(
            number=self.number, kind=kind, award_id=award.id, at=at, by="learner", reason="" if kind == "award" else "It was issued in error.",
            commitments=canonical_json(told).decode(), erased=erased, previous=self.previous,
        )  # fmt: skip
        row.hash = self.previous = line_hash(row, award)
        self.rows["credit_ledgerline"].append(tuple(getattr(row, column) for column in LINE))

    def settle(self, award: SimpleNamespace, *, stands: bool, without: str = "") -> None:
        """What is left of an award in the end."""
        self.rows["credit_personalpart"] += [(award.id, kind, *part) for kind, part in sorted(award.parts.items()) if kind != without]
        if stands:
            self.rows["credit_standing"].append(
                (award.user_id, award.activity_id, award.system, award.participation_id, award.slot, award.id)
            )

    def history(self) -> None:
        """One claim, and what became of it."""
        at = BEGIN + timedelta(seconds=20 * self.number, microseconds=self.chance.randrange(1_000_000))
        award, luck = self.award(at), self.chance.random()
        self.line("award", award, at)
        if luck < 0.03:
            made = self.award(at, award)
            self.line("correction", made, at)
            self.settle(award, stands=False)
            self.settle(made, stands=True)
        elif luck < 0.05:
            self.line("reversal", award, at)
            if is_back := luck < 0.04:
                self.line("reinstatement", award, at)
            self.settle(award, stands=is_back)
        elif luck < 0.06:
            self.line("erasure", award, at + timedelta(days=7 * 366), erased="name")  # not before the years of the record are over
            self.settle(award, stands=True, without="name")
        else:
            self.settle(award, stands=True)

    def flush(self) -> None:
        """The rows so far, into the database."""
        for table, columns in TABLES.items():
            names = ", ".join(f'"{column}"' for column in columns)
            rows, self.rows[table] = self.rows[table], []
            if connection.vendor == "postgresql":
                with connection.connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                kept = [tuple(_sqlite(value) for value in row) for row in rows]
                connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", kept)


def _sqlite(value: Any) -> Any:
    match value:
        case datetime():
            return str(value.replace(tzinfo=None))
        case Decimal() | date():
            return str(value)
        case UUID():
            return value.hex
    return value


def _no_keys() -> Iterator[str]:
    yield "SET session_replication_role = replica" if URL else "PRAGMA foreign_keys = OFF"
    if not URL:
        yield "PRAGMA synchronous = OFF"


def build(lines: int) -> None:
    """A ledger of about so many lines, sealed as days go by."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        for statement in _no_keys():
            cursor.execute(statement)
        builder = Builder()
        while builder.number < lines:
            cursor.execute("BEGIN")
            until = min(builder.number + BATCH, lines)
            while builder.number < until:
                builder.history()
            builder.flush()
            head = "number = %s, hash = %s"
            cursor.execute(f"UPDATE credit_ledgerhead SET {head} WHERE id = 1", [builder.number, builder.previous])
            cursor.execute("COMMIT")
            seal_ledger(at=BEGIN + timedelta(seconds=20 * builder.number))
        cursor.execute("ANALYZE")


def verify() -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and megabytes of one run of the command; the words that it says are passed on."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    # The kernel's own high-water mark of this process; what getrusage tells begins with the memory of the process that started it.
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'verify_ledger']); "
    code += "print('KB', next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    told, _, kilobytes = done.stdout.rpartition("KB ")
    print(told.strip())
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(kilobytes) / 1024


def run(lines: int) -> tuple[float, float, float]:
    """Build, measure, throw away."""
    begun = time.monotonic()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    build(lines)
    print(f"{connection.vendor}: {lines:,} lines built in {time.monotonic() - begun:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True)
    wall, cpu, most = verify()
    print(
        json.dumps(
            {"lines": lines, "wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mb": round(most), "at": f"{timezone.now():%F %R}"}
        )
    )
    return wall, cpu, most


def _admin(statement: str) -> None:
    import psycopg  # noqa: PLC0415 - only where there is a PostgreSQL

    with psycopg.connect(os.environ["TEST_DATABASE_URL"].rpartition("/")[0] + "/postgres", autocommit=True) as server:
        server.execute(statement)  # type: ignore[arg-type]


def fresh(lines: int) -> tuple[float, float, float]:
    """The same on a database that is made for it, and taken away."""
    name = URL.rpartition("/")[2]
    if URL:
        _admin(f"CREATE DATABASE {name}")
    try:
        return run(lines)
    finally:
        connection.close()
        if URL:
            _admin(f"DROP DATABASE {name} WITH (FORCE)")
        for path in Path(PLACE.name).glob("*.*"):
            path.unlink()


def main() -> int:
    """Print the figures; 1 when a limit is not kept. One process, so that its CPU time is what a quiet machine would take."""
    _, _, small = fresh(LINES // 10)
    wall, cpu, most = fresh(LINES)
    print(
        f"{LINES:,} lines: {wall:.1f} s, {cpu:.1f} s of CPU (limit {LIMIT_S} s); {most:.0f} MB, with a tenth of the lines {small:.0f} MB"
        f" (may differ by {LIMIT_MB} MB)"
    )
    return 0 if cpu < LIMIT_S and most - small < LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
