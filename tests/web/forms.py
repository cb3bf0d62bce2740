"""The forms of a page, with what a browser would send if nobody touched them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


def of(page: str) -> list[Form]:
    """Every form that posts, fields that are outside of it (`form=`) left out."""
    parser = _Forms()
    parser.feed(page)
    return [form for form in parser.forms if form.method == "post"]


def spoiled(form: Form, values: Iterator[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The form with one bad field at a time, among good ones."""
    for name in form.fields:
        if name != "csrf_token":
            yield name, form.fields | {name: next(values)}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is None:
            return
        name, fields = given.get("name", ""), self._open.fields
        match tag:
            case "input" if given.get("type") in ("checkbox", "radio"):
                if name and ("checked" in given or given["type"] == "checkbox"):
                    fields[name] = given.get("value", "on")
            case "input" | "button" if name:
                fields.setdefault(name, given.get("value", ""))
            case "select":
                self._select = name
            case "option" if self._select and (self._select not in fields or "selected" in given):
                fields[self._select] = given.get("value", "")
            case "textarea" if name:
                self._text = name
                fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._open is not None:
            self._open.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._open = None
            case "select":
                self._select = ""
            case "textarea":
                self._text = ""
