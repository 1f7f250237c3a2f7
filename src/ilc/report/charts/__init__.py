"""Drawings as plain SVG: presentation attributes only, no style, no script, readable in black and white."""
