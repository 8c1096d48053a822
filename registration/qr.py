"""QR codes of tickets; one holds nothing but the ticket's code."""

import io

import segno


def svg(code: str) -> bytes:
    """Black on white in any theme, as large as the page shows it."""
    out = io.BytesIO()
    bare = {"omitsize": True, "xmldecl": False, "svgclass": None, "lineclass": None}
    segno.make(code, micro=False).save(out, kind="svg", border=4, light="white", **bare)
    return out.getvalue()


def runs(code: str) -> tuple[int, list[tuple[int, int, int]]]:
    """How many squares a side, and the dark ones as (column, row from the top, how many)."""
    rows = segno.make(code, micro=False).matrix
    found: list[tuple[int, int, int]] = []
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark and found and found[-1][1] == y and sum(found[-1][::2]) == x:
                found[-1] = (found[-1][0], y, found[-1][2] + 1)
            elif dark:
                found.append((x, y, 1))
    return len(rows), found
