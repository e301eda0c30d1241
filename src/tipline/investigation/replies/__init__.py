"""Replies of providers: files read with care, laid beside what was asked, and turned into leads."""
