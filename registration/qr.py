"""QR codes of tickets; one holds nothing but the ticket's code."""

import io

import segno


def svg(code: str) -> bytes:
    """Black on white in any theme, as large as the page shows it."""
    return _written(code, kind="svg", omitsize=True, xmldecl=False, svgclass=None, lineclass=None)


def png(code: str) -> bytes:
    return _written(code, kind="png", scale=8)


def _written(code, **how):
    out = io.BytesIO()
    segno.make(code, micro=False).save(out, border=4, light="white", **how)
    return out.getvalue()
