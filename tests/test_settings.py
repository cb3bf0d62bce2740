"""The environment: every fault at once, each with what to do."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from settings import OIDC, Settings, SettingsFaults
from tests.support.settings_for_tests import environment

SOUND = environment("sqlite:///x.db", "audio")


def faults(**changed: str) -> tuple[str, ...]:
    with pytest.raises(SettingsFaults) as refused:
        Settings.read(SOUND | changed, line=True)
    return refused.value.faults


def test_a_complete_environment_is_read() -> None:
    settings = Settings.read(SOUND, line=True)
    assert settings.auth_tokens == ("jeton-de-test", "second-jeton-de-test")
    assert settings.public_url == "https://astreinte.example"


def test_an_empty_environment_names_all_that_is_missing() -> None:
    with pytest.raises(SettingsFaults) as refused:
        Settings.read({}, line=True)
    named = {fault.split()[0] for fault in refused.value.faults}
    assert named == {
        "SECRET_KEY", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SMS_SENDER", "TWILIO_CALLER_ID",
    }  # fmt: skip


def test_a_command_without_a_line_needs_nothing() -> None:
    assert Settings.read({}, line=False).database_url == "sqlite:///instance/astreinte.db"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("DATABASE_URL", "mysql://h/d", "postgresql", id="a database we do not know"),
        pytest.param("DATABASE_URL", "sqlite://", "fichier", id="a database that no other process would see"),
        pytest.param("DATABASE_URL", "postgresql://u:secret@h:port/d", "65535", id="a port that is no number"),
        pytest.param("DATABASE_URL", "postgresql://u:secret@h:99999/d", "65535", id="a port that does not exist"),
        pytest.param("DATABASE_URL", "postgresql://h:1:2/d", "65535", id="two ports"),
        pytest.param("DATABASE_URL", "sqlite+a-b:///x.db", "ne se lit pas", id="a driver that is no word"),
        pytest.param("PUBLIC_URL", "https://astreinte.example:https", "65535", id="a port in letters"),
        pytest.param("PUBLIC_URL", "https://[astreinte", "ne se lit pas", id="half an IPv6 address"),
        pytest.param("SMTP_URL", "smtp://mail.example:0", "65535", id="a mail server without a port"),
        pytest.param("RECORDINGS_URL", "memory://x", "dossier", id="audio that would be lost with the process"),
        pytest.param("SECRET_KEY", "court", "16 caractères", id="a secret that can be guessed"),
        pytest.param("PUBLIC_URL", "astreinte.example", "origine", id="no scheme"),
        pytest.param("PUBLIC_URL", "https://astreinte.example/ligne", "sans chemin", id="a path would not be signed"),
        pytest.param("PUBLIC_URL", "https://a_b.example", "tiret bas", id="Twilio refuses underscores"),
        pytest.param("TWILIO_ACCOUNT_SID", "AC12", "AC suivi", id="a truncated account"),
        pytest.param("TWILIO_SMS_SENDER", "Groupe Très Long", "11", id="longer than an alphanumeric sender may be"),
        pytest.param("TWILIO_SMS_SENDER", "Été", "sans accent", id="a letter that no network shows"),
        pytest.param("TWILIO_SMS_SENDER", "12345", "lettre", id="digits alone are no alphanumeric sender"),
        pytest.param("TWILIO_CALLER_ID", "0586", "0586", id="no telephone number"),
        pytest.param("SMTP_URL", "mail.example", "smtp://", id="no scheme for the mail server"),
        pytest.param("MAIL_FROM", "support", "adresse", id="no address"),
        pytest.param("OIDC_ISSUER", "http://sso.example", "en clair", id="identities in the clear"),
        pytest.param("OIDC_ISSUER", "sso.example", "https://", id="a provider without a scheme"),
        pytest.param("OIDC_ISSUER", "https://moi:secret@sso.example", "mot de passe", id="a password in the provider"),
        pytest.param("OIDC_ISSUER", "https://sso.example?x=1", "paramètres", id="an issuer has no parameters"),
        pytest.param("OIDC_NAME", "x" * 41, "bouton", id="wider than a button"),
        pytest.param("OIDC_NAME", "Mon\x1bSSO", "bouton", id="what no button shows"),
        pytest.param("ASTREINTE_CLOCK", "2026-12-25 03:12", "fuseau", id="an instant without its zone"),
        pytest.param("ASTREINTE_CLOCK", "demain", "ISO 8601", id="no instant"),
        pytest.param("ASTREINTE_CLOCK", "0001-01-01T00:00:00+01:00", "de 1970 à 2999", id="before the first year"),
        pytest.param("ASTREINTE_CLOCK", "9999-12-31T23:59:59-01:00", "de 1970 à 2999", id="after the last year"),
    ],
)
def test_a_wrong_value_is_said(name: str, value: str, said: str) -> None:
    assert any(fault.startswith(name) and said in fault for fault in faults(**{name: value}))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://u:p/a?s#s:w@h:5432/d", id="a password of punctuation"),
        pytest.param("postgresql:///d?host=/run/postgresql", id="a socket instead of a host"),
        pytest.param("postgres://u@[::1]:5432/d", id="an IPv6 address"),
        pytest.param("sqlite:////srv/astreinte: base.db", id="a colon in a file's name"),
    ],
)
def test_a_database_is_taken_as_its_driver_takes_it(url: str) -> None:
    Settings.read(SOUND | {"DATABASE_URL": url}, line=True)


def test_a_password_is_not_repeated() -> None:
    assert "secret" not in str(faults(DATABASE_URL="postgresql://u:secret@h:port/d"))


def test_the_clock_is_not_moved_under_the_real_twilio() -> None:
    found = faults(ASTREINTE_CLOCK="2026-12-25T03:12:00Z", TWILIO_API_URL="https://api.twilio.com")
    assert any("ASTREINTE_CLOCK" in fault for fault in found)


def test_mail_needs_a_sender() -> None:
    assert any("MAIL_FROM" in fault for fault in faults(SMTP_URL="smtp://localhost"))


def test_postgresql_means_psycopg() -> None:
    settings = Settings.read(SOUND | {"DATABASE_URL": "postgresql://u@h/d"}, line=True)
    assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_a_moved_clock_starts_where_it_is_told_and_ticks() -> None:
    clock = Settings.read(SOUND | {"ASTREINTE_CLOCK": "2026-12-25T03:12:00+01:00"}, line=True).clock()
    first, second = clock(), clock()
    assert datetime(2026, 12, 25, 2, 12, tzinfo=UTC) <= first < second


def test_a_held_clock_stands_still_until_its_file_is_there(tmp_path: Path) -> None:
    begins = tmp_path / "begins"
    settings = Settings.read(SOUND | {"ASTREINTE_CLOCK": f"2026-09-14T17:59:59+02:00@{begins}"}, line=True)
    one, other, at = settings.clock(), settings.clock(), datetime(2026, 9, 14, 15, 59, 59, tzinfo=UTC)
    assert one() == one() == at
    begins.touch()
    os.utime(begins, (time.time() - 60,) * 2)
    assert timedelta(seconds=60) <= one() - at < timedelta(seconds=70)
    assert abs(one() - other()) < timedelta(seconds=1), "several processes agree"


def test_secrets_do_not_show() -> None:
    assert "jeton" not in repr(Settings.read(SOUND, line=True))


@pytest.mark.parametrize("left", OIDC)
def test_sign_in_elsewhere_is_configured_whole_or_not_at_all(left: str) -> None:
    whole = {
        "OIDC_ISSUER": "https://sso.example/org/",
        "OIDC_CLIENT_ID": "a",
        "OIDC_CLIENT_SECRET": "b",
        "OIDC_NAME": "c",
    }
    assert Settings.read(SOUND | whole, line=True).oidc_issuer == "https://sso.example/org/"
    assert [fault.split()[0] for fault in faults(**(whole | {left: " "}))] == [left]
