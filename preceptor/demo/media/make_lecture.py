"""Makes the demo's lecture from lecture.yaml: slides, narration, video, captions, chapters and the part's facts.

    python -m preceptor.demo.media.make_lecture [--only-slides]

The same script always yields the same slides, captions and length. What must be installed is in README.md beside this file.
Nothing in the product calls this program: what it makes is committed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans  # type: ignore[import-untyped]
import fontpkg_source_serif_4  # type: ignore[import-untyped]
import yaml

import preceptor.ui.covers
from preceptor.ui.covers import cover

HERE = Path(__file__).parent
COVERS_CSS = Path(preceptor.ui.covers.__file__).parent / "static/ui/covers.css"
RATE, FPS, WIDTH, HEIGHT = 24_000, 10, 1280, 720
LINE, LINES = 42, 2  # a caption: at most two lines of 42 characters
Slide = dict[str, Any]


@dataclass(frozen=True)
class Cue:
    """A stretch of the lecture, in seconds, and the words shown in it."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Voice:
    """How the narration is read: a neural voice if it is installed, else espeak-ng."""

    speed: float
    seed: int
    say: dict[str, list[str | None]]

    def speak(self, sentence: str, path: Path) -> None:
        """One sentence as a mono WAV file at RATE."""
        raw = path.with_suffix(".raw.wav")
        program = shutil.which("hibari", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if program:
            run(program, self.spelled(sentence, neural=True), "-o", raw, "--speed", self.speed, "--seed", self.seed, "--threads", 1)
        else:
            run("espeak-ng", "-v", "en-us", "-s", 150, "-p", 42, "-w", raw, self.spelled(sentence, neural=False))
        quiet = "silenceremove=start_periods=1:start_threshold=-50dB"
        run("ffmpeg", "-y", "-v", "error", "-i", raw, "-af", f"{quiet},areverse,{quiet},areverse", "-ar", RATE, "-ac", 1, path)

    def spelled(self, sentence: str, *, neural: bool) -> str:
        """The sentence with the words of `say` written for the synthesizer: in phonemes where the voice takes them."""

        def spell(match: re.Match[str]) -> str:
            word = match.group()
            plain, phonemes = self.say.get(word) or self.say[word.lower()]
            return f"[{plain}](/{phonemes}/)" if neural and phonemes else str(plain)

        longest_first = sorted(self.say, key=len, reverse=True)
        return re.sub("|".join(rf"\b{re.escape(word)}\b" for word in longest_first), spell, sentence, flags=re.IGNORECASE)


def run(*arguments: object) -> None:
    """A program that must succeed; what it says is shown only if it does not."""
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stderr}")


def main() -> None:
    """Everything, into the part's folder of the activity."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-slides", action="store_true", help="render the slides and stop")
    only_slides = parser.parse_args().only_slides
    script = yaml.safe_load((HERE / "lecture.yaml").read_text())
    out = HERE.parent / "activities" / script["activity"] / "content" / script["part"]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        render_slides(script, work, out)
        if only_slides:
            return
        spans, cues = narrate(script, work)
        make_videos(spans, work, out)
    write_vtt(out / "captions.en.vtt", cues)
    chapters = [Cue(start, end, slide["chapter"]) for slide, (start, end) in zip(script["slides"], spans, strict=True)]
    write_vtt(out / "chapters.vtt", chapters)
    write_part(script, spans, out)
    for chapter in chapters:
        sys.stdout.write(f"{chapter.start:6.1f}  {chapter.text}\n")


# Slides


def render_slides(script: dict[str, Any], work: Path, out: Path) -> None:
    """Each slide as PNG (for the video) and WebP (for the page), and the first one as the poster."""
    (out / "slides").mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or "chromium"
    for number, slide in enumerate(script["slides"], 1):
        page, png = work / f"{number}.html", work / f"slide-{number:02}.png"
        page.write_text(slide_html(slide, number, script))
        run(
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
            f"--user-data-dir={work / 'profile'}", f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={png}", page.as_uri(),
        )  # fmt: skip
        webp = out / "slides" / f"slide-{number:02}.webp"
        run("ffmpeg", "-y", "-v", "error", "-i", png, "-c:v", "libwebp", "-quality", 82, "-compression_level", 6, webp)
    shutil.copy(out / "slides/slide-01.webp", out / "poster.webp")


def slide_html(slide: Slide, number: int, script: dict[str, Any]) -> str:
    """One slide as a page: its own file, so that it can be looked at in a browser."""
    fonts = "".join(
        f'@font-face{{font-family:"{name}";src:url("{next(folder.glob(pattern)).as_uri()}");font-weight:100 900}}'
        for name, folder, pattern in (
            ("Serif", Path(fontpkg_source_serif_4.__file__).parent / "files", "SourceSerif4[[]*"),
            ("Sans", Path(fontpkg_ibm_plex_sans.__file__).parent / "files", "IBMPlexSans[[]*"),
        )
    )
    css = fonts + (HERE / "slides.css").read_text() + COVERS_CSS.read_text()
    middle = f"Objective: <b>{slide['objective']}</b>" if "objective" in slide else ""
    source = escape(slide.get("source", ""))
    foot = f"<footer><span>{escape(script['notice'])}</span><span>{source}</span><span>{middle} &nbsp; {number}/{len(script['slides'])}</span></footer>"
    title = f"<h1>{escape(slide['title'])}</h1>"
    if slide["layout"] == "cover":
        art = cover(script["activity"], "membrane", 235, 360)
        text = f'<div class="text">{title}<p class="lead">{escape(slide["lead"])}</p><p class="by">{escape(slide["by"])}</p></div>'
        foot = f"<footer><span>{escape(script['notice'])}</span></footer>"
        content = f'<div class="slide slide--cover"><div class="art">{art}</div>{text}{foot}</div>'
    else:
        content = f'<div class="slide">{title}<div class="body">{BODIES[slide["layout"]](slide)}</div>{foot}</div>'
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{css}</style><body>{content}</body></html>'


def points_html(slide: Slide) -> str:
    """Term and explanation, line by line; numbered when there are many."""
    kind = "" if slide["layout"] == "points" else " points--under"
    kind += " points--compact points--numbered" if slide.get("compact") else ""
    rows = "".join(f"<li><b>{escape(term)}</b><span>{escape(text)}</span></li>" for term, text in slide.get("points", []))
    return f'<ul class="points{kind}">{rows}</ul>' if rows else ""


def bars_html(slide: Slide) -> str:
    """Horizontal bars on one scale per slide, the number at the end of each."""
    top = max(bar["value"] for group in slide["groups"] for bar in group["bars"])
    groups = ""
    for group in slide["groups"]:
        groups += f'<div class="group"><h2>{escape(group["label"])}, {slide["unit"]}</h2>'
        for bar in group["bars"]:
            wide = round(bar["value"] / top * 500)
            drawing = f'<svg><rect width="{wide}" height="46" rx="4"/><text x="{wide + 16}" y="33">{bar["value"]}</text></svg>'
            groups += f'<div class="bar{" new" if bar.get("new") else ""}"><span>{escape(bar["name"])}</span>{drawing}</div>'
        groups += "</div>"
    return groups + points_html(slide)


def flow_html(slide: Slide) -> str:
    """Steps from left to right."""
    steps = "".join(f"<li><small>{escape(a)}</small><b>{escape(b)}</b><span>{escape(c)}</span></li>" for a, b, c in slide["steps"])
    return f'<ol class="flow">{steps}</ol>'


def table_html(slide: Slide) -> str:
    """A small table; the first column is what the row is about."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in slide["head"])
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in slide["rows"])
    return f"<table><tr>{head}</tr>{rows}</table>"


def figures_html(slide: Slide) -> str:
    """Two large numbers, what they mean and where they come from."""
    boxes = "".join(
        f'<div class="figure"><b>{escape(value)}</b><p>{escape(text)}</p><small>{escape(trial)}</small></div>'
        for value, text, trial in slide["figures"]
    )
    return f'<div class="figures">{boxes}</div>' + points_html(slide)


BODIES = {"points": points_html, "bars": bars_html, "flow": flow_html, "table": table_html, "figures": figures_html}


def slide_text(slide: Slide) -> str:
    """The words and numbers of a slide in reading order, for people who do not see it."""
    lines = [f"{slide[name]}." for name in ("lead", "by") if name in slide]
    for group in slide.get("groups", []):
        bars = "; ".join(f"{bar['name']} {bar['value']}" for bar in group["bars"])
        lines.append(f"{group['label']}, {slide['unit']}: {bars}.")
    lines += [f"{a}: {b}, {c}." for a, b, c in slide.get("steps", [])]
    lines += [f"{value}: {text} ({trial})." for value, text, trial in slide.get("figures", [])]
    lines += ["; ".join(f"{name}: {cell}" for name, cell in zip(slide["head"], row, strict=True)) + "." for row in slide.get("rows", [])]
    lines += [f"{term}: {text}." for term, text in slide.get("points", [])]
    return " ".join(lines)


# Narration and captions


def narrate(script: dict[str, Any], work: Path) -> tuple[list[tuple[float, float]], list[Cue]]:
    """Speaks every sentence into one sound track; gives the span of each slide and the captions."""
    plan = script["voice"]
    voice = Voice(plan["speed"], plan["seed"], script["say"])
    track, spans, cues = bytearray(), [], []
    for number, slide in enumerate(script["slides"], 1):
        began = seconds(track)
        track += silence(plan["slide_pause"] / 2)
        for order, sentence in enumerate(slide["narration"]):
            sound = work / f"{number:02}-{order:02}.wav"
            voice.speak(sentence, sound)
            start = seconds(track)
            with wave.open(str(sound)) as spoken:
                track += spoken.readframes(spoken.getnframes())
            cues += split_cue(Cue(start, seconds(track), sentence))
            track += silence(plan["sentence_pause"])
        track += silence(plan["slide_pause"] / 2)
        track += silence(-len(track) % (2 * RATE // FPS) / (2 * RATE))  # a slide lasts a whole number of frames
        spans.append((began, seconds(track)))
    with wave.open(str(work / "track.wav"), "wb") as whole:
        whole.setnchannels(1)
        whole.setsampwidth(2)
        whole.setframerate(RATE)
        whole.writeframes(bytes(track))
    return spans, cues


def seconds(track: bytearray) -> float:
    """How long a track of 16-bit samples is."""
    return len(track) / (2 * RATE)


def silence(length: float) -> bytes:
    """That many seconds of nothing."""
    return bytes(2 * round(length * RATE))


def split_cue(cue: Cue) -> list[Cue]:
    """Captions of at most two lines, cut at a comma if there is one near the middle, timed by the share of letters."""
    if len(cue.text) <= LINE * LINES - 4:
        return [cue]
    middle = len(cue.text) / 2
    gaps = [match.start() for match in re.finditer(" ", cue.text)]
    cut = min(gaps, key=lambda gap: abs(gap - middle) - (14 if cue.text[gap - 1] == "," else 0))
    at = cue.start + (cue.end - cue.start) * cut / len(cue.text)
    return split_cue(Cue(cue.start, at, cue.text[:cut])) + split_cue(Cue(at, cue.end, cue.text[cut + 1 :]))


def two_lines(text: str) -> str:
    """The text broken near its middle if it is too long for one line."""
    if len(text) <= LINE:
        return text
    gap = min((match.start() for match in re.finditer(" ", text)), key=lambda at: abs(at - len(text) / 2))
    return f"{text[:gap]}\n{text[gap + 1 :]}"


def write_vtt(path: Path, cues: list[Cue]) -> None:
    """WebVTT; text is escaped as the format asks."""
    blocks = [f"{stamp(cue.start)} --> {stamp(cue.end)}\n{two_lines(escape(cue.text, quote=False))}" for cue in cues]
    path.write_text("\n\n".join(["WEBVTT", *blocks]) + "\n")


def stamp(moment: float) -> str:
    """00:00:00.000"""
    thousandths = round(moment * 1000)
    return f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"


# Video


def make_videos(spans: list[tuple[float, float]], work: Path, out: Path) -> None:
    """H.264 with AAC, and VP9 with Opus: still pictures, speech at one loudness, ready to be played while loading."""
    listed = "".join(f"file '{work}/slide-{number:02}.png'\nduration {end - start:.3f}\n" for number, (start, end) in enumerate(spans, 1))
    (work / "slides.txt").write_text(listed + f"file '{work}/slide-{len(spans):02}.png'\n")
    length = f"{spans[-1][1]:.3f}"
    source = (
        "ffmpeg", "-y", "-v", "error", "-f", "concat", "-safe", 0, "-i", work / "slides.txt", "-i", work / "track.wav",
        "-vf", f"fps={FPS},format=yuv420p", "-af", "loudnorm=I=-17:TP=-1.5:LRA=7", "-ar", 48_000, "-ac", 1,
        "-t", length, "-map_metadata", -1, "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
    )  # fmt: skip
    h264 = ("-c:v", "libx264", "-preset", "slow", "-tune", "stillimage", "-crf", 24, "-g", 20 * FPS, "-threads", 1)
    run(*source, *h264, "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", out / "lecture.mp4")
    vp9 = ("-c:v", "libvpx-vp9", "-b:v", 0, "-crf", 36, "-g", 20 * FPS, "-row-mt", 1, "-threads", 1, "-cpu-used", 3)
    run(*source, *vp9, "-c:a", "libopus", "-b:a", "48k", out / "lecture.webm")


def write_part(script: dict[str, Any], spans: list[tuple[float, float]], out: Path) -> None:
    """part.yaml: the head from the script, the rest as measured."""
    slides = [
        {"file": f"slides/slide-{number:02}.webp", "starts": round(start, 1), "title": slide["title"], "text": slide_text(slide)}
        for number, (slide, (start, _)) in enumerate(zip(script["slides"], spans, strict=True), 1)
    ]
    video = {"mp4": "lecture.mp4", "webm": "lecture.webm", "seconds": round(spans[-1][1], 1), "poster": "poster.webp"}
    facts = script["head"] | {"video": video, "captions": "captions.en.vtt", "chapters": "chapters.vtt", "slides": slides}
    note = "# Written by preceptor/demo/media/make_lecture.py from lecture.yaml: change it there.\n"
    (out / "part.yaml").write_text(note + yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=120))


if __name__ == "__main__":
    main()
