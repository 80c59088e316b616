"""The number of a significant change only rises: certificates are counted by it."""

from collections.abc import Mapping

from training_platform.core.kinds import ContentKind, Draft
from training_platform.studio.patching import patched, read

_KEY = "significant_revision"


def note_lowered(kind: ContentKind, draft: Draft, published: int) -> None:
    """Note the mistake of a draft whose number is below that of what is published."""
    path = _main(draft.slug, draft.files)
    if draft.data is not None and path and (now := kind.significance(draft.data)) < published:
        draft.wrong(path, (_KEY,), f"is {now}", f"at least {published}")


def kept(slug: str, files: Mapping[str, bytes], published: int) -> dict[str, bytes]:
    """Return the files of an earlier revision with the number that is reached by now."""
    path = _main(slug, files)
    value = read(files[path].decode("utf-8")) if path else None
    if path is None or value is None or value.get(_KEY, 1) >= published:
        return dict(files)
    text = patched(files[path].decode("utf-8"), {**value, _KEY: published}, [*value, _KEY])
    return {**files, path: text.encode()}


def _main(slug: str, files: Mapping[str, bytes]) -> str | None:
    """Return the path of the file that says what an item is."""
    names = ("course.yaml", f"{slug.rsplit('/', 1)[-1]}.yaml")
    return next((path for path in files if path.rsplit("/", 1)[-1] in names), None)
