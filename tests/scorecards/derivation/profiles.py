"""Random evidence of every kind, and what makes one fact better or settles it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

TODAY = date(2026, 1, 1)
NEED: Mapping[str, Any] = {
    "modality": "aav",
    "dosage_form": "suspension_for_injection",
    "route": "intravenous",
    "stage": "phase_2",
    "batch_size": 100.0,
    "batch_unit": "L",
    "batch_size_peak": 400.0,
    "operations": ["drug_substance", "fill_finish", "testing"],
    "containment_oeb": 3,
    "temperature_max": -60,
    "temperature_min": -80,
    "first_batch_on": "2026-09-01",
    "budget_target": 100.0,
    "budget_limit": 300.0,
    "currency": "EUR",
    "demand": [{"year": 2026, "unit": "L", "base": 500.0}, {"year": 2028, "unit": "L", "base": 2000.0}],
}


def _days(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(lambda n: (TODAY - timedelta(days=n)).isoformat())


past = _days(0, 3000)
near = _days(-500, 500)
coming = _days(-700, -1)
strength = st.sampled_from(["claimed", "documented", "verified"])
# Three places at most, as the columns of the database hold them: finer amounts do not exist.
maybe = st.one_of(st.none(), st.integers(0, 400_000).map(lambda n: n / 1000))
flag = st.integers(0, 1)


def rows(*once: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return bare(*once, strength=strength, **columns)


def bare(*once: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to three rows; no two say the same of the columns ``once``."""
    key = (lambda row: tuple(row[column] for column in once)) if once else None
    return st.lists(st.fixed_dictionaries(columns), max_size=3, unique_by=key)


PROFILE: Mapping[str, st.SearchStrategy[list[dict[str, Any]]]] = {
    "capacities": rows(
        line=st.integers(1, 2),
        modality=st.sampled_from(["", "aav", "peptide"]),
        operation=st.sampled_from(["drug_substance", "fill_finish", "testing"]),
        year=st.sampled_from([2026, 2028]),
        unit=st.sampled_from(["L", "batches", "vials"]),
        total=st.floats(400, 4000),
        committed=maybe,
        reservable=maybe,
        expandable_to=st.one_of(st.none(), st.floats(4000, 9000)),
        lead_months=st.one_of(st.none(), st.integers(1, 40)),
        slot_on=st.one_of(st.none(), near),
        shifts=st.sampled_from(["UNKNOWN", "ONE", "TWO", "CONTINUOUS"]),
        has_path=flag,
    ),
    "services": rows(
        kind=st.sampled_from(["PROCESS_DEVELOPMENT", "METHOD_VALIDATION", "OTHER"]), in_house=flag
    ),
    "contacts": rows(authority=st.sampled_from(["UNKNOWN", "NONE", "OPERATIONAL", "FULL"])),
    # One row for each year, as the database keeps them.
    "staffs": rows(
        "year",
        year=st.integers(2021, 2025),
        headcount=st.just(400.0),
        quality=maybe,
        leavers=maybe,
        training_hours=maybe,
    ),
    "materials": rows(material=st.integers(1, 2), is_critical=flag, stock_days=maybe, lead_days=maybe),
    "suppliers": rows(
        material=st.integers(1, 2),
        status=st.sampled_from(["QUALIFIED", "OTHER"]),
        country=st.sampled_from(["", "FR", "DE"]),
    ),
    "disruptions": rows(
        happened_on=past, told_on=st.one_of(st.none(), near), impact_days=maybe, recovery_days=maybe
    ),
    "transfers": rows(
        ended_on=past,
        planned_on=st.one_of(st.none(), near),
        outcome=st.sampled_from(["FAILED", "PARTIAL", "SUCCESSFUL"]),
        gaps_found=st.one_of(st.none(), st.integers(0, 8)),
        gaps_late=st.one_of(st.none(), st.integers(0, 8)),
    ),
    "ppqs": rows(
        happened_on=past,
        modality=st.sampled_from(["", "aav"]),
        outcome=st.sampled_from(["UNKNOWN", "FAILED", "REPEATED", "PASSED"]),
    ),
    "changes": rows(
        happened_on=past,
        planned_on=st.one_of(st.none(), near),
        outcome=st.sampled_from(["UNANNOUNCED", "REJECTED", "IMPLEMENTED"]),
    ),
    "meetings": rows(planned_on=_days(-20, 400), held_on=st.one_of(st.none(), past), has_minutes=flag),
    "warnings": rows(knew_on=past, told_on=st.one_of(st.none(), near), felt_on=st.one_of(st.none(), near)),
    # Of two ratings or proposals of one day the one entered later counts, so these do have an order.
    "ratings": rows(
        "practice",
        "strength",
        "seen_on",
        seen_on=past,
        practice=st.sampled_from(["SCALE_UP", "EXPOSURE_WATCH", "CAPA_TRANSPARENCY", "LIMITS", "PEOPLE"]),
        level=st.integers(0, 5),
    ),
    "finances": rows(
        "year",
        year=st.integers(2021, 2025),
        revenue=maybe,
        ebit=maybe,
        current_assets=maybe,
        current_liabilities=maybe,
        total_assets=st.floats(100, 400),
        total_liabilities=st.floats(50, 400),
        retained_earnings=maybe,
        equity=maybe,
        capital_spending=maybe,
        largest_customer=st.one_of(st.none(), st.floats(0, 100)),
    ),
    "capas": bare(
        opened_on=_days(600, 3000),
        due_on=near,
        done_on=st.one_of(st.none(), near),
        closed_on=st.one_of(st.none(), near),
        end=st.sampled_from(["OPEN", "INEFFECTIVE", "EFFECTIVE"]),
        returned_on=st.one_of(st.none(), near),
    ),
    "answers": bare(
        known_on=_days(600, 3000), due_on=st.one_of(st.none(), near), answered_on=st.one_of(st.none(), near)
    ),
    "proposals": bare(
        "received_on",
        received_on=past,
        cost=st.one_of(st.none(), st.floats(50, 400)),
        currency=st.sampled_from(["EUR", "USD"]),
        first_batch_on=st.one_of(st.none(), near),
    ),
    "dry_run_steps": bare(
        held_on=past, planned=maybe, taken=maybe, has_deviation=flag, closed_on=st.one_of(st.none(), near)
    ),
}
profile = st.fixed_dictionaries(dict(PROFILE))

# One fact of a row, from worst to best; what stands beside it belongs to every step.
LADDERS: Mapping[str, tuple[str, list[dict[str, Any]]]] = {
    "free capacity": ("capacities", [{"committed": c} for c in (400.0, 100.0, 0.0)]),
    "reservable capacity": ("capacities", [{"reservable": c} for c in (0.0, 100.0, 9000.0)]),
    "expansion": ("capacities", [{"expandable_to": c} for c in (4000.0, 6000.0, 9000.0)]),
    "lead time": ("capacities", [{"lead_months": m} for m in (40, 20, 1)]),
    "slot": ("capacities", [{"slot_on": d} for d in ("2027-06-01", "2026-10-01", "2026-02-01")]),
    "shifts": ("capacities", [{"shifts": s} for s in ("CONTINUOUS", "TWO", "ONE")]),
    "path": ("capacities", [{"has_path": 0}, {"has_path": 1}]),
    "service": ("services", [{"in_house": 0}, {"in_house": 1}]),
    "authority": ("contacts", [{"authority": a} for a in ("NONE", "OPERATIONAL", "FULL")]),
    "leavers": ("staffs", [{"leavers": n} for n in (400.0, 60.0, 10.0)]),
    "quality staff": ("staffs", [{"quality": n} for n in (0.0, 40.0, 80.0)]),
    "training": ("staffs", [{"training_hours": n} for n in (0.0, 10.0, 60.0)]),
    "stock": ("materials", [{"stock_days": n} for n in (0.0, 60.0, 400.0)]),
    "lead days": ("materials", [{"lead_days": n} for n in (400.0, 60.0, 0.0)]),
    "supplier": ("suppliers", [{"status": "OTHER"}, {"status": "QUALIFIED"}]),
    "recovery": ("disruptions", [{"recovery_days": n} for n in (300.0, 60.0, 0.0)]),
    "impact": ("disruptions", [{"impact_days": n} for n in (300.0, 60.0, 0.0)]),
    "transfer": ("transfers", [{"outcome": o} for o in ("FAILED", "PARTIAL", "SUCCESSFUL")]),
    "late gaps": ("transfers", [{"gaps_found": 8, "gaps_late": n} for n in (8, 3, 0)]),
    "transfer plan": ("transfers", [{"planned_on": d} for d in ("2016-01-01", "2025-12-01", "2026-01-01")]),
    "ppq": ("ppqs", [{"outcome": o} for o in ("FAILED", "REPEATED", "PASSED")]),
    "change": ("changes", [{"outcome": o} for o in ("UNANNOUNCED", "REJECTED", "IMPLEMENTED")]),
    "meeting": ("meetings", [{"planned_on": "2025-12-01", "held_on": d} for d in (None, "2026-01-01")]),
    "minutes": ("meetings", [{"has_minutes": 0}, {"has_minutes": 1}]),
    "told": (
        "warnings",
        [{"felt_on": "2025-12-01", "told_on": d} for d in (None, "2025-12-15", "2025-11-01")],
    ),
    "rating": ("ratings", [{"level": n} for n in (0, 3, 5)]),
    "profit": ("finances", [{"ebit": n} for n in (-50.0, 10.0, 90.0)]),
    "spending": ("finances", [{"capital_spending": n} for n in (0.0, 10.0, 90.0)]),
    "customer": ("finances", [{"largest_customer": n} for n in (90.0, 40.0, 5.0)]),
    "capa in time": ("capas", [{"done_on": d} for d in (None, "2025-12-01", "2023-01-01")]),
    "capa effect": (
        "capas",
        [{"closed_on": "2025-12-01", "end": e} for e in ("INEFFECTIVE", "EFFECTIVE")],
    ),
    "capa return": ("capas", [{"returned_on": "2025-11-01"}, {"returned_on": None}]),
    "answer": (
        "answers",
        [{"due_on": "2025-06-01", "answered_on": d} for d in (None, "2025-07-01", "2025-05-20")],
    ),
    "cost": ("proposals", [{"currency": "EUR", "cost": c} for c in (300.0, 200.0, 100.0)]),
    "first batch": (
        "proposals",
        [{"first_batch_on": d} for d in ("2027-08-01", "2026-10-01", "2026-06-01")],
    ),
    "step in time": ("dry_run_steps", [{"planned": 10.0, "taken": h} for h in (25.0, 12.0, 9.0)]),
    "step without deviation": (
        "dry_run_steps",
        [{"has_deviation": 1}, {"has_deviation": 1, "closed_on": "2025-12-01"}, {"has_deviation": 0}],
    ),
}

# What is open in a row, and what it may turn out to be.
OPEN: Mapping[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "committed": ("capacities", {"committed": None}, [{"committed": c} for c in (0.0, 200.0, 400.0)]),
    "reservable": ("capacities", {"reservable": None}, [{"reservable": c} for c in (0.0, 200.0, 400.0)]),
    "expandable": (
        "capacities",
        {"expandable_to": None},
        [{"expandable_to": c} for c in (4000.0, 6000.0, 9000.0)],
    ),
    "lead time": ("capacities", {"lead_months": None}, [{"lead_months": n} for n in (1, 20, 60)]),
    "shifts": ("capacities", {"shifts": "UNKNOWN"}, [{"shifts": s} for s in ("ONE", "CONTINUOUS")]),
    "authority": ("contacts", {"authority": "UNKNOWN"}, [{"authority": a} for a in ("NONE", "FULL")]),
    "stock": ("materials", {"stock_days": None}, [{"stock_days": n} for n in (0.0, 90.0, 400.0)]),
    "country": ("suppliers", {"country": ""}, [{"country": c} for c in ("FR", "DE", "IT")]),
    "recovery": ("disruptions", {"recovery_days": None}, [{"recovery_days": n} for n in (0.0, 400.0)]),
    "gaps": ("transfers", {"gaps_late": None}, [{"gaps_late": n} for n in (0, 2, 8)]),
    "ppq": ("ppqs", {"outcome": "UNKNOWN"}, [{"outcome": o} for o in ("FAILED", "PASSED")]),
    "leavers": ("staffs", {"leavers": None}, [{"leavers": n} for n in (0.0, 50.0, 400.0)]),
    "ebit": ("finances", {"ebit": None}, [{"ebit": n} for n in (-90.0, 90.0)]),
    "capa": (
        "capas",
        {"closed_on": None, "due_on": "2025-06-01", "done_on": "2025-06-01"},
        [{"closed_on": "2025-06-01", "end": e} for e in ("INEFFECTIVE", "EFFECTIVE")],
    ),
    "meeting": (
        "meetings",
        {"planned_on": "2026-01-01", "held_on": None},
        [{"held_on": "2026-01-01", "has_minutes": n} for n in (0, 1)],
    ),
    "step": ("dry_run_steps", {"taken": None, "planned": 10.0}, [{"taken": h} for h in (1.0, 14.0, 90.0)]),
    "cost": (
        "proposals",
        {"currency": "EUR", "cost": None},
        [{"currency": "EUR", "cost": c} for c in (50.0, 400.0)],
    ),
}
