"""k6's `systemTags`: which of the tags that k6 sets itself its samples keep."""

from difflib import get_close_matches
from typing import Final

from loadr_js.options.reading import OptionReader

# k6's tag → ours; `None` where loadr has none that tells the same.
_OURS: Final[dict[str, str | None]] = {
    "name": "name",
    "method": "method",
    "status": "status",
    "proto": "proto",
    "error": "error_kind",
    "error_code": "error_kind",
    "expected_response": "expected_response",
    "url": None,
    "subproto": None,
    "tls_version": None,
    "service": None,
}
# The summary is made of them.
_ALWAYS: Final = ("check", "group", "scenario")
# k6 has them too, and leaves them out unless they are asked for.
_MISSING: Final = ("iter", "vu", "ip", "ocsp_status")


def kept_tags(reader: OptionReader) -> list[str]:
    """The tags that samples keep; notes what is unknown, or different here."""
    kept: dict[str, None] = {}
    listed = [str(tag) for tag in reader.items("systemTags")]
    for tag in listed:
        ours = _OURS.get(tag)
        if ours is not None:
            kept[ours] = None
        elif tag in _MISSING:
            reader.without_effect("systemTags", f"names {tag}, which loadr does not record")
        elif tag not in _OURS and tag not in _ALWAYS:
            near = get_close_matches(tag, [*_OURS, *_ALWAYS, *_MISSING], n=1)
            reader.wrong(
                "systemTags", f"there is no tag {tag!r}" + (f"; did you mean {near[0]}?" if near else "")
            )
    left_out = [tag for tag in _ALWAYS if tag not in listed]
    if left_out:
        reader.without_effect(
            "systemTags", f"leaves out {', '.join(left_out)}, which are kept: the summary is made of them"
        )
    return list(kept)
