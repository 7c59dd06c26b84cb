"""The management API, `/api/v1/`: people who are signed in, their acts, proposals and reads. A file per family of doors."""
