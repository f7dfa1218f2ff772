"""A program that speaks the protocol and misbehaves in the one way that its argument names.

Usage: python program.py MISBEHAVIOUR [FILE]. It answers `loss` with 0.5, except for requests with 13 inputs,
on which it misbehaves; FILE counts its starts.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

OUT = sys.stdout.buffer
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def say(message):
    OUT.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
    OUT.flush()


def hang():
    time.sleep(600)


def flood(chunk, stream=OUT):
    while True:
        stream.write(chunk)


def started(**fields):
    return {"protocol": 1, "claims": {"name": name}, "operations": ["loss"], **fields}


def result(value):
    return {"seq": seq, "result": value}


def sleep_in_a_child():
    print(subprocess.Popen(SLEEPER).pid, file=sys.stderr, flush=True)


def reports_on_standard_error():
    print("one thing\nanother \x1b[31mthing", file=sys.stderr, flush=True)
    os._exit(3)


def says_it_first():
    say({"seq": seq, "result": {"loss": 0.5}})
    time.sleep(0.05)
    say({"seq": seq + 1, "result": {"loss": 0.5}})


def ignores_sigterm():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def keeps_the_pipe_open():
    sleep_in_a_child()
    os._exit(0)


def closes_output():
    os.close(1)
    hang()


def closes_input():
    os.close(0)
    say(result({"loss": 0.5}))
    hang()


def floods_standard_error():
    for _ in range(64):
        sys.stderr.write("x" * (1 << 20))
    say(result({"loss": 0.5}))


WHEN_ASKED = {
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "exit 0": lambda: os._exit(0),
    "exit with a report": reports_on_standard_error,
    "hang": hang,
    "rubbish": lambda: say(b"Segmentation fault (core dumped)\n"),
    "empty line": lambda: say(b"\n"),
    "half a line": lambda: (say(b'{"seq": 2, "resu'), hang()),
    "half a line and exit": lambda: (say(b'{"seq": 2, "resu'), os._exit(0)),
    "another seq": lambda: say({"seq": seq + 1, "result": {"loss": 0.5}}),
    "no seq": lambda: say({"result": {"loss": 0.5}}),
    "seq true": lambda: say({"seq": True, "result": {"loss": 0.5}}),
    "two answers": lambda: say((json.dumps(result({"loss": 0.5})).encode() + b"\n") * 2),
    "debug output": lambda: (say(b"epoch 1 of 1\n"), say(result({"loss": 0.5}))),
    "flood": lambda: flood(b"x" * 65536),
    "flood of lines": lambda: flood(b"{}\n" * 20000),
    "line of 1 GB": lambda: ([OUT.write(b" " * (1 << 20)) for _ in range(1024)], say(result({"loss": 0.5}))),
    "invalid UTF-8": lambda: say(b'{"seq": 2, "error": "\xff\xfe"}\n'),
    "UTF-16": lambda: say(json.dumps(result({"loss": 0.5})).encode("utf-16")),
    "deep nesting": lambda: say(b"[" * 500_000 + b"]" * 500_000 + b"\n"),
    "deep result": lambda: say(b'{"seq": 2, "result": {"loss": ' + b"[" * 90000 + b"]" * 90000 + b"}}\n"),
    "not an object": lambda: say(b"[1, 2]\n"),
    "bare NaN": lambda: say(b'{"seq": 2, "result": {"loss": NaN}}\n'),
    "string for a number": lambda: say(result({"loss": "0.5"})),
    "true for a number": lambda: say(result({"loss": True})),
    "null for a number": lambda: say(result({"loss": None})),
    "array for a number": lambda: say(result({"loss": [0.5]})),
    "wrong key": lambda: say(result({"value": 0.5})),
    "result and error": lambda: say({"seq": seq, "result": {"loss": 0.5}, "error": "no"}),
    "neither": lambda: say({"seq": seq}),
    "unsupported without why": lambda: say({"seq": seq, "unsupported": True}),
    "closes its output": closes_output,
    "closes its input": closes_input,
    "ignores SIGTERM": ignores_sigterm,
    "a child keeps the pipe open": keeps_the_pipe_open,
    "hangs with a child": lambda: (sleep_in_a_child(), hang()),
    "stops itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
}

WHEN_STARTED = {
    "silent start": hang,
    "slow start": lambda: (time.sleep(0.3), say(started())),
    "crash at start": lambda: (print("no libfoo.so", file=sys.stderr), sys.exit(127)),
    "usage at start": lambda: (print("usage: program FILE"), sys.exit(2)),
    "no operations": lambda: say(started(operations=[])),
    "another protocol": lambda: say(started(protocol=2)),
    "claims that are no object": lambda: say(started(claims=[])),
    "activations that are no array": lambda: say(started(claims={"activations": "sigmoid"})),
    "max_batch in words": lambda: say(started(claims={"max_batch": "many"})),
    "speaks twice at the start": lambda: say((json.dumps(started()).encode() + b"\n") * 2),
    "fails from the second start on": lambda: say(started()) if starts == 1 else sys.exit(1),
    "starts slower each time": lambda: (time.sleep(0.2 * (starts - 1)), say(started())),
    "claims other things later": lambda: say(started(claims={"version": str(starts)})),
}

OTHERWISE = {
    "well-behaved": lambda: say({**result({"loss": 0.5, "more": [1]}), "time": 0.1}),
    "unsupported": lambda: say({"seq": seq, "unsupported": "not \u001b[31mthis"}),
    "error": lambda: say({"seq": seq, "error": "division by zero"}),
    "floods standard error": floods_standard_error,
    "says it before it is asked": says_it_first,
    "never reads": lambda: None,
    "ignores stop": lambda: None,
}

name = sys.argv[1]
starts = 1
if len(sys.argv) > 2:
    counter = Path(sys.argv[2])
    starts = 1 + (int(counter.read_text()) if counter.exists() else 0)
    counter.write_text(str(starts))

seq = 0
for line in sys.stdin:
    request = json.loads(line)
    if request["cmd"] == "start":
        WHEN_STARTED.get(name, lambda: say(started()))()
        if name == "never reads":
            hang()
    elif request["cmd"] == "stop":
        if name == "ignores stop":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            hang()
        break
    else:
        seq = request["seq"]
        misbehave = {**WHEN_ASKED, **OTHERWISE}.get(name, lambda: os._exit(1))
        if len(request["inputs"][0]) == 13:
            misbehave()
        else:
            say(result({"loss": 0.5}))
