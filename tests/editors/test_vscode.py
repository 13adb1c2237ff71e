"""The VS Code extension: its manifest, what it starts, and that npm can pack it.

The .vsix itself needs packages from the network; editors/vscode/README.md has the command.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import msgspec
import pytest

from kgraph import __version__
from kgraph.lsp.options import Insert, Options, read_options

FOLDER = Path(__file__).parents[2] / "editors" / "vscode"
DEFAULTS = msgspec.to_builtins(Options())  # what the server does when nothing is set

# Stands in for VS Code: records what the extension would start, then changes a setting.
HARNESS = """
const Module = require("module");
const settings = JSON.parse(process.argv[2]);
const started = [];
let changed;
class LanguageClient {
  constructor(id, name, server, client) { Object.assign(this, { server, client }); }
  async start() {
    if (settings.broken) throw new Error("spawn ENOENT");
    started.push(this);
  }
  needsStop() { return true; }
  async stop() { started.push("stopped"); }
}
const shown = [];
const fakes = {
  vscode: {
    commands: { registerCommand: (name) => ({ name }) },
    window: { showErrorMessage: (text) => shown.push(text) },
    workspace: {
      getConfiguration: () => ({ get: (key) => settings[key] }),
      workspaceFolders: [{ uri: { fsPath: "/notes" } }],
      onDidChangeConfiguration: (listener) => ((changed = listener), {}),
    },
  },
  "vscode-languageclient/node": { LanguageClient, TransportKind: { stdio: 0 } },
};
const load = Module._load;
Module._load = (name, ...rest) => fakes[name] || load(name, ...rest);
(async () => {
  const extension = require(process.argv[1]);
  const context = { subscriptions: [] };
  await extension.activate(context);
  await changed({ affectsConfiguration: () => true });
  await extension.deactivate();
  const log = started.map((x) => (x.server ? [x.server.command, ...x.server.args] : x));
  const languages = started[0]?.client?.documentSelector?.map((x) => x.language);
  const cwd = started[0]?.server?.options?.cwd;
  const options = started[0]?.client?.initializationOptions;
  const subscriptions = context.subscriptions.length;
  console.log(JSON.stringify({ log, languages, cwd, options, subscriptions, shown }));
})();
"""


def run(settings: dict[str, object]) -> dict[str, object]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, "-e", HARNESS, str(FOLDER / "extension.js"), json.dumps(settings)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    data: dict[str, object] = json.loads(done.stdout)
    return data


def test_the_manifest_names_what_the_extension_uses() -> None:
    data = json.loads((FOLDER / "package.json").read_text("utf-8"))
    code = (FOLDER / "extension.js").read_text("utf-8")
    assert data["version"] == __version__
    assert (FOLDER / data["main"]).is_file()
    assert data["activationEvents"] == ["onLanguage:markdown", "onLanguage:plaintext"]
    read = {f"kgraph.{key}" for key in re.findall(r'settings\.get\("(\w+)"\)', code)}
    told = {f"kgraph.{name}" for name in DEFAULTS}
    assert set(data["contributes"]["configuration"]["properties"]) == read | told
    registered = set(re.findall(r'registerCommand\("([\w.]+)"', code))
    assert {command["command"] for command in data["contributes"]["commands"]} == registered
    required = set(re.findall(r'require\("([^"/]+)', code)) - {"vscode"}
    assert set(data["dependencies"]) == required


def test_its_settings_are_the_servers_with_the_servers_defaults() -> None:
    data = json.loads((FOLDER / "package.json").read_text("utf-8"))
    properties = data["contributes"]["configuration"]["properties"]
    for name, default in DEFAULTS.items():
        setting = properties[f"kgraph.{name}"]
        assert setting["default"] == default, name
        assert setting["type"] == ("boolean" if isinstance(default, bool) else "string"), name
    assert properties["kgraph.insert"]["enum"] == [choice.value for choice in Insert]
    assert len(properties["kgraph.insert"]["enumDescriptions"]) == len(Insert)


def test_the_server_is_told_what_is_set() -> None:
    chosen = {name: not default for name, default in DEFAULTS.items()} | {"insert": "md"}
    told = run({"command": "kgraph", "indexes": "", **chosen})["options"]
    assert told == chosen
    assert msgspec.structs.asdict(read_options(told)) == chosen


def test_a_workspace_cannot_choose_what_is_run() -> None:
    data = json.loads((FOLDER / "package.json").read_text("utf-8"))
    command = data["contributes"]["configuration"]["properties"]["kgraph.command"]
    assert command["scope"] == "machine"
    assert data["capabilities"]["untrustedWorkspaces"]["supported"] is False


def test_it_starts_the_server_and_starts_it_anew_when_settings_change() -> None:
    assert run({"command": "kgraph", "indexes": "", **DEFAULTS}) == {
        "log": [["kgraph", "lsp"], "stopped", ["kgraph", "lsp"], "stopped"],
        "languages": ["markdown", "plaintext", "markdown"],
        "cwd": "/notes",
        "options": DEFAULTS,
        "subscriptions": 2,
        "shown": [],
    }
    named = run({"command": "/opt/kgraph", "indexes": "/idx"})["log"]
    assert named[0] == ["/opt/kgraph", "--indexes", "/idx", "lsp"]  # type: ignore[index]


def test_a_server_that_does_not_start_is_told() -> None:
    shown = run({"command": "kgraph", "indexes": "", "broken": True})["shown"]
    assert shown[0].startswith("kgraph did not start: spawn ENOENT.")  # type: ignore[index]


def test_npm_packs_it(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    done = subprocess.run(
        [npm, "pack", str(FOLDER), "--json", "--offline", "--pack-destination", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=tmp_path,
    )
    (packed,) = json.loads(done.stdout)
    names = {file["path"] for file in packed["files"]}
    assert names == {".vscodeignore", "LICENSE", "README.md", "extension.js", "package.json"}
    with tarfile.open(tmp_path / packed["filename"]) as archive:
        held = archive.extractfile("package/package.json")
        assert held is not None
        settings = json.load(held)["contributes"]["configuration"]["properties"]
    assert {f"kgraph.{name}" for name in DEFAULTS} <= set(settings)
