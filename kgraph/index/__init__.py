"""The semantic index: encoder, vectors, words, and search over both."""
