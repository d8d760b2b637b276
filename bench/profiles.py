"""Profiles for the benchmark: about forty rows of evidence for each site, written in set-wise statements."""

from __future__ import annotations

from collections.abc import Mapping

CLAIM = {
    "version": "1",
    "updated_at": "now()",
    "known_on_basis": "'source'",
    "document": "''",
    "happened_on": "date '2024-01-01' + (s %% 300)::int + n * 40",
    "known_on": "date '2024-01-01' + (s %% 300)::int + n * 40",
    "strength": "(array['claimed', 'documented', 'verified'])[s %% 3 + 1]",
}
ROWS: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "partners_capacity": (
        3,
        {
            "line": "'Line ' || n",
            "modality": "'small_molecule'",
            "operation": "'drug_product'",
            "year": "2025 + n",
            "unit": "'kg'",
            "total": "9000 + s %% 5000",
            "committed": "4000",
            "reservable": "2000",
            "expandable_to": "15000",
            "added_capacity_lead_months": "10",
            "next_slot_on": "date '2026-12-01' + (s %% 400)::int",
            "shift_model": "'two'",
            "reservation_terms": "''",
            "scale_up_path": "'Same hall'",
            "confirmed_by_role": "''",
        },
    ),
    "partners_service": (
        3,
        {
            "kind": "(array['process_development', 'analytical_development', 'method_validation'])[n]",
            "in_house": "s %% 2 = 0",
            "note": "''",
        },
    ),
    "partners_contact": (
        2,
        {
            "name": "'Person ' || n",
            "function": "(array['project_manager', 'quality'])[n]",
            "email": "''",
            "phone": "''",
            "decision_authority": "(array['none', 'operational', 'full'])[s %% 3 + 1]",
        },
    ),
    "partners_staffing": (
        2,
        {
            "year": "2023 + n",
            "headcount": "300",
            "quality_headcount": "40",
            "leavers": "s %% 50",
            "training_hours_per_person": "20",
        },
    ),
    "partners_material": (
        4,
        {"name": "'Material ' || n", "is_critical": "true", "stock_days": "s %% 120", "lead_time_days": "60"},
    ),
    "partners_materialsupplier": (
        6,
        {
            "material": "'Material ' || (n %% 4 + 1)",
            "name": "'Supplier ' || n",
            "country": "(array['FR', 'DE', 'IN', 'US'])[(s + n) %% 4 + 1]",
            "status": "'qualified'",
        },
    ),
    "partners_disruption": (
        2,
        {
            "cause": "'supplier'",
            "description": "''",
            "told_how": "''",
            "impact_days": "s %% 90",
            "recovery_days": "s %% 60",
            "response": "''",
        },
    ),
    "partners_techtransfer": (
        2,
        {
            "name": "'Transfer ' || n",
            "direction": "'in'",
            "modality": "''",
            "stage": "''",
            "planned_end_on": "date '2024-02-01' + n * 40",
            "gaps_found": "4",
            "gaps_late": "s %% 4",
            "outcome": "(array['successful', 'partial', 'failed'])[s %% 3 + 1]",
            "note": "''",
        },
    ),
    "partners_ppqcampaign": (
        2,
        {
            "name": "'PPQ ' || n",
            "modality": "'small_molecule'",
            "dosage_form": "''",
            "outcome": "(array['passed', 'repeated', 'failed'])[s %% 3 + 1]",
            "note": "''",
        },
    ),
    "partners_postapprovalchange": (
        2,
        {
            "name": "'Change ' || n",
            "category": "'minor'",
            "planned_on": "date '2024-02-01' + n * 40",
            "outcome": "'implemented'",
            "note": "''",
        },
    ),
    "partners_governancemeeting": (
        4,
        {
            "kind": "'project'",
            "planned_on": "current_date - n * 60",
            "has_minutes": "s %% 2 = 0",
        },
    ),
    "partners_earlywarning": (
        2,
        {
            "title": "'Issue ' || n",
            "told_on": "date '2024-12-01'",
            "impact_on": "date '2024-12-20'",
            "note": "''",
        },
    ),
    "partners_practicerating": (
        6,
        {
            "practice": "(array['quality_authority', 'capa_transparency', 'transfer_protocols', "
            "'improvement', 'people', 'scale_up'])[n]",
            "level": "s %% 6",
            "observation": "''",
        },
    ),
}
FINANCES = """
insert into partners_financialyear (organization_id, year, currency, revenue, ebit, current_assets,
    current_liabilities, total_assets, total_liabilities, retained_earnings, book_equity, capital_spending,
    largest_customer_percent, version, updated_at, known_on_basis, document, known_on, strength)
select distinct organization_id, 2025, 'USD', 900, 70, 400, 250, 1000, 600, 200, 400, 60, 30, 1, now(),
    'source', '', date '2026-03-01', 'documented'
from partners_site where id = any(%s)
"""


def statements() -> list[str]:
    """One insert for each table, taking the sites as its only parameter."""
    made = [FINANCES]
    for table, (count, columns) in ROWS.items():
        cells = {**CLAIM, **columns}
        made.append(
            f"insert into {table} (site_id, {', '.join(cells)}) select s, {', '.join(cells.values())} "
            f"from unnest(%s::bigint[]) s, generate_series(1, {count}) n"
        )
    return made
