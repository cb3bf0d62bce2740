"""REST on notifications: the errors of an account's calls, kept by Twilio."""

from simulator.paging import Query, first, in_time, page
from simulator.shapes import Json, notification_json
from simulator.world import World

ERROR = "0"  # 1: a warning, of which we keep none


def index(world: World, query: Query) -> Json:
    """GET Notifications, newest first."""
    found = [
        notification
        for notification in reversed(world.notifications)
        if first(query, "Log", ERROR) == ERROR and in_time(query, "MessageDate", notification.at)
    ]
    return page("notifications", world.path("Notifications.json"), found, query, lambda n: notification_json(world, n))
