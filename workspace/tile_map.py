"""The world as tiles: one for each country, placed about where it is, with the number of sites.

A tile map gives a small country the room of a large one and needs no coastline. Countries without a tile are
listed in the table beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workspace.filters import FacetGroup

# Column and row of each country's tile, laid out for this product.
PLACES: Mapping[str, tuple[int, int]] = {
    "CA": (2, 1), "US": (2, 2), "MX": (2, 3), "GT": (2, 4), "CR": (3, 5), "PA": (4, 5),
    "CU": (4, 3), "DO": (5, 3), "PR": (6, 3), "CO": (4, 6), "VE": (5, 6), "EC": (4, 7),
    "PE": (4, 8), "BR": (6, 7), "BO": (5, 8), "PY": (6, 8), "CL": (5, 9), "AR": (6, 9),
    "UY": (7, 9), "IS": (8, 0), "NO": (11, 0), "SE": (12, 0), "FI": (13, 0), "IE": (8, 1),
    "GB": (9, 1), "DK": (11, 1), "EE": (13, 1), "LV": (14, 1), "LT": (14, 2), "NL": (10, 2),
    "BE": (9, 2), "DE": (11, 2), "PL": (12, 2), "BY": (13, 2), "RU": (15, 1), "LU": (9, 3),
    "FR": (8, 3), "CH": (10, 3), "AT": (11, 3), "CZ": (12, 3), "SK": (13, 3), "UA": (14, 3),
    "PT": (7, 4), "ES": (8, 4), "IT": (10, 4), "SI": (11, 4), "HR": (12, 4), "HU": (13, 4),
    "RO": (14, 4), "MD": (15, 3), "MT": (10, 5), "BA": (11, 5), "RS": (12, 5), "BG": (13, 5),
    "MK": (12, 6), "GR": (13, 6), "TR": (14, 5), "CY": (14, 6), "GE": (15, 4), "AM": (16, 4),
    "KZ": (17, 3), "UZ": (17, 4), "CN": (19, 3), "MN": (19, 2), "KR": (21, 3), "JP": (22, 3),
    "TW": (21, 5), "HK": (20, 5), "MO": (19, 5), "MA": (8, 6), "DZ": (9, 6), "TN": (10, 6),
    "EG": (11, 7), "IL": (14, 7), "JO": (15, 7), "LB": (15, 6), "SA": (15, 8), "AE": (16, 8),
    "QA": (16, 7), "KW": (16, 6), "IR": (17, 6), "PK": (17, 5), "IN": (18, 6), "NP": (18, 5),
    "BD": (19, 6), "LK": (18, 8), "TH": (20, 7), "VN": (21, 7), "MY": (20, 8), "SG": (20, 9),
    "ID": (21, 9), "PH": (22, 7), "AU": (22, 10), "NZ": (23, 11), "NG": (10, 8), "GH": (9, 8),
    "KE": (12, 9), "ET": (12, 8), "TZ": (12, 10), "ZA": (11, 11),
}  # fmt: skip
SIDE, GAP = 40, 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One country: where its tile is, how many sites, and the address that shows only them."""

    code: str
    name: str
    total: int
    url: str
    x: int
    y: int
    step: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """All tiles, those of countries without a site among them, and the rows of the table."""

    tiles: tuple[Tile, ...]
    others: tuple[Tile, ...]
    width: int
    height: int

    @property
    def rows(self) -> list[Tile]:
        """Countries with sites, most first."""
        listed = [tile for tile in (*self.tiles, *self.others) if tile.total]
        return sorted(listed, key=lambda tile: (-tile.total, tile.name))


def tile_map(groups: Sequence[FacetGroup]) -> TileMap:
    """The countries as the facet counts them; nine steps of color by the share of the largest count."""
    values = {group.key: group.values for group in groups}["country"]
    by_code = {value.code: value for value in values}
    most = max((value.total for value in values), default=0)
    tiles, others = [], []
    for code, (column, row) in PLACES.items():
        value = by_code.get(code)
        total = value.total if value else 0
        tiles.append(
            Tile(
                code,
                value.label if value else code,
                total,
                value.url if value else "",
                column * (SIDE + GAP),
                row * (SIDE + GAP),
                0 if not total else 1 + min(8, total * 9 // (most + 1)),
            )
        )
    for value in values:
        if value.code not in PLACES:
            others.append(Tile(value.code, value.label, value.total, value.url, 0, 0, 0))
    return TileMap(tuple(tiles), tuple(others), 24 * (SIDE + GAP), 12 * (SIDE + GAP))
