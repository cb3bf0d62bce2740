"""The schema: the steps and the models say the same."""

import pytest
from alembic.script import ScriptDirectory

from storage import schema
from storage.database import Database
from storage.unfit import SchemaBehind


def test_the_steps_make_what_the_models_say(database: Database) -> None:
    with database.read() as db:
        assert schema.differences(db) == []


def test_the_newest_step_is_alembics_head() -> None:
    assert schema.newest() == ScriptDirectory(str(schema.STEPS)).get_current_head()


def test_a_database_without_the_last_step_is_refused(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(SchemaBehind, match="db upgrade"):
        schema.check(database)
    assert schema.upgrade(database)
    schema.check(database)
    assert not schema.upgrade(database)
    database.dispose()
