"""Why a program and a database do not go together, each in a sentence for whoever typed the command."""


class SchemaUnfit(Exception):
    """This program and this database do not go together; nothing was changed."""


class SchemaBehind(SchemaUnfit):
    """La base n'est pas à jour : lancez « astreinte db upgrade »."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class SchemaAhead(SchemaUnfit):
    """The database was upgraded by a newer program."""

    def __init__(self, step: str, newest: str) -> None:
        super().__init__(
            f"La base est celle d'une version plus récente d'Astreinte (étape {step}, ce programme s'arrête à"
            f" {newest}) : installez cette version, ou restaurez la sauvegarde d'avant sa mise à jour."
        )


class SchemaBusy(SchemaUnfit):
    """La base est occupée par un autre programme : rien n'a été changé. Arrêtez « astreinte serve » et
    « astreinte worker », puis recommencez."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


class SchemaTorn(SchemaUnfit):
    """Rows would cite what is not there."""

    def __init__(self, table: str, cited: str) -> None:
        super().__init__(
            f"Des lignes de « {table} » citent une ligne de « {cited} » qui n'existe pas : rien n'a été changé."
        )
