"""Make both environments: `.venv` for the application, `bot/.venv` (Python 3.10) for the bot.

Run by `make setup` with whatever `python3` there is, so it keeps to old syntax and to the standard library. It does
nothing when both environments stand and their requirements have not changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UV_HOME = os.path.join(PROJECT, "var", "uv")
STAMP = ".onward-setup"
DOWNLOAD_SECONDS = 300

APPLICATION = ((3, 11), (3, 12), (3, 13), (3, 14))
BOT = ((3, 10),)


class CannotSetUp(Exception):
    """Something that this machine lacks, in plain words."""


def main():
    """Make what is missing; answer the process's exit status."""
    try:
        everything = [
            environment(".venv", APPLICATION, "requirements/dev.txt", "The application", install_project=True),
            environment("bot/.venv", BOT, "bot/requirements.txt", "The bot", install_project=False),
        ]
    except CannotSetUp as problem:
        print("Onward cannot be set up: %s" % problem, file=sys.stderr)
        return 1
    if any(everything):
        print("Both environments are ready.")
    return 0


def environment(folder, versions, requirements, name, install_project):
    """Bring one environment up to date. Answers whether there was anything to do."""
    target = os.path.join(PROJECT, folder)
    python = os.path.join(target, "bin", "python")
    wanted = fingerprint(requirements, install_project)
    if works(python, versions) and read(os.path.join(target, STAMP)) == wanted:
        return False
    uv = find_uv()
    if not works(python, versions):
        interpreter = find_python(uv, versions, name)
        say("%s: making %s with %s" % (name, folder, interpreter))
        run([uv, "venv", "--quiet", "--clear", "--no-project", "--python", interpreter, target], "making " + folder)
    say("%s: installing what %s lists (some minutes the first time)" % (name, requirements))
    # compiled once here, not at every start: some machines are set not to keep what Python compiles
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", python]
    run([*sync, os.path.join(PROJECT, requirements)], "installing " + requirements)
    if install_project:
        install = [uv, "pip", "install", "--quiet", "--no-deps", "--python", python, "--editable", PROJECT]
        run(install, "installing the project itself")
    with open(os.path.join(target, STAMP), "w") as stamp:
        stamp.write(wanted)
    return True


def fingerprint(requirements, install_project):
    """What an environment was made from, as one line."""
    digest = hashlib.sha256()
    for path in [requirements] + (["pyproject.toml"] if install_project else []):
        with open(os.path.join(PROJECT, path), "rb") as source:
            digest.update(source.read())
    # an environment knows its own folder by its full path: a copy elsewhere is made again
    digest.update(PROJECT.encode())
    return digest.hexdigest()


def find_uv():
    """A uv that runs: the machine's own, or one installed under var/."""
    for candidate in (shutil.which("uv"), os.path.join(UV_HOME, "bin", "uv")):
        if candidate and succeeds([candidate, "--version"]):
            return candidate
    say("Getting uv, which installs the rest")
    shutil.rmtree(UV_HOME, ignore_errors=True)
    if not succeeds([sys.executable, "-m", "venv", UV_HOME]):
        raise CannotSetUp("Python's venv module does not work here (on Debian: apt install python3-venv)")
    pinned = os.path.join(PROJECT, "requirements", "uv.txt")
    pip = [os.path.join(UV_HOME, "bin", "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--requirement", pinned], "installing uv")
    return os.path.join(UV_HOME, "bin", "uv")


def find_python(uv, versions, name):
    """An interpreter of one of these versions: what uv finds, what pyenv has, else what uv can download."""
    for version in versions:
        for candidate in found_by_uv(uv, version) + found_by_pyenv(version):
            if works(candidate, (version,)):
                return candidate
    wanted = dotted(versions[0])
    say("%s: no Python %s here; asking uv to download it" % (name, wanted))
    if succeeds([uv, "python", "install", "--quiet", wanted], seconds=DOWNLOAD_SECONDS):
        for candidate in found_by_uv(uv, versions[0]):
            if works(candidate, versions[:1]):
                return candidate
    raise CannotSetUp(
        "%s needs Python %s, which is not on this machine and could not be downloaded. Install it, for example with "
        "`pyenv install %s` or `uv python install %s`, and run `make setup` again."
        % (name, " or ".join(dotted(version) for version in versions), wanted, wanted)
    )


def found_by_uv(uv, version):
    """What `uv python find` says, as a list of none or one."""
    command = [uv, "python", "find", "--no-project", "--no-python-downloads", "--system", dotted(version)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT)
    path = done.stdout.decode().strip()
    return [path] if done.returncode == 0 and path else []


def found_by_pyenv(version):
    """The interpreters of this version that pyenv built, newest first: its shims work for the chosen one only."""
    root = os.path.join(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"), "versions")
    prefix = dotted(version) + "."
    names = [entry for entry in (os.listdir(root) if os.path.isdir(root) else []) if entry.startswith(prefix)]
    names.sort(key=lambda entry: [int(part) for part in entry.split(".") if part.isdigit()], reverse=True)
    return [os.path.join(root, entry, "bin", "python") for entry in names]


def works(python, versions):
    """Whether this interpreter runs, has one of these versions and the modules that are often left out."""
    if not os.path.exists(python):
        return False
    probe = "import sys, ssl, sqlite3, ctypes; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.decode().strip() in [dotted(version) for version in versions]


def succeeds(command, seconds=120):
    """Whether a command can be run and ends well."""
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def run(command, doing):
    """Run a command whose own words are worth seeing when it fails."""
    environ = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(command, stderr=subprocess.PIPE, env=environ, cwd=PROJECT)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        if "No space left" in said:
            said = "the disk is full"
        raise CannotSetUp("%s failed.\n%s" % (doing, said))


def read(path):
    """A file's text, or None."""
    try:
        with open(path) as source:
            return source.read()
    except OSError:
        return None


def dotted(version):
    """(3, 10) as 3.10."""
    return ".".join(str(part) for part in version)


def say(line):
    """One line for whoever waits."""
    print(line, flush=True)


if __name__ == "__main__":
    if sys.version_info < (3, 6):
        sys.exit("Onward needs Python 3.11 or newer; this is %d.%d" % sys.version_info[:2])
    sys.exit(main())
