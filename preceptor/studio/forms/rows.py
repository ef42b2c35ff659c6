"""Objectives and references: rows in an order, all on one page, with an empty one at the end."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from preceptor.studio.forms.base import DeskForm

NEW = "new"
LEVELS = [("knowledge", "Knowledge"), ("competence", "Competence"), ("performance", "Performance")]


@dataclass(frozen=True)
class Group:
    """A row as it is drawn: its place (from 1), its key, its fields, and what hangs on it."""

    number: int
    key: str
    fields: list[forms.BoundField]
    gone: forms.BoundField | None
    used: int
    is_first: bool
    is_last: bool


class RowsForm(DeskForm):
    """The rows of a draft. `do` may be up:KEY or down:KEY, which keeps what was typed and moves that row."""

    word: ClassVar[str] = "row"
    needed: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any, *, held: Sequence[Any], used: dict[str, int] | None = None) -> None:
        super().__init__(data)
        self.used = used or {}
        self.keys = [str(one.key) for one in held]
        for key, one in [*zip(self.keys, held, strict=True), (NEW, None)]:
            is_gone = bool(data and data.get(f"{key}-gone"))
            for name, field in self.columns().items():
                field.initial = getattr(one, name) if one else field.initial
                field.required = bool(one) and name not in self.optional and not is_gone
                self.fields[f"{key}-{name}"] = field
            if one:
                self.fields[f"{key}-gone"] = forms.BooleanField(label=f"Take this {self.word} off", required=False)

    @abstractmethod
    def columns(self) -> dict[str, forms.Field]:
        """The fields of a row: every form of rows says its own."""

    def groups(self) -> Iterator[Group]:
        """The rows as they are drawn; the empty one is the last, without a key."""
        for number, key in enumerate([*self.keys, NEW], start=1):
            fields = [self[f"{key}-{name}"] for name in self.columns()]
            gone = None if key == NEW else self[f"{key}-gone"]
            yield Group(number, "" if key == NEW else key, fields, gone, self.used.get(key, 0), number == 1, number == len(self.keys))

    def clean(self) -> dict[str, Any]:
        """A new row is empty, or has all that it needs."""
        typed = super().clean() or self.cleaned_data
        if any(typed.get(f"{NEW}-{name}") for name in self.needed):
            for name in self.needed:
                if not typed.get(f"{NEW}-{name}") and f"{NEW}-{name}" not in self.errors:
                    self.add_error(f"{NEW}-{name}", "Fill this in, or leave the whole row empty")
        return typed

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the action takes, in the order that was asked for."""
        typed = self.cleaned_data
        keys = [key for key in self.keys if not typed[f"{key}-gone"]]
        way, _, moved = str(self.data.get("do", "")).partition(":")
        if moved in keys and way in {"up", "down"}:
            at = keys.index(moved)
            keys.remove(moved)
            keys.insert(max(0, at - 1) if way == "up" else at + 1, moved)
        if typed[f"{NEW}-{self.needed[0]}"]:
            keys.append(NEW)
        return [{"key": "" if key == NEW else key, **{name: typed[f"{key}-{name}"] for name in self.columns()}} for key in keys]


class ObjectivesForm(RowsForm):
    """Learning objectives. `used`: how many test items each has."""

    word = "objective"
    needed = ("verb", "text")

    def columns(self) -> dict[str, forms.Field]:
        """Verb, text, level."""
        return {
            "verb": forms.CharField(label="Verb", max_length=40, widget=forms.TextInput(attrs={"class": "w-sm"})),
            "text": forms.CharField(label="Text", max_length=600, widget=forms.Textarea(attrs={"rows": 2})),
            "level": forms.TypedChoiceField(label="Level", choices=LEVELS, required=False, initial="knowledge", empty_value="knowledge"),
        }


class ReferencesForm(RowsForm):
    """The bibliography. `used`: how often texts, content and items cite each."""

    word = "reference"
    needed = ("text", "year")
    optional = ("url",)

    def columns(self) -> dict[str, forms.Field]:
        """Citation, year, address."""
        return {
            "text": forms.CharField(label="Citation", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})),
            "year": forms.IntegerField(label="Year", min_value=1900, max_value=2099, widget=forms.NumberInput(attrs={"class": "w-xs"})),
            "url": forms.URLField(label="Address", max_length=200, required=False, assume_scheme="https"),
        }
