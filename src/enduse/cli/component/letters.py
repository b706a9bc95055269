"""`enduse component request`, `answer` and `templates`: letters, and the bodies of packets."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enduse.cli.app import Console, command
from enduse.cli.component.group import component_group

if TYPE_CHECKING:
    from enduse.model.inquiries import Body
    from enduse.settings import Settings

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@command(component_group, "request")
@click.argument("component", metavar="ID", required=False)
@click.option("--marking", help="In place of ID: the text on the component.")
@click.option("--to", "addressee", required=True, metavar="NAME", help="Whom the request goes to.")
@click.option("--lang", "languages", default="en", show_default=True, help="Such as uk,en,zh-Hant.")
@click.option("--out", type=FILE, required=True, help="Folder for the letter and the document.")
@click.option("--from", "sender", metavar="NAME", help="Who asks  [default: a line to fill in]")
@click.option("--contact", help="How to reach who asks.")
@click.option("--case", help="Number of the case  [default: the component's id]")
@click.option("--reply-by", type=DAY, help="Day by which to answer  [default: in 30 days]")
@click.option("--handling", default="case_only", help="How it may be used, in words.")
@click.option("--dated", type=DAY, help="Day of the letter  [default: today]")
def request_command(
    console: Console,
    component: str | None,
    marking: str | None,
    addressee: str,
    languages: str,
    out: Path,
    sender: str | None,
    contact: str | None,
    case: str | None,
    reply_by: datetime | None,
    handling: str,
    dated: datetime | None,
) -> None:
    """Draft a request for records of sale of the component ID: a letter and a JSON document."""
    from enduse.components.inquiries import request_records
    from enduse.report.letters import letter_languages

    body = request_records(
        to=addressee,
        component=component,
        marking=None if marking is None else marking.replace("\\n", "\n"),
        languages=_spoken(letter_languages(languages.split(","))),
        sender=sender,
        contact=contact,
        case=case,
        reply_by=reply_by.date() if reply_by else None,
        handling=handling,
        made=dated.date() if dated else None,
        settings=console.settings,
    )
    letter, document = _write(body, out, console.settings)
    console.answer(
        {"letter": str(letter), "document": str(document), "case": body["case"]},
        f"Letter: {letter}\nDocument: {document} (case {body['case']})\n"
        f"Read it before you send it. Known: {_fields(body['known'])}. "
        f"Not known: {_fields(body['unknown']) or 'nothing'}.",
    )


@command(component_group, "answer")
@click.argument("request", type=FILE)
@click.option("--sales", type=FILE, help="File of sales  [default: those the workspace keeps]")
@click.option("--out", type=FILE, required=True, help="Folder for the letter and the document.")
@click.option("--redact", is_flag=True, help="Replace customers by the pseudonyms of the case.")
@click.option("--lang", "languages", help="Such as uk,en,zh-Hant  [default: as the request]")
@click.option("--from", "sender", metavar="NAME", help="Who answers  [default: whom it went to]")
@click.option("--contact", help="How to reach who answers.")
@click.option("--handling", default="case_only", help="How it may be used, in words.")
@click.option("--dated", type=DAY, help="Day of the letter  [default: today]")
def answer_command(
    console: Console,
    request: Path,
    sales: Path | None,
    out: Path,
    redact: bool,
    languages: str | None,
    sender: str | None,
    contact: str | None,
    handling: str,
    dated: datetime | None,
) -> None:
    """Draft the answer to REQUEST.json from sales: a letter and a JSON document."""
    from enduse.cli.given import keep_apart
    from enduse.components.inquiries import answer_request
    from enduse.report.letters import letter_languages

    body = answer_request(
        request,
        sales=sales,
        redact=redact,
        languages=_spoken(letter_languages(languages.split(","))) if languages else (),
        sender=sender,
        contact=contact,
        handling=handling,
        made=dated.date() if dated else None,
        settings=console.settings,
    )
    keep_apart((request, sales), _targets(body, out))
    letter, document = _write(body, out, console.settings)
    found = body["sales_in_all"]
    console.answer(
        {
            "letter": str(letter),
            "document": str(document),
            "case": body["case"],
            "outcome": body["outcome"],
            "sales": found,
        },
        f"{found:,} sales could have supplied the component; searched were "
        + ", ".join(f"{file['records']:,} lines of {file['source']}" for file in body["searched"])
        + f"\nLetter: {letter}\nDocument: {document} (case {body['case']})",
    )


@command(component_group, "templates")
@click.option("--out", type=FILE, help="Folder  [default: letters/ of the workspace]")
def templates_command(console: Console, out: Path | None) -> None:
    """Write out the templates of letters, to be edited; those there already stay."""
    from enduse.report.letters import write_templates

    written, kept = write_templates(out or own_templates(console.settings))
    lines = [f"written  {path}" for path in written] + [f"kept     {path}" for path in kept]
    console.answer(
        {"written": [str(path) for path in written], "kept": [str(path) for path in kept]},
        "\n".join(lines),
    )


def own_templates(settings: Settings) -> Path:
    """Where an authority keeps its own templates of letters."""
    return settings.workspace / "letters"


def _spoken(languages: tuple[str, ...]) -> list[str]:
    """Languages as documents name them (BCP 47)."""
    return [name.replace("_", "-") for name in languages]


def _targets(body: Body, out: Path) -> tuple[Path, Path]:
    kind = body["schema"].split("/")[1]
    stem = f"{kind}-{re.sub(r'[^0-9A-Za-z._-]+', '_', body['case'])[:80] or 'case'}"
    return out / f"{stem}.pdf", out / f"{stem}.json"


def _write(body: Body, out: Path, settings: Settings) -> tuple[Path, Path]:
    import json

    from enduse.engine.files import whole_file
    from enduse.report.letters import write_letter

    letter, document = _targets(body, out)
    write_letter(body, letter, own=own_templates(settings))
    with whole_file(document) as part:
        part.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return letter, document


def _fields(facts: list[dict[str, str]]) -> str:
    return ", ".join(fact["field"].replace("_", " ") for fact in facts)
