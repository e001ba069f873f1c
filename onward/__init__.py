"""The front door: settings, application factory, worker and command line."""
