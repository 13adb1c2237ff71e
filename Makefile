# demo: the main job on the shipped notes; test, check: what CI runs; bench: the figures of the README
NOTES ?= corpus
.PHONY: demo test check bench

demo:
	kgraph ingest $(NOTES)
	kgraph ask "kube-apiserver는 무엇을 통제하나?"
	kgraph ask "What creates a ReplicaSet?"
	kgraph sparql queries/what-creates.rq
	kgraph export core

test:
	pytest

check:
	ruff check .
	ruff format --check .
	mypy

bench:
	python tests/benchmarks/bench_start.py
	python tests/benchmarks/bench_ingest.py $(NOTES)
