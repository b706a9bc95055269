"""What authorities publish: lists of parties and control lists, kept as dated snapshots."""

from enduse.lists.collecting import Collection, collection
from enduse.lists.control_lists import Controls, controls
from enduse.lists.detect import detect_format
from enduse.lists.fetch import FetchOptions
from enduse.lists.overview import ListRow, show
from enduse.lists.snapshots import Original, Snapshot, held_snapshots
from enduse.lists.store import import_list
from enduse.lists.tips import PREFIX, Terms, Watched, forget_lists, goods_source, watched
from enduse.lists.updating import UpdateOutcome, update
from enduse.lists.wholeness import in_force

__all__ = [
    "PREFIX",
    "Collection",
    "Controls",
    "FetchOptions",
    "ListRow",
    "Original",
    "Snapshot",
    "Terms",
    "UpdateOutcome",
    "Watched",
    "collection",
    "controls",
    "detect_format",
    "forget_lists",
    "goods_source",
    "held_snapshots",
    "import_list",
    "in_force",
    "show",
    "update",
    "watched",
]
