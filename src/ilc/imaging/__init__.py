"""Images become measurements."""

from ilc.imaging.picture import choose_key_slice, render_key_picture

__all__ = ["choose_key_slice", "render_key_picture"]
