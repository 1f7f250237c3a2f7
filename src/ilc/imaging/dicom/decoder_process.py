"""The child process that runs compiled decoders; what they do on damaged data ends here.

Reads a request as JSON from standard input; answers for each frame its length in digits, then its float32 values.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress

from ilc.imaging.dicom.decoding import ANSWER_HEAD_BYTES, FrameReader, FrameRequest
from ilc.imaging.dicom.limits import DECODER_MAX_MEMORY_BYTES


def _limit_memory() -> None:
    """Keep a hostile code stream from taking the machine's memory; Windows knows no such limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (DECODER_MAX_MEMORY_BYTES, DECODER_MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Answer the request on standard input; an answer of length 0 is a frame that cannot be decoded."""
    _limit_memory()
    requests = [FrameRequest(**item) for item in json.load(sys.stdin)]
    out, reader = sys.stdout.buffer, FrameReader()
    for request in requests:
        frame = reader.read_frame(request)
        data = b"" if frame is None else frame.tobytes()
        out.write(f"{len(data):0{ANSWER_HEAD_BYTES}d}".encode())
        out.write(data)
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
