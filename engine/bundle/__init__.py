"""Bundles: a log as files that anybody can check, out, in and looked at; see docs/bundle.md."""
