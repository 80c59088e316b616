"""What task files may draw with. Importing this package fills drawing.GENERATORS."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
