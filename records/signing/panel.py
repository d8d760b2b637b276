"""The signatures of a record on its page: what stands, and what this person can sign now."""

from dataclasses import dataclass

from django.db.models import Model

from accounts.models import User
from records.declarations import RECORD
from records.signing.services import declared_of, signing_refusal
from records.signing.state import SignatureState, signatures_of


@dataclass(frozen=True)
class Signing:
    """A meaning in which this person may sign. `refusal` says why not now; empty when they can."""

    meaning: str
    label: str
    refusal: str


@dataclass(frozen=True)
class SignaturePanel:
    """Shown by `records/_signatures.html`."""

    app: str
    model: str
    pk: int
    part: str
    title: str
    signatures: tuple[SignatureState, ...]
    open: tuple[Signing, ...]
    withdrawable: frozenset[int]

    def has(self, meaning: str) -> bool:
        """Whether a signature of this meaning stands, its content compared or not."""
        return any(each.meaning == meaning and not each.withdrawn_at_text for each in self.signatures)

    @property
    def void(self) -> bool:
        """Whether a signature's content was altered despite the lock."""
        return any(not each.valid for each in self.signatures)


def signature_panel(record: Model, user: User, part: str = RECORD) -> SignaturePanel:
    """The signatures of one part of a record, for a page."""
    declared = declared_of(record, part)
    states = tuple(signatures_of(record, part))
    standing = {each.meaning: each for each in states if not each.withdrawn_at_text}
    made = {meaning: each.user_id for meaning, each in standing.items()}
    order = list(declared.meanings)
    offered = []
    for meaning in order:
        if meaning in standing or not declared.meanings[meaning].allows(user):
            continue
        refusal = signing_refusal(record, part=part, meaning=meaning, actor=user, made=made)
        offered.append(Signing(meaning.value, str(meaning.label), refusal.sentence if refusal else ""))
    return SignaturePanel(
        app=record._meta.app_label,
        model=record._meta.model_name or "",
        pk=record.pk,
        part=part,
        title=str(declared.title),
        signatures=states,
        open=tuple(offered),
        withdrawable=frozenset(
            each.id
            for number, meaning in enumerate(order)
            if (each := standing.get(meaning))
            and each.valid
            and not (declared.kept is not None and declared.kept(record))
            and "approved" not in standing
            and (
                each.user_id == user.pk
                or any(declared.meanings[later].allows(user) for later in order[number + 1 :])
            )
        ),
    )
