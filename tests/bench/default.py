"""Serve a module's application with the default server: ``python -m tests.bench.default a:b``."""

import sys
from importlib import import_module

from training_platform.core.serve import serve

if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    serve(getattr(import_module(module), name))
