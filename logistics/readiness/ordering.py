"""How a care site will order, given the terms it is offered: strict terms push it to order just in time."""

from __future__ import annotations

from dataclasses import dataclass

from logistics.readiness.reason import Reason, reason

# Terms of payment from which a site need not wait for the reimbursement before it orders ahead.
LONG_PAYMENT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Ordering:
    """The expected behavior (`made_to_order`, `just_in_time`, `stock`, `open`) and why."""

    key: str
    why: Reason


def expected_ordering(*, made_for_a_patient: bool, returns: str, payment_days: int | None) -> Ordering:
    """What a site does under the terms.

    A dose made for one patient is ordered for that patient, whatever the terms. Otherwise a site keeps a
    stock only when it may return what it does not use and need not pay before it is paid.
    """
    if made_for_a_patient:
        return Ordering("made_to_order", reason("ordering.made_to_order"))
    if returns == "none":
        return Ordering("just_in_time", reason("ordering.no_returns"))
    if payment_days is None or not returns:
        return Ordering("open", reason("ordering.open"))
    if payment_days < LONG_PAYMENT_DAYS:
        return Ordering("just_in_time", reason("ordering.short_payment", days=payment_days))
    return Ordering("stock", reason("ordering.stock", days=payment_days))
