"""The blueprint of packages."""

from flask import Blueprint

bp = Blueprint("studio_packages", __name__, url_prefix="/studio/packages")
