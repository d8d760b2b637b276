"""Text keys for sorting and matching names, the same in Python and in SQL."""

import unicodedata


def name_key(name: str) -> str:
    """The name in lower case, without accents, white space folded: sorts as French readers expect.

    >>> name_key("  Étoile  Pharma SAS ")
    'etoile pharma sas'
    """
    if name.isascii():
        return " ".join(name.lower().split())
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
