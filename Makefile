# The commands of Myelin. `make run` is the one to begin with.

SWIFT ?= swift
# The Python, and the scripts under it, that PEERS=1 sets beside `myelin bench`.
PYTHON ?= python3
TORCH_SCRIPT ?= ../shared/bench/torch_bench.py
JAX_SCRIPT ?= ../shared/bench/jax_bench.py
# Arguments for the program, for example: make run ARGUMENTS="--seed 2"
ARGUMENTS ?=

MYELIN = .build/release/myelin
SOURCES = Sources Tests Examples Benchmarks Package.swift

# In order also under `make --jobs`: the cheapest check goes first, and builds wait for each other.
.NOTPARALLEL:
.PHONY: run mnist data example bench benchmarks test check format lint imports program libraries
.PHONY: sanitize arm64 fuzz shakespeare-gpt shakespeare-lstm names

# Trains a CNN on the 1,797 handwritten digits that the package carries.
run: program
	@$(MYELIN) digits $(ARGUMENTS)

# Trains it on MNIST: make mnist DATA=folder, with the four IDX files in the folder.
mnist: data program
	@$(MYELIN) mnist --data "$(DATA)" $(ARGUMENTS)

# Asked before anything is built.
data:
	@test -d "$(DATA)" || { \
	  echo "usage: make $(or $(MAKECMDGOALS),mnist) DATA=folder; there is no folder '$(DATA)'" >&2; \
	  exit 2; }

# Lists the examples of Examples/, or runs one: make example NAME=xor ARGUMENTS="--seed 2"
example: libraries
	@$(SWIFT) run -c release examples $(NAME) $(ARGUMENTS)

# Trains a language model on tinyshakespeare.txt or names.txt: make shakespeare-gpt DATA=folder
shakespeare-gpt shakespeare-lstm names: data libraries
	@$(SWIFT) run -c release examples $@ --data "$(DATA)" $(ARGUMENTS)

# Times training steps, or with INFERENCE=1 forward passes; some with WORKLOAD="cnn gpt". PEERS=1
# alternates with PyTorch and JAX (ONNX Runtime for forward passes) under PYTHON, and prints ratios.
BENCH_ARGUMENTS = $(if $(INFERENCE),--inference) $(addprefix --workload ,$(WORKLOAD)) $(ARGUMENTS)

bench: program
ifeq ($(PEERS),1)
	@$(PYTHON) Scripts/compare_peers.py $(MYELIN) --torch "$(TORCH_SCRIPT)" \
	  --jax "$(JAX_SCRIPT)" $(BENCH_ARGUMENTS)
else
	@$(MYELIN) bench $(BENCH_ARGUMENTS)
endif

# The measurements behind the decision records: make benchmarks ARGUMENTS=products
benchmarks: libraries
	@$(SWIFT) run -c release benchmarks $(ARGUMENTS)

# Everything that is tested, or some: make test ARGUMENTS="--filter LossTests". Built apart from
# running: `swift test` alone would build all modules a second time, with testability, which the
# program could not share. The kernels are tested with every instruction set in a process of their
# own.
test: libraries
	@$(SWIFT) build -c release --build-tests
	@$(if $(ARGUMENTS),:,MYELIN_EVERY_PROCESSOR=1 $(SWIFT) test -c release --skip-build \
	  --filter CPUBackendTests)
	@$(SWIFT) test -c release --skip-build $(ARGUMENTS)

# Damaged files for every reader, SECONDS for each; the tests do it for a moment.
SECONDS ?= 60

fuzz: libraries
	@$(SWIFT) build -c release --build-tests
	@MYELIN_FUZZ_SECONDS=$(SECONDS) $(SWIFT) test -c release --skip-build --filter FuzzTests

# What must hold before a change goes in, the cheapest first.
check: lint sanitize arm64 imports test

# Sources are formatted as .swift-format says.
lint:
	@$(SWIFT) format lint --strict --recursive $(SOURCES)

# No target imports what it does not declare.
imports: libraries
	@$(SWIFT) build -c release --build-tests --explicit-target-dependency-import-check error

# The C kernels and the decoders of pictures under the address and undefined-behaviour sanitizers, and
# the thread team under the thread sanitizer: the checks of Tests/CKernelsChecks and CImagesChecks,
# without Swift.
sanitize: libraries
	@$(CHECK_KERNELS) memory threads
	@$(MAKE) --no-print-directory -C Tests/CImagesChecks

# The same checks compiled for arm64 and run there, under an emulator.
arm64:
	@Scripts/install-libraries.sh $(CROSS_PACKAGES)
	@$(CHECK_KERNELS) arm64

CHECK_KERNELS = $(MAKE) --no-print-directory --jobs=$(shell nproc) -C Tests/CKernelsChecks
# The C library for arm64, and the emulator, where they are missing.
CROSS_PACKAGES = \
  $(if $(wildcard /usr/aarch64-linux-gnu/include/stdlib.h),,libc6-dev-arm64-cross) \
  $(if $(shell command -v qemu-aarch64),,qemu-user)

format:
	@$(SWIFT) format --in-place --recursive $(SOURCES)

program: libraries
	@$(SWIFT) build -c release --product myelin

# The C libraries below Myelin; asks for nothing when they are there.
libraries:
	@Scripts/install-libraries.sh
