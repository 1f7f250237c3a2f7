"""How much is accepted from a file of unknown origin. All are assumptions: above any clinical export, below harm."""

FILE_MAX_BYTES = 2 << 30
HEADER_MAX_BYTES = 128 << 20
DEFLATED_MAX_BYTES = 1 << 30
FILES_MAX = 50_000
DEPTH_MAX = 32
SIDE_MAX_PIXELS = 16_384
# 1 GiB as float32: a fluoroscopy run of 250 frames of 1024 x 1024 fits.
SERIES_MAX_PIXELS = 1 << 28
NIFTI_HEADER_MAX_BYTES = 16 << 20
SIDECAR_MAX_BYTES = 1 << 20
DECODER_MAX_MEMORY_BYTES = 6 << 30
DECODER_MAX_SECONDS = 120.0
