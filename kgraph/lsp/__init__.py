"""The notes inside the editor: a language server for Markdown and plain text."""
