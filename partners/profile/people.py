"""Who answers, who works there, how it is practised, and how the organization stands."""

from django.utils.translation import gettext_lazy as _

from partners.models import Certificate, Contact, FinancialYear, PracticeRating, Staffing
from partners.profile.section import FieldGroup, Section

CONTACTS = Section(
    key="contacts",
    tab="people",
    model=Contact,
    title=_("Contacts"),
    add=_("Add a contact"),
    identity=("name", "function"),
    groups=(
        FieldGroup(_("Person"), (("name",), ("email", "phone"))),
        FieldGroup(_("Function and authority"), (("function", "since"), ("decision_authority",))),
    ),
    shown=("name", "function", "decision_authority", "email", "phone", "since"),
    happened=_("Stated on"),
    nothing=_("No contact recorded"),
    why=_("Who leads projects, quality and releases, and what they may decide without asking."),
    helps={"decision_authority": _("What this person may decide without asking anybody.")},
    bulk=("decision_authority",),
    example={
        "name": "Ines Amblard",
        "function": "quality",
        "email": "ines.amblard@site.example",
        "phone": "+33 1 55 00 00 00",
        "decision_authority": "operational",
        "since": "2023-09-01",
        "strength": "claimed",
    },
)

STAFFING = Section(
    key="staffing",
    tab="people",
    model=Staffing,
    title=_("Staffing"),
    add=_("Add a year"),
    identity=("year",),
    groups=(
        FieldGroup(
            _("People of one year"),
            (("year",), ("headcount", "quality_headcount"), ("leavers", "training_hours_per_person")),
        ),
    ),
    shown=("year", "headcount", "quality_headcount", "leavers", "training_hours_per_person"),
    happened=_("Stated on"),
    nothing=_("No staffing recorded"),
    why=_("Headcount, people in quality, leavers and training by year. Three years show the direction."),
    example={
        "year": "2025",
        "headcount": "640",
        "quality_headcount": "118",
        "leavers": "52",
        "training_hours_per_person": "38",
        "strength": "claimed",
    },
)

PRACTICES = Section(
    key="practices",
    tab="people",
    model=PracticeRating,
    title=_("Practices"),
    add=_("Rate a practice"),
    identity=("practice",),
    groups=(FieldGroup(_("What was seen"), (("practice",), ("level",), ("observation",))),),
    shown=("practice", "level", "observation", "happened_on"),
    happened=_("Seen or stated on"),
    nothing=_("No practice rated"),
    why=_(
        "What no figure shows is rated 0 to 5 against written anchors. Rate what was seen at an audit or in "
        "daily work, and say what it was."
    ),
    helps={"observation": _("What was seen, where and by whom. The level follows from it.")},
    first="practice",
    example={
        "practice": "quality_authority",
        "level": "4",
        "observation": "Quality stopped a campaign in March against the plan",
        "happened_on": "2026-04-16",
        "strength": "verified",
    },
)

FINANCES = Section(
    key="finances",
    tab="people",
    model=FinancialYear,
    title=_("Financial years"),
    add=_("Add a financial year"),
    identity=("year",),
    groups=(
        FieldGroup(_("Year"), (("year", "currency"), ("revenue", "ebit"))),
        FieldGroup(
            _("Balance sheet"),
            (
                ("current_assets", "current_liabilities"),
                ("total_assets", "total_liabilities"),
                ("retained_earnings", "book_equity"),
            ),
        ),
        FieldGroup(_("Investment and dependence"), (("capital_spending", "largest_customer_percent"),)),
    ),
    shown=("year", "currency", "revenue", "ebit", "total_assets", "book_equity", "largest_customer_percent"),
    happened=_("End of the fiscal year"),
    nothing=_("No accounts recorded"),
    why=_("The accounts of the organization hold for all of its sites. Three years let the trend be seen."),
    helps={
        "revenue": _("All amounts in thousands of the currency."),
        "currency": _("Three letters, such as USD or EUR."),
        "largest_customer_percent": _("Of the revenue, in percent."),
    },
    example={
        "year": "2025",
        "currency": "EUR",
        "revenue": "184000",
        "ebit": "16500",
        "current_assets": "92000",
        "current_liabilities": "51000",
        "total_assets": "260000",
        "total_liabilities": "131000",
        "retained_earnings": "64000",
        "book_equity": "129000",
        "capital_spending": "14000",
        "largest_customer_percent": "22",
        "strength": "documented",
        "document": "Annual report 2025",
    },
)

CERTIFICATES = Section(
    key="certificates",
    tab="documents",
    model=Certificate,
    title=_("Certificates"),
    add=_("Add a certificate"),
    identity=("kind", "jurisdiction", "number"),
    groups=(FieldGroup(_("Certificate"), (("kind", "jurisdiction"), ("authority", "number"), ("scope",))),),
    shown=("kind", "jurisdiction", "authority", "number", "happened_on"),
    happened=_("Issued on"),
    nothing=_("No certificate recorded"),
    why=_("GMP certificates and authorizations with their end. What runs out is said here in time."),
    bulk=("authority", "jurisdiction"),
    example={
        "kind": "gmp",
        "jurisdiction": "eu",
        "authority": "ANSM",
        "number": "HPF/FR/118/2025",
        "scope": "Sterile products, aseptic filling",
        "happened_on": "2025-05-12",
        "expires_on": "2028-05-11",
        "strength": "verified",
    },
)

SECTIONS = (CONTACTS, STAFFING, PRACTICES, FINANCES)
DOCUMENTS = (CERTIFICATES,)
