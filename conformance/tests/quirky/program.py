"""The Python harness behind a filter that says the same in an unusual but legal way.

Usage: python program.py HARNESS QUIRK
"""

import codecs
import json
import re
import subprocess
import sys
import time

OUT = sys.stdout.buffer
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?=[],}])")


def numbers(rewrite):
    """A quirk that writes each number, but for whole ones such as seq, in another way."""
    return lambda line: NUMBER.sub(lambda found: rewrite(found[0]) if "." in found[0] else found[0], line)


def message(rewrite):
    """A quirk that says another message with the same meaning."""
    return lambda line: json.dumps(rewrite(json.loads(line)))


def more_fields(value):
    if isinstance(value, dict):
        return {
            "comment": 'a "quoted" \u2192',
            **{name: more_fields(item) for name, item in value.items()},
            "x": [{}, None, True],
        }
    return [more_fields(item) for item in value] if isinstance(value, list) else value


def backwards(value):
    if isinstance(value, dict):
        return {name: backwards(item) for name, item in reversed(value.items())}
    return [backwards(item) for item in value] if isinstance(value, list) else value


def without_losses(answer):
    answer.get("result", {}).pop("losses", None)
    return answer


def output_alone(answer):
    if "activations" in answer.get("result", {}):
        answer["result"] = {"output": answer["result"]["activations"][-1]}
    return answer


def with_float_seq(answer):
    return {**answer, "seq": float(answer["seq"])} if "seq" in answer else answer


def offering_more(answer):
    return {**answer, "operations": [*answer["operations"], "hessian"]} if "operations" in answer else answer


def chatting(line):
    sys.stderr.write("epoch 1 of 1: loss 0.1\n" * 20000)
    return line


QUIRKS = {
    "plain": lambda line: line,
    "more fields": message(more_fields),
    "keys backwards": message(backwards),
    "no losses": message(without_losses),
    "output alone": message(output_alone),
    "seq with a point": message(with_float_seq),
    "more operations": message(offering_more),
    "17 digits": numbers(lambda text: f"{float(text):.17g}"),
    "capital exponents": numbers(lambda text: f"{float(text):.17E}"),
    "exponents without sign": numbers(lambda text: f"{float(text):.17e}".replace("e+", "e")),
    "many zeros": numbers(lambda text: f"{float(text):.400f}"),
    "whole numbers without a point": numbers(lambda text: text.removesuffix(".0")),
    "minus zero": numbers(lambda text: "-0" if float(text) == 0 else text),
    "white space": lambda line: f" \t{line.replace(',', ' , ').replace(':', ' : ')}  \t",
    "not a space": lambda line: json.dumps(json.loads(line), separators=(",", ":")),
    "CRLF": lambda line: f"{line}\r",
    "escapes": lambda line: line.replace("result", r"\u0072esult").replace("/", r"\/"),
    "chatter": chatting,
}


def write(line, quirk):
    data = line.encode() + b"\n"
    if quirk == "byte order mark":
        data = codecs.BOM_UTF8 + data
    if quirk == "byte by byte":
        for k in range(len(data)):
            OUT.write(data[k : k + 1])
            OUT.flush()
    OUT.write(data if quirk != "byte by byte" else b"")
    OUT.flush()


_, harness, quirk = sys.argv
if quirk == "slow start":
    time.sleep(2)
child = subprocess.Popen([sys.executable, "-S", harness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for line in sys.stdin:
    child.stdin.write(line)
    child.stdin.flush()
    if answer := child.stdout.readline():
        write(QUIRKS.get(quirk, QUIRKS["plain"])(answer.rstrip("\n")), quirk)
