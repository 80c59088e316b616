"""The WSGI application. ``python app.py`` serves it; ``app:app`` is for other servers."""

import sys

try:
    from training_platform import create_app
    from training_platform.config import UnsafeSettingError
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed. Run: make setup")

try:
    app = create_app()
except UnsafeSettingError as unsafe:
    sys.exit(f"Refusing to start: {unsafe}")

if __name__ == "__main__":
    from training_platform.core.serve import serve

    serve(app)
