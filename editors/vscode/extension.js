// Starts `kgraph lsp` for Markdown and plain text, and tells it what VS Code has been told.
"use strict";

const { commands, window, workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const OPTIONS = [
  "insert",
  "diagnostics",
  "contradictions",
  "codeLens",
  "inlayHints",
  "ingestOnSave",
];

let client;

/** What to run: the settings' command, over the settings' index, in the workspace's folder. */
function serverOptions() {
  const settings = workspace.getConfiguration("kgraph");
  const indexes = settings.get("indexes");
  const folder = (workspace.workspaceFolders || [])[0];
  return {
    command: settings.get("command"),
    args: [...(indexes ? ["--indexes", indexes] : []), "lsp"],
    transport: TransportKind.stdio,
    options: folder ? { cwd: folder.uri.fsPath } : {},
  };
}

/** The settings that are the server's own, by the names it reads. */
function initializationOptions() {
  const settings = workspace.getConfiguration("kgraph");
  return Object.fromEntries(OPTIONS.map((name) => [name, settings.get(name)]));
}

async function start() {
  client = new LanguageClient("kgraph", "kgraph", serverOptions(), {
    initializationOptions: initializationOptions(),
    documentSelector: [
      { scheme: "file", language: "markdown" },
      { scheme: "file", language: "plaintext" },
      { scheme: "untitled", language: "markdown" },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(`kgraph did not start: ${error.message}. Is it installed, and ingested?`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old && old.needsStop()) await old.stop();
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("kgraph.restart", async () => {
      await stop();
      await start();
    }),
    workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration("kgraph")) return;
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
