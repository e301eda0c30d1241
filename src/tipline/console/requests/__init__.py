"""Requests to holders of records: of a case, of a desk, and the directory of holders."""
