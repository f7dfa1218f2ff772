"""A program that answers too late, in the way that its argument names, when it is asked for the loss of 13 inputs."""

import json
import os
import subprocess
import sys
import time


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def after_the_time_limit():
    time.sleep(5)
    say(answer)


def a_byte_at_a_time():
    for character in answer:
        say(character)
        time.sleep(0.2)


def by_a_daemon(ends):
    """One in a session of its own, which has the pipe, answers all that will be asked, and stays."""
    source = f"import time; time.sleep(0.1); print({answer!r} * 9, flush=True); time.sleep(600)"
    daemon = subprocess.Popen([sys.executable, "-S", "-c", source], start_new_session=True)
    print(daemon.pid, file=sys.stderr, flush=True)
    if ends:
        os._exit(0)
    time.sleep(600)


WAYS = {
    "after the time limit": after_the_time_limit,
    "a byte at a time": a_byte_at_a_time,
    "by a daemon": lambda: by_a_daemon(ends=True),
    "by a daemon, and hangs": lambda: by_a_daemon(ends=False),
}

for line in sys.stdin:
    request = json.loads(line)
    if request["cmd"] == "stop":
        break
    if request["cmd"] == "start":
        say('{"protocol": 1, "claims": {}, "operations": ["loss"]}\n')
        continue
    answer = json.dumps({"seq": request["seq"], "result": {"loss": 0.5}}) + "\n"
    WAYS[sys.argv[1]]() if len(request["inputs"][0]) == 13 else say(answer)
