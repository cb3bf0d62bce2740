"""What thousands of applications of one test process share: the product builds each of them whole, and pays it once.

Nothing of a test's own is in it: the code of rules and of templates, and how dear a password is."""

from collections.abc import Callable
from typing import Any

import flask_security.core
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}  # 8 kB instead of 64 MB


class Templates(BytecodeCache):
    """The code of each template, as jinja2 has compiled it."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


def share() -> None:
    """From here on this process compiles each rule and each template once."""
    Flask.jinja_options = {"bytecode_cache": Templates()}
    Rule._compile_builder = _once_for_each_rule(Rule._compile_builder)  # type: ignore[method-assign]


def spare_passwords() -> None:
    """From here on a password costs next to nothing."""
    flask_security.core._default_config["PASSWORD_HASH_PASSLIB_OPTIONS"] = CHEAP


def _once_for_each_rule(compile_: Callable[[Rule, bool], Any]) -> Callable[..., Any]:
    """What builds an address from a rule's values depends on the rule alone, not on the application it is in."""
    built: dict[object, Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        converters = tuple((name, type(each)) for name, each in rule._converters.items())
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), converters, append_unknown)
        if key not in built:
            built[key] = compile_(rule, append_unknown)
        return built[key]

    return compiled
