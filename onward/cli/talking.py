"""Commands that talk to the assistant: a text, a file of texts to understand, scripts to replay."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from onward.cli.common import Json, print_json, progress, ready_settings


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(text)
    app.command()(parse)
    app.command()(replay)


def text(
    words: Annotated[str, typer.Argument(metavar="TEXT", help="What to text.")],
    sender: Annotated[str, typer.Option("--from", help="The phone it comes from, as in 07700900123.")],
    wait: Annotated[float, typer.Option(min=0, max=120, help="Seconds to wait for an answer.")] = 20.0,
    json: Json = False,
) -> None:
    """Text the system that runs, as the phone at /phone does, and print what comes back."""
    from onward.texting import exchange

    answers = exchange(ready_settings(), sender, words, wait)
    if json:
        print_json({"replies": answers})
    for answer in answers if not json else []:
        print(answer["text"])
    if not answers:
        print("No answer came. It may still come: look at /phone.", file=sys.stderr)
        raise typer.Exit(1)


def parse(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read lines of {"text": ...}, answer each with one line.')
    ] = False,
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="Texts to understand.")] = None,
) -> None:
    """Say what is understood in texts: intent, topic, entities, language and risk.

    With --jsonl the texts are read from standard input, one JSON object a line, and answered in their order. A line
    that is no text is answered with {"line", "error"}; the exit status is then 1.
    """
    if jsonl == bool(words):
        raise typer.BadParameter("give texts, or --jsonl and lines on standard input")
    from channels.bot import BotClient
    from onward.botprocess import ensure_bot
    from onward.understand import Understanding, understand_lines

    settings = ready_settings()
    with ensure_bot(settings, progress) as bot:
        client = BotClient(bot.url, settings.need_bot_secret(), "http://127.0.0.1:9/webhook")
        understanding = Understanding(client, settings.data_dir)
        if words:
            for answer in understanding.of(words):
                print_json(answer, lines=True)
            return
        done = bad = 0
        for answer in understand_lines(sys.stdin.buffer, understanding):
            print_json(answer, lines=True)
            done += 1
            bad += "error" in answer
            if done % 500 == 0:
                progress(f"{done} lines")
    if bad:
        print(f"{bad} of {done} lines held no text to understand.", file=sys.stderr)
        raise typer.Exit(1)


def replay(
    file: Annotated[Path, typer.Argument(help="Scripts, one JSON object a line (docs/running.md).")],
    json: Json = False,
) -> None:
    """Play scripted conversations through the real path, in a scratch database with the sample area."""
    from casework.clock import system_clock
    from onward.botprocess import ensure_bot
    from onward.replay import replay as play
    from onward.script import read_scripts

    settings = ready_settings()
    scripts = read_scripts(file, now=system_clock())
    with ensure_bot(settings, progress) as bot:
        result = play(settings, bot, scripts, progress)
    if json:
        print_json(result)
        return
    for script in result["scripts"]:
        print(f"## {script['id']}")
        for turn in script["turns"]:
            print(f"> {turn['in']}")
            for reply in turn["replies"]:
                print("  " + reply["text"].replace("\n", "\n  "))
            for effect in turn["effects"]:
                print(f"  [{effect['kind']}]")
        print()
